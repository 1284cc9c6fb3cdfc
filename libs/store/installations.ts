import { randomUUID } from 'node:crypto';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface Installation {
  readonly installationId: string;
  readonly locationId: string;
  readonly buildingId: string | null;
  readonly name: string;
  /** What it is, in the organisation's own words. */
  readonly description: string | null;
  readonly createdAt: Date;
  /** Its devices, by name. */
  readonly deviceIds: readonly string[];
}

const columns = `i.id AS "installationId", i.location_id AS "locationId", i.building_id AS "buildingId", i.name,
  i.description, i.created_at AS "createdAt",
  ARRAY(SELECT d.id::text FROM devices d WHERE d.installation_id = i.id ORDER BY d.name, d.id) AS "deviceIds"`;

export async function installationsOf(
  client: Queryable,
  locationId: string,
): Promise<readonly Installation[]> {
  const { rows } = await client.query<Installation>(
    `SELECT ${columns} FROM installations i WHERE i.location_id = $1 ORDER BY i.name, i.id`,
    [locationId],
  );
  return rows;
}

export interface InstallationPosition {
  readonly name: string;
  readonly installationId: string;
}

/**
 * Those that some fact connects with the person, by name, behind `after`: his own locations', his organisations', and what
 * is under a grant to him or them. Whether the fact allows anything is for the decision.
 */
export async function installationsAround(
  client: Queryable,
  personId: string,
  search: string | null,
  after: InstallationPosition | null,
  count: number,
): Promise<readonly Installation[]> {
  const { rows } = await client.query<Installation>(
    `WITH mine AS (SELECT organisation_id AS id FROM memberships WHERE person_id = $1 AND removed_at IS NULL),
          given AS (
            SELECT customer_id, location_id FROM grants
             WHERE revoked_at IS NULL
               AND (grantee_person_id = $1 OR grantee_organisation_id IN (SELECT id FROM mine)))
     SELECT ${columns} FROM installations i JOIN locations l ON l.id = i.location_id
      WHERE (l.owner_person_id = $1 OR l.installed_by_organisation_id IN (SELECT id FROM mine)
          OR l.id IN (SELECT location_id FROM given) OR l.customer_id IN (SELECT customer_id FROM given))
        AND ($2::text IS NULL OR strpos(lower(i.name), lower($2)) > 0)
        AND ($3::text IS NULL OR (i.name, i.id) > ($3, $4::uuid))
      ORDER BY i.name, i.id LIMIT $5`,
    [personId, search, after?.name ?? null, after?.installationId ?? null, count],
  );
  return rows;
}

export async function installationById(
  client: Queryable,
  installationId: string,
): Promise<Installation | null> {
  const { rows } = await client.query<Installation>(
    `SELECT ${columns} FROM installations i WHERE i.id = $1`,
    [installationId],
  );
  return rows[0] ?? null;
}

export async function insertInstallation(
  change: EntitlementChange,
  installation: Pick<Installation, 'locationId' | 'buildingId' | 'name' | 'description'>,
  by: By,
): Promise<string> {
  const installationId = randomUUID();
  await change.client.query(
    `INSERT INTO installations (id, location_id, building_id, name, description, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      installationId,
      installation.locationId,
      installation.buildingId,
      installation.name,
      installation.description,
      by.at,
      by.personId,
    ],
  );
  await change.record('installation', installationId);
  return installationId;
}

/** What it is called and what it is; not where it stands (CS-35, CS-36). */
export async function describeInstallation(
  change: EntitlementChange,
  installationId: string,
  words: Pick<Installation, 'name' | 'description'>,
): Promise<void> {
  await change.client.query('UPDATE installations SET name = $2, description = $3 WHERE id = $1', [
    installationId,
    words.name,
    words.description,
  ]);
  await change.record('installation', installationId);
}

/** Into a building of its location, or out of any. */
export async function placeInstallation(
  change: EntitlementChange,
  installationId: string,
  buildingId: string | null,
): Promise<void> {
  await change.client.query('UPDATE installations SET building_id = $2 WHERE id = $1', [
    installationId,
    buildingId,
  ]);
  await change.record('installation', installationId);
}

/** False: a device or a document belongs to it, or it was once shared. */
export async function removeInstallation(
  change: EntitlementChange,
  installationId: string,
): Promise<boolean> {
  const { rowCount } = await change.client.query(
    `DELETE FROM installations WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM devices WHERE installation_id = $1)
        AND NOT EXISTS (SELECT 1 FROM documents WHERE installation_id = $1)
        AND NOT EXISTS (SELECT 1 FROM grants WHERE installation_id = $1)`,
    [installationId],
  );
  if (rowCount === 0) return false;
  await change.record('installation', installationId);
  return true;
}

/** Of these devices those that are at the location, whatever installation they belong to. */
export async function devicesAt(
  client: Queryable,
  locationId: string,
  deviceIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM devices WHERE location_id = $1 AND id = ANY($2)',
    [locationId, deviceIds],
  );
  return rows.map(({ id }) => id);
}

/** Makes the device part of the installation, or of none. */
export async function assignDevice(
  change: EntitlementChange,
  deviceId: string,
  installationId: string | null,
): Promise<void> {
  await change.client.query('UPDATE devices SET installation_id = $2 WHERE id = $1', [
    deviceId,
    installationId,
  ]);
  await change.record('device', deviceId);
}
