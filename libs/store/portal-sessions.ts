import { sessionHolds, type PortalSession } from '#libs/entitlements/portal-code.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { portalColumns, portalTables, type PortalRow } from './customer-portals.js';
import type { Queryable } from './pool.js';

/** What a session of the customer portal shows: everything of a customer, one location, or one installation. */
export type PortalScope =
  | { readonly kind: 'customer'; readonly customerId: string }
  | { readonly kind: 'location'; readonly locationId: string }
  | { readonly kind: 'installation'; readonly locationId: string; readonly installationId: string };

export async function insertPortalSession(
  client: Queryable,
  tokenHash: Buffer,
  portalId: string,
  session: PortalSession,
  at: Date,
): Promise<void> {
  await client.query('DELETE FROM customer_portal_sessions WHERE expires_at <= $1', [at]);
  await client.query(
    `INSERT INTO customer_portal_sessions (token_hash, portal_id, epoch, ownership_epoch, installation_id, opened_at,
       expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tokenHash,
      portalId,
      session.epoch,
      session.ownershipEpoch,
      session.installationId,
      at,
      new Date(session.expiresAt),
    ],
  );
}

export async function deletePortalSession(client: Queryable, tokenHash: Buffer): Promise<void> {
  await client.query('DELETE FROM customer_portal_sessions WHERE token_hash = $1', [tokenHash]);
}

interface SessionColumns {
  readonly sessionEpoch: number;
  readonly sessionOwnershipEpoch: number;
  readonly installationId: string | null;
  readonly expiresAt: Date;
}

/** What the session opens at this instant; null: nothing, or there is none. Judged by the code as it is now (CP-14, CP-19). */
export async function livePortalSession(
  client: Queryable,
  tokenHash: Buffer,
  now: EpochMilliseconds,
): Promise<PortalScope | null> {
  const { rows } = await client.query<PortalRow & SessionColumns>(
    `SELECT ${portalColumns}, s.epoch AS "sessionEpoch", s.ownership_epoch AS "sessionOwnershipEpoch",
            s.installation_id AS "installationId", s.expires_at AS "expiresAt"
       FROM customer_portal_sessions s JOIN (${portalTables}) ON p.id = s.portal_id WHERE s.token_hash = $1`,
    [tokenHash],
  );
  const [row] = rows;
  if (!row) return null;
  const session: PortalSession = {
    epoch: row.sessionEpoch,
    ownershipEpoch: row.sessionOwnershipEpoch,
    installationId: row.installationId,
    expiresAt: epochMilliseconds(row.expiresAt.getTime()),
  };
  return sessionHolds(session, row, row.presentEpoch, now) ? scopeOf(row) : null;
}

function scopeOf({
  customerId,
  locationId,
  installationId,
}: Pick<PortalRow & SessionColumns, 'customerId' | 'locationId' | 'installationId'>): PortalScope | null {
  if (customerId !== null) return { kind: 'customer', customerId };
  if (locationId === null) return null;
  return installationId === null
    ? { kind: 'location', locationId }
    : { kind: 'installation', locationId, installationId };
}
