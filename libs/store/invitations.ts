import type { Invitation } from '#libs/entitlements/invitation.js';
import type { LocationAction } from '#libs/entitlements/action.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** An invitation as it is kept: the machine's state, and whom and what it is about. */
export interface InvitationRow extends Invitation {
  readonly invitationId: string;
  readonly locationId: string;
  readonly email: string | null;
  readonly organisationId: string | null;
  readonly role: GrantRole;
  readonly grantExpiresAt: Date | null;
  /** What the access is limited to; null: nothing of its own. */
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
  readonly includeFuture: boolean;
  readonly language: string;
  readonly codeHash: Buffer;
  readonly createdBy: string;
  readonly createdByName: string;
  readonly createdAt: Date;
}

const columns = `i.id AS "invitationId", i.location_id AS "locationId", i.kind, i.email, i.organisation_id AS "organisationId",
  i.role, i.grant_expires_at AS "grantExpiresAt", i.grant_actions AS actions, i.grant_hours AS hours,
  i.grant_maximum_current_a::float8 AS "maximumCurrent_A", i.grant_includes_future AS "includeFuture", i.language, i.code_hash AS "codeHash", i.state,
  i.created_by AS "createdBy", u.name AS "createdByName", i.created_at AS "createdAt", i.expires_at AS "expiresAt",
  i.ownership_epoch AS "ownershipEpoch", i.redemptions, i.maximum_redemptions AS "maximumRedemptions"`;
const source = `FROM invitations i JOIN identity."user" u ON u.id = i.created_by`;

async function select(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly InvitationRow[]> {
  const { rows } = await client.query<Omit<InvitationRow, 'expiresAt'> & { expiresAt: Date }>(
    `SELECT ${columns} ${source} WHERE ${condition} ORDER BY i.created_at, i.id`,
    values,
  );
  return rows.map((row) => ({ ...row, expiresAt: epochMilliseconds(row.expiresAt.getTime()) }));
}

export const invitationById = async (client: Queryable, id: string): Promise<InvitationRow | null> =>
  (await select(client, 'i.id = $1', [id]))[0] ?? null;

export const invitationByCode = async (client: Queryable, codeHash: Buffer): Promise<InvitationRow | null> =>
  (await select(client, 'i.code_hash = $1', [codeHash]))[0] ?? null;

/** Those of a location that wait for an answer at `now`, oldest first. */
export const pendingInvitations = (
  client: Queryable,
  locationId: string,
  now: Date,
): Promise<readonly InvitationRow[]> =>
  select(client, `i.location_id = $1 AND i.state = 'pending' AND i.expires_at > $2`, [locationId, now]);

/** Those that wait for this person: to the own verified address, or to an organisation the person administers. */
export const invitationsFor = (
  client: Queryable,
  person: { readonly email: string | null; readonly administrates: readonly string[] },
  now: Date,
): Promise<readonly InvitationRow[]> =>
  select(
    client,
    `i.state = 'pending' AND i.expires_at > $3 AND
     ((i.kind = 'person' AND i.email = lower($1)) OR (i.kind = 'organisation' AND i.organisation_id = ANY($2)))`,
    [person.email, person.administrates, now],
  );

export async function insertInvitation(
  client: Queryable,
  invitation: Omit<InvitationRow, 'createdBy' | 'createdByName' | 'createdAt'>,
  by: By,
): Promise<void> {
  await client.query(
    `INSERT INTO invitations (id, location_id, kind, email, organisation_id, role, grant_expires_at, language, code_hash,
       state, created_by, created_at, expires_at, ownership_epoch, redemptions, maximum_redemptions,
       grant_actions, grant_hours, grant_maximum_current_a, grant_includes_future)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      invitation.invitationId,
      invitation.locationId,
      invitation.kind,
      invitation.email,
      invitation.organisationId,
      invitation.role,
      invitation.grantExpiresAt,
      invitation.language,
      invitation.codeHash,
      invitation.state,
      by.personId,
      by.at,
      new Date(invitation.expiresAt),
      invitation.ownershipEpoch,
      invitation.redemptions,
      invitation.maximumRedemptions,
      invitation.actions,
      invitation.hours && JSON.stringify(invitation.hours),
      invitation.maximumCurrent_A,
      invitation.includeFuture,
    ],
  );
}

/** Keeps the machine's next state. */
export async function storeInvitation(
  client: Queryable,
  id: string,
  next: Invitation,
  by: By | null,
  at: Date,
): Promise<void> {
  await client.query(
    `UPDATE invitations SET state = $2, redemptions = $3,
            ended_at = CASE WHEN $2 = 'pending' THEN NULL ELSE $4::timestamptz END, ended_by = $5 WHERE id = $1`,
    [id, next.state, next.redemptions, at, by?.personId ?? null],
  );
}

/** Tidies up what the clock has ended, so that a new one can take its place. */
export async function tidyExpired(client: Queryable, locationId: string, now: Date): Promise<void> {
  await client.query(
    `UPDATE invitations SET state = 'expired', ended_at = expires_at
      WHERE location_id = $1 AND state = 'pending' AND expires_at <= $2`,
    [locationId, now],
  );
}

/** T3: everything that waits at the location ends. */
export async function voidInvitations(client: Queryable, locationId: string, at: Date): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE invitations SET state = 'void', ended_at = $2 WHERE location_id = $1 AND state = 'pending'`,
    [locationId, at],
  );
  return rowCount ?? 0;
}

/** T1: counts a refused try of a code that exists; at the hundredth it is void. */
export async function countFailure(client: Queryable, id: string, at: Date): Promise<void> {
  await client.query(
    `UPDATE invitations SET failures = failures + 1,
            state = CASE WHEN failures + 1 >= 100 AND state = 'pending' THEN 'void' ELSE state END,
            ended_at = CASE WHEN failures + 1 >= 100 AND state = 'pending' THEN $2 ELSE ended_at END
      WHERE id = $1`,
    [id, at],
  );
}
