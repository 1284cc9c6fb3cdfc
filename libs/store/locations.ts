import { randomUUID } from 'node:crypto';
import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface LocationDetails {
  readonly locationId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly createdAt: Date;
  readonly ownerPersonId: string | null;
  readonly ownerName: string | null;
  readonly organisationId: string | null;
  readonly organisationName: string | null;
  readonly partnersMayShare: boolean;
  readonly deviceCount: number;
}

export interface LocationPosition {
  readonly name: string;
  readonly locationId: string;
}

/** Those of the given locations whose name contains `search`, by name, behind `after`. */
export async function locationPage(
  client: Queryable,
  among: readonly string[],
  search: string | null,
  after: LocationPosition | null,
  count: number,
): Promise<readonly LocationDetails[]> {
  const { rows } = await client.query<LocationDetails>(
    `SELECT l.id AS "locationId", l.name, l.time_zone AS "timeZone", l.created_at AS "createdAt",
            l.owner_person_id AS "ownerPersonId", u.name AS "ownerName",
            l.installed_by_organisation_id AS "organisationId", o.name AS "organisationName",
            l.partners_may_share AS "partnersMayShare",
            (SELECT count(*) FROM devices d WHERE d.location_id = l.id) AS "deviceCount"
       FROM locations l
       LEFT JOIN identity."user" u ON u.id = l.owner_person_id
       LEFT JOIN organisations o ON o.id = l.installed_by_organisation_id
      WHERE l.id = ANY($1) AND ($2::text IS NULL OR strpos(lower(l.name), lower($2)) > 0)
        AND ($3::text IS NULL OR (l.name, l.id) > ($3, $4::uuid))
      ORDER BY l.name, l.id LIMIT $5`,
    [among, search, after?.name ?? null, after?.locationId ?? null, count],
  );
  return rows;
}

export async function locationDetails(
  client: Queryable,
  locationId: string,
): Promise<LocationDetails | null> {
  return (await locationPage(client, [locationId], null, null, 1))[0] ?? null;
}

export interface NewLocation {
  readonly name: string;
  readonly timeZone: string;
  readonly ownerPersonId: string | null;
  readonly installedByOrganisationId: string | null;
}

export async function insertLocation(
  change: EntitlementChange,
  location: NewLocation,
  by: By,
): Promise<string> {
  const locationId = randomUUID();
  await change.client.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id, installed_by_organisation_id, created_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      locationId,
      location.name,
      location.timeZone,
      location.ownerPersonId,
      location.installedByOrganisationId,
      by.at,
      by.personId,
    ],
  );
  await change.record('location', locationId);
  return locationId;
}

export async function setPartnersMayShare(
  change: EntitlementChange,
  locationId: string,
  partnersMayShare: boolean,
): Promise<void> {
  await change.client.query('UPDATE locations SET partners_may_share = $2 WHERE id = $1', [
    locationId,
    partnersMayShare,
  ]);
  await change.record('location', locationId);
}

/** The IANA time zone of a location; null when there is no such location. */
export async function readTimeZone(client: Queryable, locationId: string): Promise<string | null> {
  const { rows } = await client.query<{ timeZone: string }>(
    'SELECT time_zone AS "timeZone" FROM locations WHERE id = $1',
    [locationId],
  );
  return rows[0]?.timeZone ?? null;
}

export interface StoredTopology {
  readonly version: number;
  readonly updatedAt: Date;
  readonly topology: SiteTopologyDocument;
}

export async function readTopology(client: Queryable, locationId: string): Promise<StoredTopology | null> {
  const { rows } = await client.query<StoredTopology>(
    `SELECT version, updated_at AS "updatedAt", document AS topology FROM site_topology WHERE location_id = $1`,
    [locationId],
  );
  return rows[0] ?? null;
}

/** Stores the document if `version` is still the one stored (0: none yet). Null: somebody was faster. */
export async function replaceTopology(
  client: Queryable,
  locationId: string,
  version: number,
  topology: SiteTopologyDocument,
  by: By,
): Promise<StoredTopology | null> {
  const values = [locationId, JSON.stringify(topology), by.at, by.personId];
  const returning = `RETURNING version, updated_at AS "updatedAt", document AS topology`;
  const { rows } =
    version === 0
      ? await client.query<StoredTopology>(
          `INSERT INTO site_topology (location_id, document, updated_at, updated_by) VALUES ($1, $2, $3, $4)
           ON CONFLICT (location_id) DO NOTHING ${returning}`,
          values,
        )
      : await client.query<StoredTopology>(
          `UPDATE site_topology SET document = $2, updated_at = $3, updated_by = $4, version = version + 1
            WHERE location_id = $1 AND version = $5 ${returning}`,
          [...values, version],
        );
  return rows[0] ?? null;
}
