import { randomUUID } from 'node:crypto';
import type { LocationAction } from '#libs/entitlements/action.js';
import type { PartFact, ScopeKind } from '#libs/entitlements/facts.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import type { EntitlementChange } from './entitlement-log.js';
import type { By } from './organisations.js';
import { closeShared } from './placements.js';
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
  /** What a grant is given on: the location, a part of it, or its customer; null for what is no grant. */
  readonly scope: { readonly kind: ScopeKind; readonly id: string; readonly name: string } | null;
  /** For whom the granter acted. */
  readonly grantedByOrganisation: { readonly organisationId: string; readonly name: string } | null;
  readonly parentGrantId: string | null;
  readonly includeFuture: boolean | null;
  readonly branded: boolean | null;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
  /** CS-22: when something of it was first taken over. */
  readonly processedAt: Date | null;
}

/** Every grant that reaches into the location: on it, on a part of it, and on its customer unless that came later (CS-37). */
const grantLines = `
     SELECT 'grant', g.id, u.id, u.name, u.email, o.id, o.name, g.role, b.id, b.name, g.granted_at, g.expires_at,
            g.suspended_at IS NOT NULL,
            CASE WHEN g.customer_id IS NOT NULL
                 THEN (SELECT json_build_object('kind', 'customer', 'id', id, 'name', name) FROM customers WHERE id = g.customer_id)
                 WHEN g.building_id IS NOT NULL
                 THEN (SELECT json_build_object('kind', 'building', 'id', id, 'name', name) FROM buildings WHERE id = g.building_id)
                 WHEN g.installation_id IS NOT NULL
                 THEN (SELECT json_build_object('kind', 'installation', 'id', id, 'name', name) FROM installations WHERE id = g.installation_id)
                 WHEN g.device_id IS NOT NULL
                 THEN (SELECT json_build_object('kind', 'device', 'id', id, 'name', name) FROM devices WHERE id = g.device_id)
                 ELSE json_build_object('kind', 'location', 'id', here.id, 'name', here.name) END,
            CASE WHEN go.id IS NOT NULL THEN json_build_object('organisationId', go.id, 'name', go.name) END,
            g.parent_grant_id, g.include_future, g.branded, g.actions, g.hours, g.maximum_current_a::float8,
            (SELECT min(i.taken_at) FROM share_items i JOIN share_objects so ON so.id = i.object_id
              WHERE so.grant_id = g.id)
       FROM here
       JOIN grants g ON g.location_id = here.id
         OR (g.customer_id = here.customer_id
             AND (g.include_future OR COALESCE(here.customer_since, here.created_at) <= g.granted_at))
       LEFT JOIN identity."user" u ON u.id = g.grantee_person_id
       LEFT JOIN organisations o ON o.id = g.grantee_organisation_id
       LEFT JOIN organisations go ON go.id = g.granted_by_organisation_id
       JOIN identity."user" b ON b.id = g.granted_by
      WHERE g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $3)`;
/** What the other lines have in the places of a grant. */
const noGrant = `NULL::json, NULL::json, NULL::uuid, NULL::boolean, NULL::boolean, NULL::text[], NULL::jsonb, NULL::float8,
            NULL::timestamptz`;

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
            FALSE AS suspended, NULL::json AS scope, NULL::json AS "grantedByOrganisation",
            NULL::uuid AS "parentGrantId", NULL::boolean AS "includeFuture", NULL::boolean AS branded,
            NULL::text[] AS actions, NULL::jsonb AS hours, NULL::float8 AS "maximumCurrent_A",
            NULL::timestamptz AS "processedAt"
       FROM here JOIN identity."user" u ON u.id = here.owner_person_id
     UNION ALL
     SELECT 'membership', NULL, u.id, u.name, u.email, NULL, NULL, m.role, a.id, a.name, m.since, NULL, FALSE, ${noGrant}
       FROM here
       JOIN colleague ON colleague.yes
       JOIN memberships m ON m.organisation_id = here.installed_by_organisation_id AND m.removed_at IS NULL
       JOIN identity."user" u ON u.id = m.person_id
       LEFT JOIN identity."user" a ON a.id = m.added_by
     UNION ALL
     SELECT 'membership', NULL, NULL, NULL, NULL, o.id, o.name, 'administrator', NULL, NULL, here.created_at, NULL, FALSE,
            ${noGrant}
       FROM here JOIN colleague ON NOT colleague.yes
       JOIN organisations o ON o.id = here.installed_by_organisation_id
     UNION ALL
     ${grantLines}
     ORDER BY since, origin, "personId", "grantId"`,
    [locationId, viewerPersonId, now],
  );
  return rows;
}

/** Where a grant is given: on a customer, on a location, or on one part of a location. */
export type GrantPlace =
  | { readonly customerId: string }
  | {
      readonly locationId: string;
      readonly part: { readonly kind: PartFact['kind']; readonly id: string } | null;
    };

export interface NewGrant {
  readonly place: GrantPlace;
  /** One of these two. */
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly role: GrantRole;
  readonly expiresAt: Date | null;
  /** For whom the granter acts; null: for himself. */
  readonly grantedByOrganisationId: string | null;
  readonly parentGrantId: string | null;
  readonly includeFuture: boolean;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
  /** CS-19: work done under it carries the granter's name. */
  readonly branded: boolean;
}

/** What a grant has that limits nothing and was passed on from nobody. */
export const unlimited = {
  expiresAt: null,
  grantedByOrganisationId: null,
  parentGrantId: null,
  includeFuture: true,
  actions: null,
  hours: null,
  maximumCurrent_A: null,
  branded: false,
} as const satisfies Partial<NewGrant>;

export const wholeLocation = (locationId: string): GrantPlace => ({ locationId, part: null });

export async function insertGrant(change: EntitlementChange, grant: NewGrant, by: By): Promise<string> {
  const grantId = randomUUID();
  const place = 'customerId' in grant.place ? { ...grant.place, locationId: null, part: null } : grant.place;
  const partOf = (kind: PartFact['kind']): string | null =>
    place.part?.kind === kind ? place.part.id : null;
  await change.client.query(
    `INSERT INTO grants (id, customer_id, location_id, building_id, installation_id, device_id, grantee_person_id,
       grantee_organisation_id, role, granted_by, granted_at, expires_at, granted_by_organisation_id, parent_grant_id,
       include_future, actions, hours, maximum_current_a, branded)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      grantId,
      'customerId' in place ? place.customerId : null,
      place.locationId,
      partOf('building'),
      partOf('installation'),
      partOf('device'),
      grant.personId,
      grant.organisationId,
      grant.role,
      by.personId,
      by.at,
      grant.expiresAt,
      grant.grantedByOrganisationId,
      grant.parentGrantId,
      grant.includeFuture,
      grant.actions,
      grant.hours && JSON.stringify(grant.hours),
      grant.maximumCurrent_A,
      grant.branded,
    ],
  );
  await change.record('grant', grantId);
  return grantId;
}

