import { siteTopologySchema } from '#libs/contracts/topology.js';
import {
  checklist,
  type ChecklistFacts,
  type ChecklistItem,
  type InstalledDevice,
} from '#libs/devices/checklist.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface StoredTick {
  readonly deviceId: string | null;
  readonly item: string;
  readonly note: string | null;
  readonly tickedBy: string;
  readonly tickedByName: string;
  readonly tickedAt: Date;
}

export interface LocationChecklist {
  readonly devices: readonly InstalledDevice[];
  readonly items: readonly ChecklistItem[];
  readonly ticks: readonly StoredTick[];
}

/** NB-61: everything that is to be looked at before the location is handed over, and what was done of it. */
export async function readChecklist(client: Queryable, locationId: string): Promise<LocationChecklist> {
  // One after the other: the client may be a transaction.
  const devices = await installedDevices(client, locationId);
  const ticks = await ticksOf(client, locationId);
  const residualCurrentTests = await latestTests(client, locationId);
  const { rows } = await client.query<{ document: unknown }>(
    'SELECT document FROM site_topology WHERE location_id = $1',
    [locationId],
  );
  const tree = rows[0] ? siteTopologySchema.parse(rows[0].document) : null;
  return { devices, ticks, items: checklist({ tree, devices, residualCurrentTests, ticks }) };
}

async function installedDevices(client: Queryable, locationId: string): Promise<readonly InstalledDevice[]> {
  const { rows } = await client.query<InstalledDevice>(
    `SELECT id AS "deviceId", kind, name,
            (state->'installation'->>'mainFuse_A')::float8 AS "mainFuse_A",
            coalesce(jsonb_typeof(state->'report') = 'object', false) AS reported
       FROM devices LEFT JOIN device_states ON device_id = id WHERE devices.location_id = $1 ORDER BY name, id`,
    [locationId],
  );
  return rows;
}

async function ticksOf(client: Queryable, locationId: string): Promise<readonly StoredTick[]> {
  const { rows } = await client.query<StoredTick>(
    `SELECT device_id AS "deviceId", item, note, ticked_by AS "tickedBy", name AS "tickedByName", ticked_at AS "tickedAt"
       FROM checklist_ticks JOIN identity."user" ON id = ticked_by WHERE location_id = $1`,
    [locationId],
  );
  return rows;
}

async function latestTests(
  client: Queryable,
  locationId: string,
): Promise<ChecklistFacts['residualCurrentTests']> {
  const { rows } = await client.query<ChecklistFacts['residualCurrentTests'][number]>(
    `SELECT DISTINCT ON (device_id, connector) device_id AS "deviceId", connector, passed
       FROM residual_current_tests WHERE location_id = $1 ORDER BY device_id, connector, id DESC`,
    [locationId],
  );
  return rows;
}

/** A person has looked at it; looking again replaces the note. */
export async function tick(
  client: Queryable,
  place: { readonly locationId: string; readonly deviceId: string | null; readonly item: string },
  note: string | null,
  by: By,
): Promise<void> {
  await client.query(
    `INSERT INTO checklist_ticks (location_id, device_id, item, note, ticked_by, ticked_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (location_id, device_id, item) DO UPDATE SET note = $4, ticked_by = $5, ticked_at = $6`,
    [place.locationId, place.deviceId, place.item, note, by.personId, by.at],
  );
}

/** It is open again. */
export async function untick(
  client: Queryable,
  place: { readonly locationId: string; readonly deviceId: string | null; readonly item: string },
): Promise<void> {
  await client.query(
    `DELETE FROM checklist_ticks WHERE location_id = $1 AND device_id IS NOT DISTINCT FROM $2 AND item = $3`,
    [place.locationId, place.deviceId, place.item],
  );
}
