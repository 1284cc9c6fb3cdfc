import { randomUUID } from 'node:crypto';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** CS-46: where a row was taken over from; it is taken over once. */
export interface Source {
  readonly organisationId: string;
  readonly id: string;
}

export interface Customer {
  readonly customerId: string;
  readonly organisationId: string;
  readonly name: string;
  /** The organisation's own number for it. */
  readonly reference: string | null;
  readonly createdAt: Date;
  readonly locationCount: number;
}

export interface CustomerPosition {
  readonly name: string;
  readonly customerId: string;
}

const columns = `c.id AS "customerId", c.organisation_id AS "organisationId", c.name, c.reference,
  c.created_at AS "createdAt", (SELECT count(*) FROM locations l WHERE l.customer_id = c.id) AS "locationCount"`;

/** The organisation's customers whose name or number contains `search`, by name, behind `after`. */
export async function customerPage(
  client: Queryable,
  organisationId: string,
  search: string | null,
  after: CustomerPosition | null,
  count: number,
): Promise<readonly Customer[]> {
  const { rows } = await client.query<Customer>(
    `SELECT ${columns} FROM customers c
      WHERE c.organisation_id = $1
        AND ($2::text IS NULL OR strpos(lower(c.name || ' ' || COALESCE(c.reference, '')), lower($2)) > 0)
        AND ($3::text IS NULL OR (c.name, c.id) > ($3, $4::uuid))
      ORDER BY c.name, c.id LIMIT $5`,
    [organisationId, search, after?.name ?? null, after?.customerId ?? null, count],
  );
  return rows;
}

export async function customerById(client: Queryable, customerId: string): Promise<Customer | null> {
  const { rows } = await client.query<Customer>(`SELECT ${columns} FROM customers c WHERE c.id = $1`, [
    customerId,
  ]);
  return rows[0] ?? null;
}

/** What the organisation took over from this source before; null: nothing. */
export async function customerBySource(
  client: Queryable,
  organisationId: string,
  source: Source,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM customers WHERE organisation_id = $1 AND source_organisation_id = $2 AND source_id = $3`,
    [organisationId, source.organisationId, source.id],
  );
  return rows[0]?.id ?? null;
}

export async function insertCustomer(
  change: EntitlementChange,
  customer: {
    readonly organisationId: string;
    readonly name: string;
    readonly reference: string | null;
    readonly source: Source | null;
  },
  by: By,
): Promise<string> {
  const customerId = randomUUID();
  await change.client.query(
    `INSERT INTO customers (id, organisation_id, name, reference, source_organisation_id, source_id, created_at,
       created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      customerId,
      customer.organisationId,
      customer.name,
      customer.reference,
      customer.source?.organisationId ?? null,
      customer.source?.id ?? null,
      by.at,
      by.personId,
    ],
  );
  await change.record('customer', customerId);
  return customerId;
}

export async function updateCustomer(
  change: EntitlementChange,
  customerId: string,
  customer: { readonly name: string; readonly reference: string | null },
): Promise<void> {
  await change.client.query('UPDATE customers SET name = $2, reference = $3 WHERE id = $1', [
    customerId,
    customer.name,
    customer.reference,
  ]);
  await change.record('customer', customerId);
}

/** False: a location lies under it, or it was once shared; a share's history keeps what it was about. */
export async function removeCustomer(change: EntitlementChange, customerId: string): Promise<boolean> {
  const { rowCount } = await change.client.query(
    `DELETE FROM customers WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM locations WHERE customer_id = $1)
        AND NOT EXISTS (SELECT 1 FROM grants WHERE customer_id = $1)`,
    [customerId],
  );
  if (rowCount === 0) return false;
  await change.record('customer', customerId);
  return true;
}
