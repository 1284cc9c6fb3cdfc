import { createHash } from 'node:crypto';
import { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import {
  atLocation,
  type GrantFact,
  type LocationFact,
  type MembershipFact,
  type NodeFact,
  type PartFact,
} from '#libs/entitlements/facts.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';

/** The same UUID for the same name, so that a test can speak of "cabin". */
export function uuidOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A location without owner, installer and customer, unless said otherwise. */
export const locationFact = (name: string, more: Partial<LocationFact>): LocationFact => ({
  kind: 'location',
  nodeId: siteId(uuidOf(name)),
  parentId: null,
  since: epochMilliseconds(0),
  ownerPersonId: null,
  ownershipEpoch: 1,
  ownershipBeganAt: null,
  installedByOrganisationId: null,
  partnersMayShare: false,
  ...more,
});

export const partFact = (kind: PartFact['kind'], name: string, parent: string, since = 0): PartFact => ({
  kind,
  nodeId: uuidOf(name),
  parentId: uuidOf(parent),
  since: epochMilliseconds(since),
});

/** An unlimited partner's grant from Olga, given at 0; the grantee is an organisation when its name begins with "@". */
export const grantOf = (name: string, at: string, grantee: string, more: Partial<GrantFact>): GrantFact => ({
  grantId: grantId(uuidOf(name)),
  scope: atLocation(uuidOf(at)),
  grantee: grantee.startsWith('@')
    ? { kind: 'organisation', organisationId: organisationId(uuidOf(grantee.slice(1))) }
    : { kind: 'person', personId: personId(grantee) },
  role: 'partner',
  grantedBy: personId('olga'),
  grantedByOrganisationId: null,
  grantedAt: epochMilliseconds(0),
  expiresAt: null,
  suspended: false,
  parentGrantId: null,
  includeFuture: true,
  actions: null,
  hours: null,
  maximumCurrent_A: null,
  ...more,
});

export const memberOf = (
  person: string,
  organisation: string,
  role: MembershipFact['role'],
): MembershipFact => ({
  membershipId: uuidOf(`${person}@${organisation}`),
  organisationId: organisationId(uuidOf(organisation)),
  personId: personId(person),
  role,
});

/** A table from plain lists, for tests of decisions. */
export const factsOf = (
  nodes: readonly NodeFact[],
  memberships: readonly MembershipFact[],
  grants: readonly GrantFact[],
): EntitlementTable => EntitlementTable.of({ nodes, memberships, grants });