export interface GrantRow {
  readonly grantId: string;
  /** Null for one on a customer. */
  readonly locationId: string | null;
  readonly customerId: string | null;
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly role: GrantRole;
  readonly suspended: boolean;
}

/** A grant that nobody has revoked. */
export async function liveGrant(client: Queryable, grantId: string): Promise<GrantRow | null> {
  const { rows } = await client.query<GrantRow>(
    `SELECT id AS "grantId", location_id AS "locationId", customer_id AS "customerId", grantee_person_id AS "personId",
            grantee_organisation_id AS "organisationId", role, suspended_at IS NOT NULL AS suspended
       FROM grants WHERE id = $1 AND revoked_at IS NULL`,
    [grantId],
  );
  return rows[0] ?? null;
}

/** A new grant at a location takes the place of one of the same kind that still waits for the new owner's word. */
export async function revokeSuspended(
  change: EntitlementChange,
  locationId: string,
  grantee: { readonly personId: string | null; readonly organisationId: string | null },
  by: By,
): Promise<void> {
  const { rows } = await change.client.query<{ id: string }>(
    `SELECT id FROM grants
      WHERE location_id = $1 AND revoked_at IS NULL AND suspended_at IS NOT NULL
        AND grantee_person_id IS NOT DISTINCT FROM $2 AND grantee_organisation_id IS NOT DISTINCT FROM $3`,
    [locationId, grantee.personId, grantee.organisationId],
  );
  for (const { id } of rows) await endGrant(change, id, 'replaced', by);
}

/** NB-51: the new owner's word. */
export async function resumeGrant(change: EntitlementChange, grantId: string): Promise<void> {
  await change.client.query('UPDATE grants SET suspended_at = NULL WHERE id = $1', [grantId]);
  await change.record('grant', grantId);
}

/**
 * Ends the grant if it lives. `grantedBy` narrows it to grants this person gave; null to any. False: there is none such.
 */
export async function revokeGrant(
  change: EntitlementChange,
  grant: { readonly grantId: string; readonly locationId: string; readonly grantedBy: string | null },
  by: By,
): Promise<boolean> {
  const { rowCount } = await change.client.query(
    `SELECT 1 FROM grants
      WHERE id = $1 AND location_id = $2 AND revoked_at IS NULL AND ($3::text IS NULL OR granted_by = $3)`,
    [grant.grantId, grant.locationId, grant.grantedBy],
  );
  if (rowCount === 0) return false;
  await endGrant(change, grant.grantId, 'revoked', by);
  return true;
}

export type GrantEnd = 'revoked' | 'relinquished' | 'replaced';

/** Ends the grant and everything that was passed on from it (5D), whatever the depth. Answers all that ended, it first. */
export async function endGrant(
  change: EntitlementChange,
  grantId: string,
  reason: GrantEnd,
  by: By,
): Promise<readonly string[]> {
  const { rows } = await change.client.query<{ id: string }>(
    `WITH RECURSIVE subtree AS (
       SELECT id, 0 AS depth FROM grants WHERE id = $1 AND revoked_at IS NULL
       UNION ALL
       SELECT child.id, subtree.depth + 1 FROM grants child JOIN subtree ON child.parent_grant_id = subtree.id
        WHERE child.revoked_at IS NULL AND subtree.depth < 100)
     UPDATE grants SET revoked_at = $2, revoked_by = $3,
            end_reason = CASE WHEN grants.id = $1 THEN $4 ELSE 'cascaded' END
       FROM subtree WHERE grants.id = subtree.id RETURNING grants.id`,
    [grantId, by.at, by.personId, reason],
  );
  const ended = rows.map(({ id }) => id).toSorted((a, b) => Number(b === grantId) - Number(a === grantId));
  for (const id of ended) await change.record('grant', id);
  await closeShared(change.client, ended, by);
  return ended;
}
