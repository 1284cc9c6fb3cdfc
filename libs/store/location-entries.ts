import type { EntitlementChange } from './entitlement-log.js';
import type { LocationPosition } from './locations.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** A location as it stands in the books of the organisation that installed it. */
export interface LocationEntry {
  readonly locationId: string;
  readonly name: string;
  readonly organisationId: string | null;
  readonly customerId: string | null;
  readonly customerName: string | null;
  readonly customerSince: Date | null;
  readonly address: string | null;
}

const columns = `l.id AS "locationId", l.name, l.installed_by_organisation_id AS "organisationId",
  l.customer_id AS "customerId", c.name AS "customerName", l.customer_since AS "customerSince", l.address`;
const tables = `locations l LEFT JOIN customers c ON c.id = l.customer_id`;

export async function locationEntry(client: Queryable, locationId: string): Promise<LocationEntry | null> {
  const { rows } = await client.query<LocationEntry>(`SELECT ${columns} FROM ${tables} WHERE l.id = $1`, [
    locationId,
  ]);
  return rows[0] ?? null;
}

/** The locations under a customer, by name, behind `after`. */
export async function locationsOfCustomer(
  client: Queryable,
  customerId: string,
  after: LocationPosition | null,
  count: number,
): Promise<readonly LocationEntry[]> {
  const { rows } = await client.query<LocationEntry>(
    `SELECT ${columns} FROM ${tables}
      WHERE l.customer_id = $1 AND ($2::text IS NULL OR (l.name, l.id) > ($2, $3::uuid))
      ORDER BY l.name, l.id LIMIT $4`,
    [customerId, after?.name ?? null, after?.locationId ?? null, count],
  );
  return rows;
}

/** Puts the location under a customer, or under none. It counts as new there from now, unless it was there already. */
export async function enterLocation(
  change: EntitlementChange,
  locationId: string,
  entry: { readonly customerId: string | null; readonly address: string | null },
  by: By,
): Promise<void> {
  await change.client.query(
    `UPDATE locations
        SET address = $3, customer_id = $2,
            customer_since = CASE
              WHEN $2::uuid IS NULL THEN NULL
              WHEN customer_id IS NOT DISTINCT FROM $2 THEN customer_since
              ELSE $4 END,
            customer_epoch = CASE WHEN customer_id IS NOT DISTINCT FROM $2 THEN customer_epoch ELSE ownership_epoch END
      WHERE id = $1`,
    [locationId, entry.customerId, entry.address, by.at],
  );
  await change.record('location', locationId);
}
