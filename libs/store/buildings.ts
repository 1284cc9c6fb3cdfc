import { randomUUID } from 'node:crypto';
import type { Source } from './customers.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface Building {
  readonly buildingId: string;
  readonly locationId: string;
  readonly name: string;
  readonly createdAt: Date;
}

const columns = `id AS "buildingId", location_id AS "locationId", name, created_at AS "createdAt"`;

export async function buildingsOf(client: Queryable, locationId: string): Promise<readonly Building[]> {
  const { rows } = await client.query<Building>(
    `SELECT ${columns} FROM buildings WHERE location_id = $1 ORDER BY name, id`,
    [locationId],
  );
  return rows;
}

export async function buildingById(client: Queryable, buildingId: string): Promise<Building | null> {
  const { rows } = await client.query<Building>(`SELECT ${columns} FROM buildings WHERE id = $1`, [
    buildingId,
  ]);
  return rows[0] ?? null;
}

export async function insertBuilding(
  change: EntitlementChange,
  building: { readonly locationId: string; readonly name: string; readonly source: Source | null },
  by: By,
): Promise<string> {
  const buildingId = randomUUID();
  await change.client.query(
    `INSERT INTO buildings (id, location_id, name, source_organisation_id, source_id, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      buildingId,
      building.locationId,
      building.name,
      building.source?.organisationId ?? null,
      building.source?.id ?? null,
      by.at,
      by.personId,
    ],
  );
  await change.record('building', buildingId);
  return buildingId;
}

export async function renameBuilding(
  change: EntitlementChange,
  buildingId: string,
  name: string,
): Promise<void> {
  await change.client.query('UPDATE buildings SET name = $2 WHERE id = $1', [buildingId, name]);
  await change.record('building', buildingId);
}

/** False: an installation stands in it, or it was once shared. */
export async function removeBuilding(change: EntitlementChange, buildingId: string): Promise<boolean> {
  const { rowCount } = await change.client.query(
    `DELETE FROM buildings WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM installations WHERE building_id = $1)
        AND NOT EXISTS (SELECT 1 FROM grants WHERE building_id = $1)`,
    [buildingId],
  );
  if (rowCount === 0) return false;
  await change.record('building', buildingId);
  return true;
}
