import { randomUUID } from 'node:crypto';
import type { OrganisationKind, OrganisationRole } from '#libs/entitlements/role.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { Queryable } from './pool.js';

export interface OrganisationOfPerson {
  readonly organisationId: string;
  readonly membershipId: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  readonly role: OrganisationRole;
  readonly createdAt: Date;
}

export interface Member {
  readonly membershipId: string;
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly role: OrganisationRole;
  readonly since: Date;
}

/** A change by a person at an instant: the audit columns of every row it writes. */
export interface By {
  readonly personId: string;
  readonly at: Date;
}

export async function organisationsOf(
  client: Queryable,
  personId: string,
): Promise<readonly OrganisationOfPerson[]> {
  const { rows } = await client.query<OrganisationOfPerson>(
    `SELECT o.id AS "organisationId", m.id AS "membershipId", o.name, o.kind, m.role, o.created_at AS "createdAt"
       FROM memberships m JOIN organisations o ON o.id = m.organisation_id
      WHERE m.person_id = $1 AND m.removed_at IS NULL ORDER BY o.name, o.id`,
    [personId],
  );
  return rows;
}

export async function organisationName(client: Queryable, organisationId: string): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM organisations WHERE id = $1`, [
    organisationId,
  ]);
  return rows[0]?.name ?? null;
}

export async function membersOf(client: Queryable, organisationId: string): Promise<readonly Member[]> {
  const { rows } = await client.query<Member>(
    `SELECT m.id AS "membershipId", m.person_id AS "personId", u.name, u.email, m.role, m.since
       FROM memberships m JOIN identity."user" u ON u.id = m.person_id
      WHERE m.organisation_id = $1 AND m.removed_at IS NULL ORDER BY m.since, m.id`,
    [organisationId],
  );
  return rows;
}

/** Creates the organisation with its first administrator. */
export async function insertOrganisation(change: EntitlementChange, name: string, by: By): Promise<string> {
  const organisationId = randomUUID();
  await change.client.query(
    `INSERT INTO organisations (id, name, created_at, created_by) VALUES ($1, $2, $3, $4)`,
    [organisationId, name, by.at, by.personId],
  );
  await insertMembership(change, { organisationId, personId: by.personId, role: 'administrator' }, by);
  return organisationId;
}

/** Adds the member; null when the person is one already. */
export async function insertMembership(
  change: EntitlementChange,
  membership: { readonly organisationId: string; readonly personId: string; readonly role: OrganisationRole },
  by: By,
): Promise<string | null> {
  const membershipId = randomUUID();
  const { rowCount } = await change.client.query(
    `INSERT INTO memberships (id, organisation_id, person_id, role, since, added_by) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (organisation_id, person_id) WHERE removed_at IS NULL DO NOTHING`,
    [membershipId, membership.organisationId, membership.personId, membership.role, by.at, by.personId],
  );
  if (rowCount === 0) return null;
  await change.record('membership', membershipId);
  return membershipId;
}

export async function setRole(
  change: EntitlementChange,
  membershipId: string,
  role: OrganisationRole,
): Promise<void> {
  await change.client.query('UPDATE memberships SET role = $2 WHERE id = $1', [membershipId, role]);
  await change.record('membership', membershipId);
}

export async function keyVersion(client: Queryable, organisationId: string): Promise<number | null> {
  const { rows } = await client.query<{ version: number }>(
    'SELECT key_version AS version FROM organisations WHERE id = $1',
    [organisationId],
  );
  return rows[0]?.version ?? null;
}

/** Keeps which key is the present one, by its keyed hash. */
export async function setKey(
  client: Queryable,
  organisationId: string,
  version: number,
  hash: Buffer,
): Promise<void> {
  await client.query('UPDATE organisations SET key_version = $2, key_hash = $3 WHERE id = $1', [
    organisationId,
    version,
    hash,
  ]);
}

export async function organisationByKey(client: Queryable, hash: Buffer): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM organisations WHERE key_hash = $1', [
    hash,
  ]);
  return rows[0]?.id ?? null;
}

export async function endMembership(change: EntitlementChange, membershipId: string, by: By): Promise<void> {
  await change.client.query(
    `UPDATE memberships SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at IS NULL`,
    [membershipId, by.at, by.personId],
  );
  await change.record('membership', membershipId);
}
