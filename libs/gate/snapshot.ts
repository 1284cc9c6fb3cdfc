import type { Facts, GrantFact, LocationFact, MembershipFact } from '#libs/entitlements/facts.js';
import type { PersonId, SiteId } from '#libs/units/identifiers.js';
import type { AllFacts } from '#libs/store/entitlement-facts.js';
import type { EntitlementSubject } from '#libs/store/entitlement-log.js';

/** Whom a change concerns: streams of these people and at these locations are looked at again. */
export interface Concerned {
  readonly people: ReadonlySet<string>;
  readonly locations: ReadonlySet<string>;
}

/** Every entitlement in memory, so that a check costs microseconds. Only its tail (entitlement-tail.ts) writes to it. */
export class EntitlementSnapshot implements Facts {
  private readonly locations = new Map<string, LocationFact>();
  private readonly memberships = new Map<string, MembershipFact>();
  private readonly membershipsByPerson = new Map<string, readonly MembershipFact[]>();
  private readonly locationOfGrant = new Map<string, SiteId>();
  /** Person or organisation -> the locations it may reach, so that a list does not look at every location. */
  private readonly reach = new Map<string, Set<SiteId>>();

  location(locationId: SiteId): LocationFact | undefined {
    return this.locations.get(locationId);
  }

  membershipsOf(personId: PersonId): readonly MembershipFact[] {
    return this.membershipsByPerson.get(personId) ?? [];
  }

  /** Every location that some fact connects with the person; whether it allows anything is for `decide`. */
  candidatesOf(personId: PersonId): ReadonlySet<SiteId> {
    const found = new Set(this.reach.get(`person ${personId}`) ?? []);
    for (const { organisationId } of this.membershipsOf(personId)) {
      for (const locationId of this.reach.get(`organisation ${organisationId}`) ?? []) found.add(locationId);
    }
    return found;
  }

  replaceAll(facts: AllFacts): void {
    this.locations.clear();
    this.memberships.clear();
    this.membershipsByPerson.clear();
    this.locationOfGrant.clear();
    this.reach.clear();
    for (const membership of facts.memberships) this.putMembership(membership);
    const grants = new Map<string, GrantFact[]>();
    for (const grant of facts.grants) {
      const ofLocation = grants.get(grant.locationId);
      if (ofLocation) ofLocation.push(grant);
      else grants.set(grant.locationId, [grant]);
    }
    for (const row of facts.locations) this.putLocation({ ...row, grants: grants.get(row.locationId) ?? [] });
  }

  /** Takes over the rows as they are now; an id of `ids` without a row is gone. */
  apply(
    ids: Readonly<Record<EntitlementSubject, readonly string[]>>,
    rows: Omit<AllFacts, 'sequence'>,
  ): Concerned {
    const people = new Set<string>();
    const locations = new Set<string>(ids.location);
    for (const id of ids.membership) {
      const before = this.memberships.get(id);
      if (before) people.add(before.personId);
      this.removeMembership(id);
    }
    for (const membership of rows.memberships) {
      people.add(membership.personId);
      this.putMembership(membership);
    }
    for (const id of ids.location) {
      const row = rows.locations.find(({ locationId }) => locationId === id);
      if (row) this.putLocation({ ...row, grants: this.locations.get(id)?.grants ?? [] });
      else this.removeLocation(id);
    }
    for (const id of ids.grant) {
      const grant = rows.grants.find((each) => each.grantId === id);
      const locationId = grant?.locationId ?? this.locationOfGrant.get(id);
      const location = locationId === undefined ? undefined : this.locations.get(locationId);
      if (!location) continue;
      locations.add(location.locationId);
      const others = location.grants.filter((each) => each.grantId !== id);
      this.locationOfGrant.delete(id);
      this.putLocation({ ...location, grants: grant ? [...others, grant] : others });
    }
    return { people, locations };
  }

  private putMembership(membership: MembershipFact): void {
    this.removeMembership(membership.membershipId);
    this.memberships.set(membership.membershipId, membership);
    this.membershipsByPerson.set(membership.personId, [
      ...this.membershipsOf(membership.personId),
      membership,
    ]);
  }

  private removeMembership(id: string): void {
    const membership = this.memberships.get(id);
    if (!membership) return;
    this.memberships.delete(id);
    const others = this.membershipsOf(membership.personId).filter((each) => each.membershipId !== id);
    if (others.length > 0) this.membershipsByPerson.set(membership.personId, others);
    else this.membershipsByPerson.delete(membership.personId);
  }

  private putLocation(location: LocationFact): void {
    this.removeLocation(location.locationId);
    this.locations.set(location.locationId, location);
    for (const grant of location.grants) this.locationOfGrant.set(grant.grantId, location.locationId);
    for (const party of partiesOf(location)) {
      const reached = this.reach.get(party);
      if (reached) reached.add(location.locationId);
      else this.reach.set(party, new Set([location.locationId]));
    }
  }

  private removeLocation(id: string): void {
    const location = this.locations.get(id);
    if (!location) return;
    this.locations.delete(id);
    for (const grant of location.grants) this.locationOfGrant.delete(grant.grantId);
    for (const party of partiesOf(location)) {
      const reached = this.reach.get(party);
      reached?.delete(location.locationId);
      if (reached?.size === 0) this.reach.delete(party);
    }
  }
}

function partiesOf(location: LocationFact): ReadonlySet<string> {
  const parties = new Set<string>();
  if (location.ownerPersonId !== null) parties.add(`person ${location.ownerPersonId}`);
  if (location.installedByOrganisationId !== null) {
    parties.add(`organisation ${location.installedByOrganisationId}`);
  }
  for (const { grantee } of location.grants) {
    parties.add(
      grantee.kind === 'person' ? `person ${grantee.personId}` : `organisation ${grantee.organisationId}`,
    );
  }
  return parties;
}
