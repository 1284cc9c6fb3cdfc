import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import type { EntitlementChange } from './entitlement-log.js';
import { appendAudit } from './audit-log.js';
import { setFactoryState } from './factory-devices.js';
import type { Queryable } from './pool.js';

export type ReleaseHow = 'factory-reset' | 'removed';

export interface ReleaseBy {
  readonly personId: string;
  readonly entitlement: string;
  readonly at: Date;
  readonly how: ReleaseHow;
}

interface LeavingDevice {
  readonly locationId: string;
  readonly kind: string;
  readonly identity: string;
  readonly name: string;
}

/**
 * NB-84: ends the binding of a device to its location. The row is archived, all grants on the device end, it leaves the
 * fuse tree, and its serial can be claimed again with the PIN. Sessions and commands stay with the location. Null: it is
 * gone already. The caller has decided the right and holds the lock of the entitlement log.
 */
export async function releaseDevice(
  change: EntitlementChange,
  deviceId: string,
  by: ReleaseBy,
): Promise<LeavingDevice | null> {
  const { client } = change;
  const { rows } = await client.query<LeavingDevice>(
    `SELECT location_id AS "locationId", kind, identity, name FROM devices WHERE id = $1 FOR UPDATE`,
    [deviceId],
  );
  const [device] = rows;
  if (!device) return null;
  await client.query(
    `INSERT INTO released_devices (device_id, location_id, kind, identity, name, added_at, released_at, released_by, how,
       desired, reported)
     SELECT id, location_id, kind, identity, name, created_at, $2, $3, $4, coalesce(desired, '{}'), coalesce(reported, '{}')
       FROM devices LEFT JOIN twins ON device_id = id WHERE id = $1`,
    [deviceId, by.at, by.personId, by.how],
  );
  const endedGrants = await endGrants(change, deviceId, by);
  await leaveTopology(client, device.locationId, deviceId, by);
  await client.query('DELETE FROM device_states WHERE device_id = $1', [deviceId]);
  await client.query('DELETE FROM devices WHERE id = $1', [deviceId]);
  await change.record('device', deviceId);
  await setFactoryState(client, device.identity, 'manufactured');
  const { kind, identity, name } = device;
  await appendAudit(
    client,
    {
      action: 'device-released',
      entitlement: by.entitlement,
      locationId: device.locationId,
      organisationId: null,
      subjectId: deviceId,
      detail: { kind, identity, name, how: by.how, endedGrants },
    },
    { actorPersonId: by.personId, at: by.at },
  );
  return device;
}

async function endGrants(change: EntitlementChange, deviceId: string, by: ReleaseBy): Promise<number> {
  const { rows } = await change.client.query<{ id: string }>(
    `UPDATE grants SET revoked_at = $2, revoked_by = $3, end_reason = 'revoked'
      WHERE device_id = $1 AND revoked_at IS NULL RETURNING id`,
    [deviceId, by.at, by.personId],
  );
  for (const { id } of rows) await change.record('grant', id);
  return rows.length;
}

/** A tree that still named it would keep current free for a charger that is not there. */
async function leaveTopology(
  client: Queryable,
  locationId: string,
  deviceId: string,
  by: ReleaseBy,
): Promise<void> {
  const { rows } = await client.query<{ document: SiteTopologyDocument }>(
    'SELECT document FROM site_topology WHERE location_id = $1 FOR UPDATE',
    [locationId],
  );
  const document = rows[0]?.document;
  if (!document) return;
  const without: SiteTopologyDocument = {
    ...document,
    connectors: document.connectors.filter((connector) => connector.deviceId !== deviceId),
    nodes: document.nodes.map((node) =>
      node.meterDeviceId === deviceId ? { ...node, meterDeviceId: null } : node,
    ),
  };
  await client.query(
    `UPDATE site_topology SET document = $2, version = version + 1, updated_at = $3, updated_by = $4
      WHERE location_id = $1 AND document <> $2::jsonb`,
    [locationId, JSON.stringify(without), by.at, by.personId],
  );
}

export interface ResetDevice {
  readonly deviceId: string;
  readonly personId: string;
  readonly entitlement: string;
}

/** Devices that have confirmed a factory reset and are still bound. One that is claimed again has another id. */
export async function resetDevices(client: Queryable): Promise<readonly ResetDevice[]> {
  const { rows } = await client.query<ResetDevice>(
    `SELECT DISTINCT ON (device_id) device_id AS "deviceId", person_id AS "personId", entitlement
       FROM commands JOIN devices ON devices.id = device_id
      WHERE state = 'accepted' AND request->>'action' = 'factory-reset'
      ORDER BY device_id, sequence DESC`,
  );
  return rows;
}

export interface ReleasedDevice {
  readonly deviceId: string;
  readonly kind: 'charger' | 'balancer' | 'hub';
  readonly identity: string;
  readonly name: string;
  readonly addedAt: Date;
  readonly releasedAt: Date;
  readonly releasedBy: string | null;
  readonly how: ReleaseHow;
  readonly desired: unknown;
  readonly reported: unknown;
}

/** The newest first. */
export async function releasedDevicesOf(
  client: Queryable,
  locationId: string,
  count: number,
): Promise<readonly ReleasedDevice[]> {
  const { rows } = await client.query<ReleasedDevice>(
    `SELECT device_id AS "deviceId", kind, identity, name, added_at AS "addedAt", released_at AS "releasedAt",
            released_by AS "releasedBy", how, desired, reported
       FROM released_devices WHERE location_id = $1 ORDER BY released_at DESC, device_id LIMIT $2`,
    [locationId, count],
  );
  return rows;
}
