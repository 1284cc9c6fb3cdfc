import type { PortalCode } from '#libs/entitlements/portal-code.js';
import type { Queryable } from './pool.js';

/** Whose portal it is: a customer's, or that of one location (CP-01). */
export type PortalPlace = { readonly customerId: string } | { readonly locationId: string };

export interface PortalRow extends PortalCode {
  readonly portalId: string;
  readonly customerId: string | null;
  readonly locationId: string | null;
  /** Of its location now; 0 for a customer's. */
  readonly presentEpoch: number;
  readonly changedAt: Date;
}

export const portalColumns = `p.id AS "portalId", p.customer_id AS "customerId", p.location_id AS "locationId", p.state,
  p.version, p.epoch, p.restricted, p.ownership_epoch AS "ownershipEpoch", p.wrong_tokens AS "wrongTokens",
  COALESCE(here.ownership_epoch, 0) AS "presentEpoch", p.changed_at AS "changedAt"`;
export const portalTables = `customer_portals p LEFT JOIN locations here ON here.id = p.location_id`;

/** The portal of this place; null while it was never switched on. */
export async function portalOf(client: Queryable, place: PortalPlace): Promise<PortalRow | null> {
  const [column, id] =
    'customerId' in place ? ['customer_id', place.customerId] : ['location_id', place.locationId];
  const { rows } = await client.query<PortalRow>(
    `SELECT ${portalColumns} FROM ${portalTables} WHERE p.${column} = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The portal that this code opens, and the installation of its own location that this token belongs to, if any. */
export async function portalByCode(
  client: Queryable,
  codeHash: Buffer,
  tokenHash: Buffer,
): Promise<(PortalRow & { readonly tokenOf: string | null }) | null> {
  const { rows } = await client.query<PortalRow & { tokenOf: string | null }>(
    `SELECT ${portalColumns},
            (SELECT i.id FROM installation_tokens t JOIN installations i ON i.id = t.installation_id
              WHERE t.token_hash = $2 AND i.location_id = p.location_id) AS "tokenOf"
       FROM ${portalTables} WHERE p.code_hash = $1`,
    [codeHash, tokenHash],
  );
  return rows[0] ?? null;
}

/** Keeps what a step of the machine led to. @param codeHash null while it is off */
export async function storePortal(
  client: Queryable,
  portal: { readonly portalId: string; readonly place: PortalPlace } & PortalCode,
  codeHash: Buffer | null,
  at: Date,
): Promise<void> {
  const { place } = portal;
  await client.query(
    `INSERT INTO customer_portals (id, customer_id, location_id, state, version, epoch, restricted, ownership_epoch,
       wrong_tokens, code_hash, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET state = $4, version = $5, epoch = $6, restricted = $7, ownership_epoch = $8,
       wrong_tokens = $9, code_hash = $10, changed_at = $11`,
    [
      portal.portalId,
      'customerId' in place ? place.customerId : null,
      'locationId' in place ? place.locationId : null,
      portal.state,
      portal.version,
      portal.epoch,
      portal.restricted,
      portal.ownershipEpoch,
      portal.wrongTokens,
      codeHash,
      at,
    ],
  );
}

/** T3: whoever makes a customer's code anew means its locations as they are owned now. */
export async function includePresentOwners(client: Queryable, customerId: string): Promise<void> {
  await client.query('UPDATE locations SET customer_epoch = ownership_epoch WHERE customer_id = $1', [
    customerId,
  ]);
}

/** Keeps the hash of an installation's token. CP-11: what is there already stays. */
export async function keepToken(
  client: Queryable,
  installationId: string,
  tokenHash: Buffer,
  at: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO installation_tokens (installation_id, token_hash, made_at) VALUES ($1, $2, $3)
     ON CONFLICT (installation_id) DO NOTHING`,
    [installationId, tokenHash, at],
  );
}
