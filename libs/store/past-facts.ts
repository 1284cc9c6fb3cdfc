import { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import type { MembershipFact, NodeFact } from '#libs/entitlements/facts.js';
import type { OrganisationRole } from '#libs/entitlements/role.js';
import { organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { grantFact } from './entitlement-facts.js';
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
  readonly customer_id?: string | null;
  readonly customer_since?: string | null;
  readonly created_at?: string;
  readonly partners_may_share?: boolean;
  readonly revoked_at?: string | null;
}

/** Columns that grants had not always; what they meant before they were there. */
const grantBefore = {
  customer_id: null,
  building_id: null,
  installation_id: null,
  device_id: null,
  granted_by_organisation_id: null,
  parent_grant_id: null,
  include_future: true,
  suspended_at: null,
  actions: null,
  hours: null,
  maximum_current_a: null,
};

/**
 * What a decision about one person at one location needed at a past instant, from the entitlement log: of every row the
 * last entry up to then. Answers "could X read D at T?" long after the rows have changed.
 */
export async function readFactsAt(
  client: Queryable,
  person: string,
  location: string,
  at: EpochMilliseconds,
): Promise<EntitlementTable> {
  const { rows } = await client.query<{ subject: EntitlementSubject; fact: Kept }>(
    `WITH local AS (
       SELECT DISTINCT ON (subject, subject_id) subject, fact FROM entitlement_log
        WHERE subject IN ('location', 'grant') AND COALESCE(fact->>'location_id', subject_id::text) = $3
          AND at <= $2 AND fact IS NOT NULL
        ORDER BY subject, subject_id, sequence DESC),
     customer AS (SELECT fact->>'customer_id' AS id FROM local WHERE subject = 'location')
     SELECT * FROM local
     UNION ALL
     (SELECT DISTINCT ON (subject_id) subject, fact FROM entitlement_log
       WHERE subject = 'customer' AND subject_id = (SELECT id::uuid FROM customer) AND at <= $2 AND fact IS NOT NULL
       ORDER BY subject_id, sequence DESC)
     UNION ALL
     (SELECT DISTINCT ON (subject_id) subject, fact FROM entitlement_log
       WHERE subject = 'grant' AND fact->>'customer_id' = (SELECT id FROM customer) AND at <= $2
       ORDER BY subject_id, sequence DESC)
     UNION ALL
     (SELECT DISTINCT ON (subject_id) subject, fact FROM entitlement_log
       WHERE subject = 'membership' AND fact->>'person_id' = $1 AND at <= $2 AND fact IS NOT NULL
       ORDER BY subject_id, sequence DESC)`,
    [person, new Date(at), location],
  );
  const of = (subject: EntitlementSubject): readonly Kept[] =>
    rows.filter((row) => row.subject === subject).map(({ fact }) => fact);
  return EntitlementTable.of({
    nodes: [...of('customer').map(customerOf), ...of('location').map(locationOf)],
    memberships: of('membership')
      .filter(({ removed_at }) => !removed_at)
      .map(membershipOf),
    grants: of('grant')
      .filter(({ revoked_at }) => !revoked_at)
      .map((row) => grantFact({ ...grantBefore, ...row } as Parameters<typeof grantFact>[0])),
  });
}

const instant = (text: string | null | undefined): EpochMilliseconds | null =>
  text ? epochMilliseconds(Date.parse(text)) : null;

const membershipOf = (row: Kept): MembershipFact => ({
  membershipId: row.id,
  organisationId: organisationId(row.organisation_id ?? ''),
  personId: personId(row.person_id ?? ''),
  role: row.role as OrganisationRole,
});

const customerOf = (row: Kept): NodeFact => ({
  kind: 'customer',
  nodeId: row.id,
  organisationId: organisationId(row.organisation_id ?? ''),
});

const locationOf = (row: Kept): NodeFact => ({
  kind: 'location',
  nodeId: siteId(row.id),
  parentId: row.customer_id ?? null,
  since: instant(row.customer_since ?? row.created_at) ?? epochMilliseconds(0),
  ownerPersonId: row.owner_person_id ? personId(row.owner_person_id) : null,
  ownershipEpoch: row.ownership_epoch ?? 1,
  ownershipBeganAt: instant(row.ownership_began_at),
  installedByOrganisationId: row.installed_by_organisation_id
    ? organisationId(row.installed_by_organisation_id)
    : null,
  partnersMayShare: row.partners_may_share ?? false,
});
