import { randomUUID } from 'node:crypto';
import type { Transfer, TransferState } from '#libs/entitlements/transfer.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { EntitlementChange } from './entitlement-log.js';
import { voidInvitations } from './invitations.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface TransferRow extends Transfer {
  readonly transferId: string;
  readonly locationId: string;
  readonly locationName: string;
  readonly createdBy: string;
  readonly createdByName: string;
  readonly createdAt: Date;
}

async function select(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly TransferRow[]> {
  const { rows } = await client.query<Omit<TransferRow, 'expiresAt'> & { expiresAt: Date }>(
    `SELECT t.id AS "transferId", t.location_id AS "locationId", l.name AS "locationName",
            t.recipient_email AS "recipientEmail", t.state, t.ownership_epoch AS "ownershipEpoch",
            t.created_by AS "createdBy", u.name AS "createdByName", t.created_at AS "createdAt", t.expires_at AS "expiresAt"
       FROM ownership_transfers t JOIN locations l ON l.id = t.location_id
       JOIN identity."user" u ON u.id = t.created_by WHERE ${condition} ORDER BY t.created_at, t.id`,
    values,
  );
  return rows.map((row) => ({ ...row, expiresAt: epochMilliseconds(row.expiresAt.getTime()) }));
}

export const transferById = async (client: Queryable, id: string): Promise<TransferRow | null> =>
  (await select(client, 't.id = $1', [id]))[0] ?? null;

export const openTransferOf = async (
  client: Queryable,
  locationId: string,
  now: Date,
): Promise<TransferRow | null> =>
  (
    await select(client, `t.location_id = $1 AND t.state = 'initiated' AND t.expires_at > $2`, [
      locationId,
      now,
    ])
  )[0] ?? null;

export const transfersFor = (client: Queryable, email: string, now: Date): Promise<readonly TransferRow[]> =>
  select(client, `t.recipient_email = lower($1) AND t.state = 'initiated' AND t.expires_at > $2`, [
    email,
    now,
  ]);

export async function insertTransfer(
  client: Queryable,
  transfer: Transfer & { readonly locationId: string; readonly language: string },
  by: By,
): Promise<string> {
  const transferId = randomUUID();
  await client.query(
    `UPDATE ownership_transfers SET state = 'expired', ended_at = expires_at
      WHERE location_id = $1 AND state = 'initiated' AND expires_at <= $2`,
    [transfer.locationId, by.at],
  );
  await client.query(
    `INSERT INTO ownership_transfers (id, location_id, recipient_email, language, state, ownership_epoch, created_by,
       created_at, expires_at) VALUES ($1, $2, lower($3), $4, $5, $6, $7, $8, $9)`,
    [
      transferId,
      transfer.locationId,
      transfer.recipientEmail,
      transfer.language,
      transfer.state,
      transfer.ownershipEpoch,
      by.personId,
      by.at,
      new Date(transfer.expiresAt),
    ],
  );
  return transferId;
}

export async function endTransfer(
  client: Queryable,
  id: string,
  state: TransferState,
  by: By,
): Promise<void> {
  await client.query(
    `UPDATE ownership_transfers SET state = $2, ended_at = $3, ended_by = $4 WHERE id = $1`,
    [id, state, by.at, by.personId],
  );
}

export interface Passed {
  readonly endedGuests: number;
  readonly suspendedPartners: number;
  readonly voidInvitations: number;
}

/**
 * NB-50, NB-51: the location becomes the recipient's, and in the same transaction everything ends that the former owner
 * let in: guests, invitations and codes, cards. Partners wait for the new owner's word.
 */
export async function passOwnership(
  change: EntitlementChange,
  locationId: string,
  recipientPersonId: string,
  by: By,
): Promise<Passed> {
  const { client } = change;
  await client.query(
    `INSERT INTO former_ownerships (id, location_id, ownership_epoch, person_id, began_at, ended_at)
     SELECT $2, id, ownership_epoch, owner_person_id, COALESCE(ownership_began_at, created_at), $3
       FROM locations WHERE id = $1 AND owner_person_id IS NOT NULL`,
    [locationId, randomUUID(), by.at],
  );
  await client.query(
    `UPDATE locations SET owner_person_id = $2, ownership_epoch = ownership_epoch + 1, ownership_began_at = $3
      WHERE id = $1`,
    [locationId, recipientPersonId, by.at],
  );
  await change.record('location', locationId);
  const guests = await client.query<{ id: string }>(
    `UPDATE grants SET revoked_at = $2, revoked_by = $3
      WHERE location_id = $1 AND revoked_at IS NULL
        AND role IN ('guest', 'hub-administrator', 'hub-limited-administrator', 'hub-user') RETURNING id`,
    [locationId, by.at, by.personId],
  );
  const partners = await client.query<{ id: string }>(
    `UPDATE grants SET suspended_at = $2
      WHERE location_id = $1 AND role IN ('partner', 'professional') AND revoked_at IS NULL AND suspended_at IS NULL RETURNING id`,
    [locationId, by.at],
  );
  for (const { id } of [...guests.rows, ...partners.rows]) await change.record('grant', id);
  await client.query('DELETE FROM id_tokens WHERE location_id = $1', [locationId]);
  return {
    endedGuests: guests.rows.length,
    suspendedPartners: partners.rows.length,
    voidInvitations: await voidInvitations(client, locationId, by.at),
  };
}

export interface FormerOwnership {
  readonly ownershipId: string;
  readonly locationId: string;
  readonly locationName: string;
  readonly beganAt: Date;
  readonly endedAt: Date;
}

export async function formerOwnershipsOf(
  client: Queryable,
  personId: string,
): Promise<readonly FormerOwnership[]> {
  const { rows } = await client.query<FormerOwnership>(
    `SELECT f.id AS "ownershipId", f.location_id AS "locationId", l.name AS "locationName", f.began_at AS "beganAt",
            f.ended_at AS "endedAt"
       FROM former_ownerships f JOIN locations l ON l.id = f.location_id
      WHERE f.person_id = $1 ORDER BY f.ended_at DESC, f.id`,
    [personId],
  );
  return rows;
}
