import type { OrganisationRole } from '#libs/entitlements/role.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

export interface MembershipInvitationRow {
  readonly invitationId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly email: string;
  readonly role: OrganisationRole;
  readonly state: 'invited' | 'active' | 'withdrawn' | 'expired';
  readonly createdBy: string;
  readonly createdByName: string;
  readonly expiresAt: Date;
}

async function select(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly MembershipInvitationRow[]> {
  const { rows } = await client.query<MembershipInvitationRow>(
    `SELECT i.id AS "invitationId", i.organisation_id AS "organisationId", o.name AS "organisationName", i.email, i.role,
            i.state, i.created_by AS "createdBy", u.name AS "createdByName", i.expires_at AS "expiresAt"
       FROM membership_invitations i JOIN organisations o ON o.id = i.organisation_id
       JOIN identity."user" u ON u.id = i.created_by WHERE ${condition} ORDER BY i.created_at, i.id`,
    values,
  );
  return rows;
}

export const membershipInvitationById = async (
  client: Queryable,
  id: string,
): Promise<MembershipInvitationRow | null> => (await select(client, 'i.id = $1', [id]))[0] ?? null;

export const membershipInvitationsOf = (
  client: Queryable,
  organisationId: string,
  now: Date,
): Promise<readonly MembershipInvitationRow[]> =>
  select(client, `i.organisation_id = $1 AND i.state = 'invited' AND i.expires_at > $2`, [
    organisationId,
    now,
  ]);

export const membershipInvitationsFor = (
  client: Queryable,
  email: string,
  now: Date,
): Promise<readonly MembershipInvitationRow[]> =>
  select(client, `i.email = lower($1) AND i.state = 'invited' AND i.expires_at > $2`, [email, now]);

export interface NewMembershipInvitation {
  readonly invitationId: string;
  readonly organisationId: string;
  readonly email: string;
  readonly role: OrganisationRole;
  readonly language: string;
  readonly expiresAt: Date;
}

/** Invites; a live invitation of the same address gives way to it. */
export async function insertMembershipInvitation(
  client: Queryable,
  invitation: NewMembershipInvitation,
  by: By,
): Promise<void> {
  await client.query(
    `UPDATE membership_invitations SET state = 'withdrawn', ended_at = $3
      WHERE organisation_id = $1 AND email = $2 AND state = 'invited'`,
    [invitation.organisationId, invitation.email, by.at],
  );
  await client.query(
    `INSERT INTO membership_invitations (id, organisation_id, email, role, language, state, created_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, 'invited', $6, $7, $8)`,
    [
      invitation.invitationId,
      invitation.organisationId,
      invitation.email,
      invitation.role,
      invitation.language,
      by.personId,
      by.at,
      invitation.expiresAt,
    ],
  );
}

export async function endMembershipInvitation(
  client: Queryable,
  id: string,
  state: 'active' | 'withdrawn',
  at: Date,
): Promise<void> {
  await client.query(`UPDATE membership_invitations SET state = $2, ended_at = $3 WHERE id = $1`, [
    id,
    state,
    at,
  ]);
}
