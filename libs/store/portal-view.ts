import type { Queryable } from './pool.js';
import type { PortalScope } from './portal-sessions.js';

/** What a portal session sees of a location: no owner, no people, no devices. */
export interface PortalLocation {
  readonly locationId: string;
  readonly name: string;
  readonly address: string | null;
}

export interface PortalInstallation {
  readonly installationId: string;
  readonly locationId: string;
  readonly name: string;
  readonly description: string | null;
  readonly buildingName: string | null;
}

/** Whose portal it is and who runs it. */
export interface PortalTitle {
  readonly name: string;
  readonly supplierName: string | null;
}

/**
 * The condition on `l` and the values. CP-03: all of a customer's locations, also later ones; T3: not those that passed
 * to another owner since the code was made.
 */
function within(scope: PortalScope): readonly [condition: string, id: string] {
  return scope.kind === 'customer'
    ? ['l.customer_id = $1 AND l.customer_epoch = l.ownership_epoch', scope.customerId]
    : ['l.id = $1', scope.locationId];
}

export async function portalTitle(client: Queryable, scope: PortalScope): Promise<PortalTitle | null> {
  const [source, id] =
    scope.kind === 'customer'
      ? ['customers c LEFT JOIN organisations o ON o.id = c.organisation_id', scope.customerId]
      : ['locations c LEFT JOIN organisations o ON o.id = c.installed_by_organisation_id', scope.locationId];
  const { rows } = await client.query<PortalTitle>(
    `SELECT c.name, o.name AS "supplierName" FROM ${source} WHERE c.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The locations in scope by name, behind `after`. */
export async function portalLocations(
  client: Queryable,
  scope: PortalScope,
  after: Pick<PortalLocation, 'name' | 'locationId'> | null,
  count: number,
): Promise<readonly PortalLocation[]> {
  const [condition, id] = within(scope);
  const { rows } = await client.query<PortalLocation>(
    `SELECT l.id AS "locationId", l.name, l.address FROM locations l
      WHERE ${condition} AND ($2::text IS NULL OR (l.name, l.id) > ($2, $3::uuid))
      ORDER BY l.name, l.id LIMIT $4`,
    [id, after?.name ?? null, after?.locationId ?? null, count],
  );
  return rows;
}

/** Their installations in scope, by name. */
export async function portalInstallations(
  client: Queryable,
  scope: PortalScope,
  locationIds: readonly string[],
): Promise<readonly PortalInstallation[]> {
  const { rows } = await client.query<PortalInstallation>(
    `SELECT i.id AS "installationId", i.location_id AS "locationId", i.name, i.description, b.name AS "buildingName"
       FROM installations i LEFT JOIN buildings b ON b.id = i.building_id
      WHERE i.location_id = ANY($1) AND ($2::uuid IS NULL OR i.id = $2) ORDER BY i.name, i.id`,
    [locationIds, scope.kind === 'installation' ? scope.installationId : null],
  );
  return rows;
}

/** Whether the installation is in scope now. */
export async function portalSees(
  client: Queryable,
  scope: PortalScope,
  installationId: string,
): Promise<boolean> {
  if (scope.kind === 'installation' && scope.installationId !== installationId) return false;
  const [condition, id] = within(scope);
  const { rowCount } = await client.query(
    `SELECT 1 FROM installations i JOIN locations l ON l.id = i.location_id WHERE i.id = $2 AND ${condition}`,
    [id, installationId],
  );
  return rowCount === 1;
}
