import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grantOf, locationFact, memberOf, partFact, uuidOf } from '#libs/testing/entitlement-facts.js';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { locationActions } from './action.js';
import { EntitlementTable } from './entitlement-table.js';
import type { GrantFact, LocationFact, MembershipFact } from './facts.js';
import { grantRoles, organisationRoles } from './role.js';

const instant = fc.integer({ min: 0, max: 1e12 }).map(epochMilliseconds);
const id = (letter: string) => fc.nat({ max: 40 }).map((number) => uuidOf(`${letter}${number}`));
const person = fc.nat({ max: 20 }).map((number) => personId(`person ${number}`));
const organisation = id('o').map(organisationId);

const location = fc.record({
  kind: fc.constant('location' as const),
  nodeId: id('l').map(siteId),
  parentId: fc.option(id('c')),
  since: instant,
  ownerPersonId: fc.option(person),
  ownershipEpoch: fc.integer({ min: 1, max: 9 }),
  ownershipBeganAt: fc.option(instant),
  installedByOrganisationId: fc.option(organisation),
  partnersMayShare: fc.boolean(),
}) satisfies fc.Arbitrary<LocationFact>;

const grant = fc.record({
  grantId: id('g').map(grantId),
  scope: id('l').map((place) => ({ kind: 'location' as const, id: place })),
  grantee: fc.oneof(
    fc.record({ kind: fc.constant('person' as const), personId: person }),
    fc.record({ kind: fc.constant('organisation' as const), organisationId: organisation }),
  ),
  role: fc.constantFrom(...grantRoles),
  grantedBy: person,
  grantedByOrganisationId: fc.option(organisation),
  grantedAt: instant,
  expiresAt: fc.option(instant),
  suspended: fc.boolean(),
  parentGrantId: fc.option(id('g').map(grantId)),
  includeFuture: fc.boolean(),
  actions: fc.option(fc.subarray([...locationActions])),
  hours: fc.option(
    fc.constant({ timeZone: 'Europe/Oslo', ranges: [{ days: [1] as const, from_min: 0, to_min: 60 }] }),
  ),
  maximumCurrent_A: fc.option(fc.integer({ min: 6, max: 32 })),
}) satisfies fc.Arbitrary<GrantFact>;

const membership = fc.record({
  membershipId: id('m'),
  organisationId: organisation,
  personId: person,
  role: fc.constantFrom(...organisationRoles),
}) satisfies fc.Arbitrary<MembershipFact>;

const change = fc.oneof(
  fc.record({ put: location }),
  fc.record({ put: grant }),
  fc.record({ put: membership }),
  fc.record({ remove: fc.oneof(id('l'), id('g'), id('m')) }),
);

describe('the table of entitlements', () => {
  it('gives back every fact as it was put last, through any changes, and none that was removed', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 150 }), fc.boolean(), (changes, roomy) => {
        const much = { nodes: 50, locations: 50, grants: 50, memberships: 50 };
        const table = roomy
          ? new EntitlementTable(much)
          : EntitlementTable.of({ nodes: [], grants: [], memberships: [] });
        const facts = new Map<string, LocationFact | GrantFact | MembershipFact>();
        for (const each of changes) {
          if ('remove' in each) {
            table.removeNode(each.remove);
            table.removeGrant(each.remove);
            table.removeMembership(each.remove);
            facts.delete(each.remove);
          } else if ('nodeId' in each.put) {
            table.putNode(each.put);
            facts.set(each.put.nodeId, each.put);
          } else if ('grantId' in each.put) {
            table.putGrant(each.put);
            facts.set(each.put.grantId, each.put);
          } else {
            table.putMembership(each.put);
            facts.set(each.put.membershipId, each.put);
          }
        }
        const all = [...facts.values()];
        const grants = all.filter((fact) => 'grantId' in fact);
        for (let number = 0; number <= 40; number++) {
          const [place, given] = [uuidOf(`l${number}`), uuidOf(`g${number}`)];
          expect(table.location(place)).toEqual(facts.get(place));
          // A grant on a place that is gone has a scope without a kind; the rest of it stays.
          const expected = facts.get(given);
          if (expected) expect(table.grant(given)).toMatchObject(expected);
          else expect(table.grant(given)).toBeUndefined();
          if (!facts.has(place)) continue;
          const here = grants
            .filter(({ scope }) => scope.id === place)
            .map(({ grantId: each }): string => each);
          expect(
            table
              .grantsOn({ kind: 'location', id: place })
              .map(({ grantId: each }): string => each)
              .toSorted(),
          ).toEqual(here.toSorted());
        }
        for (let number = 0; number <= 20; number++) {
          const who = personId(`person ${number}`);
          const theirs = all.filter((fact) => 'membershipId' in fact && fact.personId === who);
          const found = table.membershipsOf(who);
          expect(found).toHaveLength(theirs.length);
          expect(found).toEqual(expect.arrayContaining(theirs));
        }
      }),
      { numRuns: propertyRuns(150) },
    );
  });

  it('takes facts in any order', () => {
    const nodes = [
      locationFact('cabin', { parentId: uuidOf('hansen') }),
      partFact('installation', 'charging', 'cabin'),
      partFact('device', 'charger', 'charging'),
      { kind: 'customer', nodeId: uuidOf('hansen'), organisationId: organisationId(uuidOf('volt')) },
    ] as const;
    const grants = [
      grantOf('child', 'cabin', 'pia', { parentGrantId: grantId(uuidOf('parent')) }),
      grantOf('parent', 'cabin', '@ohm', {}),
    ];
    const memberships = [memberOf('oma', 'ohm', 'administrator')];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...nodes, ...grants, ...memberships], { minLength: 7, maxLength: 7 }),
        (facts) => {
          const table = EntitlementTable.of({ nodes: [], grants: [], memberships: [] });
          for (const fact of facts) {
            if ('nodeId' in fact) table.putNode(fact);
            else if ('grantId' in fact) table.putGrant(fact);
            else table.putMembership(fact);
          }
          const charger = table.nodeRow({ kind: 'device', id: uuidOf('charger') });
          expect(table.scopeOf(table.locationRowOf(charger))).toEqual({
            kind: 'location',
            id: uuidOf('cabin'),
          });
          expect(table.grant(uuidOf('child'))).toEqual(grants[0]);
          expect(table.location(uuidOf('cabin'))).toEqual(nodes[0]);
        },
      ),
      { numRuns: propertyRuns(30) },
    );
  });
});
