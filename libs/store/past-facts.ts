import type { Facts, GrantFact, LocationFact, MembershipFact } from '#libs/entitlements/facts.js';
import type { GrantRole, OrganisationRole } from '#libs/entitlements/role.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { EntitlementSubject } from './entitlement-log.js';
import type { Queryable } from './pool.js';

/** Rows as the entitlement log keeps them: columns as JSON, instants as text. */
interface Kept {
  readonly id: string;
  readonly organisation_id?: string;
  readonly person_id?: string;
  readonly role?: string;
  readonly removed_at?: string | null;
  readonly owner_person_id?: string | null;
  readonly ownership_epoch?: number;
  readonly ownership_began_at?: string | null;
  readonly installed_by_organisation_id?: string | null;
  readonly location_id?: string;
  readonly grantee_person_id?: string | null;
  readonly grantee_organisation_id?: string | null;
  readonly granted_by?: string;
  readonly expires_at?: string | null;
  readonly revoked_at?: string | null;
  readonly suspended_at?: string | null;
}

/**
 * What a decision about one person at one location needed at a past instant, from the entitlement log: of every row the
 * last entry up to then. Answers "could X read D at T?" long after the rows have changed.
 */
export async function readFactsAt(
  client: Queryable,
  person: string,
  location: string,
  at: EpochMilliseconds,
): Promise<Facts> {
  const { rows } = await client.query<{ subject: EntitlementSubject; fact: Kept }>(
    `SELECT DISTINCT ON (subject, subject_id) subject, fact FROM entitlement_log
      WHERE at <= $3 AND fact IS NOT NULL
        AND ((subject IN ('location', 'grant') AND COALESCE(fact->>'location_id', subject_id::text) = $2)
          OR (subject = 'membership' AND fact->>'person_id' = $1))
      ORDER BY subject, subject_id, sequence DESC`,
    [person, location, new Date(at)],
  );
  const of = (subject: EntitlementSubject): readonly Kept[] =>
    rows.filter((row) => row.subject === subject).map(({ fact }) => fact);
  const memberships = of('membership')
    .filter(({ removed_at }) => !removed_at)
    .map(membershipOf);
  const grants = of('grant')
    .filter(({ revoked_at }) => !revoked_at)
    .map(grantOf);
  const [kept] = of('location');
  return {
    location: (id) => (kept && id === location ? locationOf(kept, grants) : undefined),
    membershipsOf: (id) => (id === person ? memberships : []),
  };
}

const instant = (text: string | null | undefined): EpochMilliseconds | null =>
  text ? epochMilliseconds(Date.parse(text)) : null;

const membershipOf = (row: Kept): MembershipFact => ({
  membershipId: row.id,
  organisationId: organisationId(row.organisation_id ?? ''),
  personId: personId(row.person_id ?? ''),
  role: row.role as OrganisationRole,
});

const grantOf = (row: Kept): GrantFact => ({
  grantId: grantId(row.id),
  locationId: siteId(row.location_id ?? ''),
  grantee: row.grantee_person_id
    ? { kind: 'person', personId: personId(row.grantee_person_id) }
    : { kind: 'organisation', organisationId: organisationId(row.grantee_organisation_id ?? '') },
  role: row.role as GrantRole,
  grantedBy: personId(row.granted_by ?? ''),
  expiresAt: instant(row.expires_at),
  suspended: Boolean(row.suspended_at),
});

const locationOf = (row: Kept, grants: readonly GrantFact[]): LocationFact => ({
  locationId: siteId(row.id),
  ownerPersonId: row.owner_person_id ? personId(row.owner_person_id) : null,
  ownershipEpoch: row.ownership_epoch ?? 1,
  ownershipBeganAt: instant(row.ownership_began_at),
  installedByOrganisationId: row.installed_by_organisation_id
    ? organisationId(row.installed_by_organisation_id)
    : null,
  grants,
});
