import { randomUUID } from 'node:crypto';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import type { Queryable } from './pool.js';

/** Somebody with access to a location, and how they came by it. */
export interface AccessRow {
  readonly origin: 'owner' | 'membership' | 'grant';
  readonly grantId: string | null;
  readonly personId: string | null;
  readonly personName: string | null;
  readonly email: string | null;
  readonly organisationId: string | null;
  readonly organisationName: string | null;
  readonly role: 'owner' | OrganisationRole | GrantRole;
  readonly grantedById: string | null;
  readonly grantedByName: string | null;
  readonly since: Date;
  readonly expiresAt: Date | null;
  readonly suspended: boolean;
}

/**
 * Everyone with access at `now` (NB-12, NB-14). Members of the installing organisation are listed one by one only for
 * a viewer of that organisation (NB-13); for others the organisation is one line.
 */
export async function accessOf(
  client: Queryable,
  locationId: string,
  viewerPersonId: string,
  now: Date,
): Promise<readonly AccessRow[]> {
  const { rows } = await client.query<AccessRow>(
    `WITH here AS (SELECT * FROM locations WHERE id = $1),
          colleague AS (
            SELECT EXISTS (SELECT 1 FROM memberships m, here
                            WHERE m.organisation_id = here.installed_by_organisation_id
                              AND m.person_id = $2 AND m.removed_at IS NULL) AS yes)
     SELECT 'owner' AS origin, NULL::uuid AS "grantId", u.id AS "personId", u.name AS "personName", u.email,
            NULL::uuid AS "organisationId", NULL AS "organisationName", 'owner' AS role,
            NULL AS "grantedById", NULL AS "grantedByName", here.created_at AS since, NULL::timestamptz AS "expiresAt",
            FALSE AS suspended
       FROM here JOIN identity."user" u ON u.id = here.owner_person_id
     UNION ALL
     SELECT 'membership', NULL, u.id, u.name, u.email, NULL, NULL, m.role, a.id, a.name, m.since, NULL, FALSE
       FROM here
       JOIN colleague ON colleague.yes
       JOIN memberships m ON m.organisation_id = here.installed_by_organisation_id AND m.removed_at IS NULL
       JOIN identity."user" u ON u.id = m.person_id
       LEFT JOIN identity."user" a ON a.id = m.added_by
     UNION ALL
     SELECT 'membership', NULL, NULL, NULL, NULL, o.id, o.name, 'administrator', NULL, NULL, here.created_at, NULL, FALSE
       FROM here JOIN colleague ON NOT colleague.yes
       JOIN organisations o ON o.id = here.installed_by_organisation_id
     UNION ALL
     SELECT 'grant', g.id, u.id, u.name, u.email, o.id, o.name, g.role, b.id, b.name, g.granted_at, g.expires_at,
            g.suspended_at IS NOT NULL
       FROM grants g
       LEFT JOIN identity."user" u ON u.id = g.grantee_person_id
       LEFT JOIN organisations o ON o.id = g.grantee_organisation_id
       JOIN identity."user" b ON b.id = g.granted_by
      WHERE g.location_id = $1 AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $3)
     ORDER BY since, origin, "personId", "grantId"`,
    [locationId, viewerPersonId, now],
  );
  return rows;
}

export interface NewGrant {
  readonly locationId: string;
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly role: GrantRole;
  readonly expiresAt: Date | null;
}

export async function insertGrant(change: EntitlementChange, grant: NewGrant, by: By): Promise<string> {
  const grantId = randomUUID();
  await change.client.query(
    `INSERT INTO grants (id, location_id, grantee_person_id, grantee_organisation_id, role, granted_by, granted_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      grantId,
      grant.locationId,
      grant.personId,
      grant.organisationId,
      grant.role,
      by.personId,
      by.at,
      grant.expiresAt,
    ],
  );
  await change.record('grant', grantId);
  return grantId;
}

export interface GrantRow {
  readonly grantId: string;
  readonly locationId: string;
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly role: GrantRole;
  readonly suspended: boolean;
}

/** A grant that nobody has revoked. */
export async function liveGrant(client: Queryable, grantId: string): Promise<GrantRow | null> {
  const { rows } = await client.query<GrantRow>(
    `SELECT id AS "grantId", location_id AS "locationId", grantee_person_id AS "personId",
            grantee_organisation_id AS "organisationId", role, suspended_at IS NOT NULL AS suspended
       FROM grants WHERE id = $1 AND revoked_at IS NULL`,
    [grantId],
  );
  return rows[0] ?? null;
}

/** A new grant takes the place of one of the same kind that still waits for the new owner's word. */
export async function revokeSuspended(change: EntitlementChange, grant: NewGrant, by: By): Promise<void> {
  const { rows } = await change.client.query<{ id: string }>(
    `UPDATE grants SET revoked_at = $4, revoked_by = $5
      WHERE location_id = $1 AND revoked_at IS NULL AND suspended_at IS NOT NULL
        AND grantee_person_id IS NOT DISTINCT FROM $2 AND grantee_organisation_id IS NOT DISTINCT FROM $3
     RETURNING id`,
    [grant.locationId, grant.personId, grant.organisationId, by.at, by.personId],
  );
  for (const { id } of rows) await change.record('grant', id);
}

/** NB-51: the new owner's word. */
export async function resumeGrant(change: EntitlementChange, grantId: string): Promise<void> {
  await change.client.query('UPDATE grants SET suspended_at = NULL WHERE id = $1', [grantId]);
  await change.record('grant', grantId);
}

/** Ends the grant. `grantedBy` narrows it to grants this person gave; null to any. False: there is none such. */
export async function revokeGrant(
  change: EntitlementChange,
  grant: { readonly grantId: string; readonly locationId: string; readonly grantedBy: string | null },
  by: By,
): Promise<boolean> {
  const { rowCount } = await change.client.query(
    `UPDATE grants SET revoked_at = $4, revoked_by = $5
      WHERE id = $1 AND location_id = $2 AND revoked_at IS NULL AND ($3::text IS NULL OR granted_by = $3)`,
    [grant.grantId, grant.locationId, grant.grantedBy, by.at, by.personId],
  );
  if (rowCount === 0) return false;
  await change.record('grant', grant.grantId);
  return true;
}
