import { randomUUID } from 'node:crypto';
import type { ConnectionState } from '#libs/entitlements/connection.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** A reseller as a dealer sees it before and after asking (AJ-19). */
export interface ListedReseller {
  readonly resellerId: string;
  readonly name: string;
  readonly country: string;
  readonly description: string;
  readonly contactEmail: string;
  readonly phone: string | null;
  readonly timeZone: string;
  /** Null until the dealer asked. */
  readonly connection: {
    readonly connectionId: string;
    readonly state: ConnectionState;
    readonly requestedAt: Date;
    readonly dealerNumber: string | null;
  } | null;
}

type ListedRow = Omit<ListedReseller, 'connection'> & {
  readonly connectionId: string | null;
  readonly state: ConnectionState;
  readonly requestedAt: Date;
  readonly dealerNumber: string | null;
};

/** AJ-19: those that offer something in the country, and those the dealer has asked, which come first. */
export async function resellersFor(
  client: Queryable,
  dealerId: string,
  country: string,
): Promise<readonly ListedReseller[]> {
  const { rows } = await client.query<ListedRow>(
    `SELECT o.id AS "resellerId", o.name, o.country, r.description, r.contact_email AS "contactEmail", r.phone,
            r.time_zone AS "timeZone", c.id AS "connectionId", c.state, c.requested_at AS "requestedAt",
            c.dealer_number AS "dealerNumber"
       FROM resellers r JOIN organisations o ON o.id = r.organisation_id AND o.deleted_at IS NULL
       LEFT JOIN connections c ON c.kind = 'reseller' AND c.requester_id = $1 AND c.counterparty_id = o.id
      WHERE o.id <> $1 AND (c.id IS NOT NULL OR EXISTS (
        SELECT 1 FROM service_packages p WHERE p.reseller_id = o.id AND p.withdrawn_at IS NULL AND $2 = ANY(p.countries)))
      ORDER BY c.requested_at DESC NULLS LAST, o.name, o.id`,
    [dealerId, country],
  );
  return rows.map(({ connectionId, state, requestedAt, dealerNumber, ...reseller }) => ({
    ...reseller,
    connection: connectionId === null ? null : { connectionId, state, requestedAt, dealerNumber },
  }));
}

/** A dealer as a reseller sees it. */
export interface ListedDealer {
  readonly connectionId: string;
  readonly dealerId: string;
  readonly name: string;
  readonly country: string;
  readonly contactEmail: string;
  readonly state: ConnectionState;
  readonly requestedAt: Date;
  readonly dealerNumber: string | null;
}

/** Those that asked the reseller, waiting ones first (AJ-18). */
export async function dealersOf(client: Queryable, resellerId: string): Promise<readonly ListedDealer[]> {
  const { rows } = await client.query<ListedDealer>(
    `SELECT c.id AS "connectionId", o.id AS "dealerId", o.name, o.country, d.contact_email AS "contactEmail", c.state,
            c.requested_at AS "requestedAt", c.dealer_number AS "dealerNumber"
       FROM connections c JOIN organisations o ON o.id = c.requester_id JOIN dealers d ON d.organisation_id = o.id
      WHERE c.kind = 'reseller' AND c.counterparty_id = $1
      ORDER BY c.state = 'requested' DESC, c.requested_at DESC, c.id`,
    [resellerId],
  );
  return rows;
}

/** AJ-37. */
export async function numberDealer(client: Queryable, connectionId: string, number: string): Promise<void> {
  await client.query('UPDATE connections SET dealer_number = $2 WHERE id = $1', [connectionId, number]);
}

/** The resellers a dealer has an active connection to (AJ-18). */
export async function activeResellersOf(
  client: Queryable,
  dealerId: string,
): Promise<readonly { readonly resellerId: string; readonly timeZone: string }[]> {
  const { rows } = await client.query<{ resellerId: string; timeZone: string }>(
    `SELECT r.organisation_id AS "resellerId", r.time_zone AS "timeZone"
       FROM connections c JOIN resellers r ON r.organisation_id = c.counterparty_id
      WHERE c.kind = 'reseller' AND c.state = 'active' AND c.requester_id = $1 ORDER BY r.organisation_id`,
    [dealerId],
  );
  return rows;
}

/** AJ-19: keeps that the address is written to; null when it was before. */
export async function insertResellerInvitation(
  client: Queryable,
  invitation: { readonly dealerId: string; readonly email: string; readonly country: string },
  by: By,
): Promise<string | null> {
  const invitationId = randomUUID();
  const { rowCount } = await client.query(
    `INSERT INTO reseller_invitations (id, dealer_id, email, country, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (dealer_id, email) DO NOTHING`,
    [invitationId, invitation.dealerId, invitation.email, invitation.country, by.at, by.personId],
  );
  return rowCount === 1 ? invitationId : null;
}

/** Who invites; null when the company is gone. */
export async function resellerInvitationById(
  client: Queryable,
  invitationId: string,
): Promise<{ readonly dealerName: string } | null> {
  const { rows } = await client.query<{ dealerName: string }>(
    `SELECT o.name AS "dealerName" FROM reseller_invitations i JOIN organisations o ON o.id = i.dealer_id
      WHERE i.id = $1 AND o.deleted_at IS NULL`,
    [invitationId],
  );
  return rows[0] ?? null;
}
