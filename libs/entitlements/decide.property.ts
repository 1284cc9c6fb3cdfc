import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { factsOf } from '#libs/testing/entitlement-facts.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { locationActions } from './action.js';
import { decide, proofHolds } from './decide.js';
import type { GrantFact, LocationFact, MembershipFact } from './facts.js';

const people = ['p0', 'p1', 'p2'].map(personId);
const organisations = ['o0', 'o1'].map(organisationId);
const sites = ['s0', 's1'].map(siteId);
const instant = fc.integer({ min: 0, max: 6 }).map(epochMilliseconds);

const world = fc.record({
  memberships: fc.uniqueArray(
    fc.record({
      organisationId: fc.constantFrom(...organisations),
      personId: fc.constantFrom(...people),
      role: fc.constantFrom('administrator', 'installer'),
    }),
    { maxLength: 5, selector: (each) => `${each.organisationId}/${each.personId}` },
  ),
  owners: fc.array(fc.option(fc.constantFrom(...people)), { minLength: 2, maxLength: 2 }),
  installers: fc.array(fc.option(fc.constantFrom(...organisations)), { minLength: 2, maxLength: 2 }),
  grants: fc.array(
    fc.record({
      site: fc.constantFrom(...sites),
      grantee: fc.constantFrom(...people, ...organisations),
      role: fc.constantFrom('partner', 'guest'),
      expiresAt: fc.option(instant),
      suspended: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function build(drawn: World): { locations: LocationFact[]; memberships: MembershipFact[] } {
  const memberships = drawn.memberships.map(
    (each, index) => ({ ...each, membershipId: `m${index}` }) as MembershipFact,
  );
  const grants = drawn.grants.map((each, index): GrantFact => ({
    grantId: grantId(`g${index}`),
    locationId: each.site,
    grantee: each.grantee.startsWith('p')
      ? { kind: 'person', personId: personId(each.grantee) }
      : { kind: 'organisation', organisationId: organisationId(each.grantee) },
    role: each.role as GrantFact['role'],
    grantedBy: personId('p0'),
    expiresAt: each.expiresAt,
    suspended: each.suspended,
  }));
  const locations = sites.map((locationId, index) => ({
    locationId,
    ownerPersonId: drawn.owners[index] ?? null,
    ownershipEpoch: 1,
    ownershipBeganAt: null,
    installedByOrganisationId: drawn.installers[index] ?? null,
    grants: grants.filter((each) => each.locationId === locationId),
  }));
  return { locations, memberships };
}

/** The table of section 6, as its rows are written: T H E U C L I K O. */
const table: Record<string, string> = {
  owner: 'yyyyynyyy',
  administrator: 'yyyyyyyyy',
  installer: 'yyyyyyyoy',
  partner: 'yyyyyynnn',
  guest: 'yooynnnnn',
};
const letter = (role: string, action: number): string => table[role]?.[action] ?? '?';
const rank = { n: 0, o: 1, y: 2 } as Record<string, number>;

/** Reads the rules one by one over the flat lists, without any of decide's structure. */
function oracle(drawn: World, who: string, action: number, site: number, now: number): string {
  let best = 'n';
  const offer = (letters: string): void => {
    const worst = [...letters].reduce((a, b) => ((rank[a] ?? 0) < (rank[b] ?? 0) ? a : b));
    if ((rank[worst] ?? 0) > (rank[best] ?? 0)) best = worst;
  };
  if (drawn.owners[site] === who) offer(letter('owner', action));
  for (const membership of drawn.memberships) {
    if (membership.personId !== who) continue;
    if (drawn.installers[site] === membership.organisationId) offer(letter(membership.role, action));
    for (const given of drawn.grants) {
      if (given.site !== sites[site] || given.grantee !== membership.organisationId) continue;
      if (!given.suspended && (given.expiresAt === null || now < given.expiresAt)) {
        offer(letter(given.role, action) + letter(membership.role, action));
      }
    }
  }
  for (const given of drawn.grants) {
    if (given.site !== sites[site] || given.grantee !== who) continue;
    if (!given.suspended && (given.expiresAt === null || now < given.expiresAt))
      offer(letter(given.role, action));
  }
  return best;
}

describe('entitlement decisions', () => {
  it('T5: agree with a naive reading of the rules, for every person, action and place', () => {
    let granted = 0;
    fc.assert(
      fc.property(world, instant, (drawn, now) => {
        const { locations, memberships } = build(drawn);
        const facts = factsOf(locations, memberships);
        for (const who of people) {
          for (const [site, locationId] of sites.entries()) {
            for (const [index, action] of locationActions.entries()) {
              const decision = decide(facts, who, action, locationId, now);
              const expected = oracle(drawn, who, index, site, now);
              expect(decision.allowed ? (decision.extent === 'all' ? 'y' : 'o') : 'n').toBe(expected);
              if (decision.allowed) granted++;
              else expect(decision.visible).toBe(oracle(drawn, who, 0, site, now) !== 'n');
            }
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(granted).toBeGreaterThan(1_000);
  });

  it('T8: every proof holds when it is given, and never after the fact it names is gone', () => {
    fc.assert(
      fc.property(world, instant, (drawn, now) => {
        const { locations, memberships } = build(drawn);
        const facts = factsOf(locations, memberships);
        for (const who of people) {
          for (const locationId of sites) {
            const decision = decide(facts, who, 'telemetry', locationId, now);
            if (!decision.allowed) continue;
            const { proof } = decision;
            expect(proofHolds(facts, who, 'telemetry', locationId, proof, now)).toBe(true);
            const without = factsOf(
              locations.map((location) => ({
                ...location,
                ownerPersonId: proof.kind === 'owner' ? null : location.ownerPersonId,
                grants: location.grants.filter(
                  (each) => proof.kind !== 'grant' || each.grantId !== proof.grantId,
                ),
              })),
              memberships.filter(
                (each) => proof.kind !== 'membership' || each.membershipId !== proof.membershipId,
              ),
            );
            expect(proofHolds(without, who, 'telemetry', locationId, proof, now)).toBe(false);
          }
        }
      }),
    );
  });
});
