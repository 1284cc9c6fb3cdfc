import type { Facts, LocationFact, MembershipFact } from '#libs/entitlements/facts.js';

/** Facts from plain lists, for tests of decisions. */
export const factsOf = (
  locations: readonly LocationFact[],
  memberships: readonly MembershipFact[],
): Facts => ({
  location: (locationId) => locations.find((location) => location.locationId === locationId),
  membershipsOf: (personId) => memberships.filter((membership) => membership.personId === personId),
});
