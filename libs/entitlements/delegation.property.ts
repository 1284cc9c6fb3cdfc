import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grantOf, locationFact, partFact, uuidOf } from '#libs/testing/entitlement-facts.js';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { organisationId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { locationActions, type LocationAction } from './action.js';
import { chainReaches, delegate, delegationRefusals, type Delegation, type Limits } from './delegation.js';
import type { GrantFact } from './facts.js';
import { grantRoles, type GrantRole } from './role.js';
import { shareRoles } from './share-request.js';
import type { Weekday, WeeklyHours } from './weekly-hours.js';

const company = (name: string) => organisationId(uuidOf(name));
const names = ['volt', 'ohm', 'watt', 'farad'];
const now = epochMilliseconds(1_000);

const hours: fc.Arbitrary<WeeklyHours | null> = fc.option(
  fc.record({
    timeZone: fc.constantFrom('Europe/Oslo', 'Europe/Oslo', 'UTC'),
    ranges: fc.array(
      fc
        .tuple(fc.subarray([1, 2, 3] as Weekday[], { minLength: 1 }), fc.nat(8), fc.nat(8))
        .map(([days, a, b]) => ({ days, from_min: Math.min(a, b), to_min: Math.max(a, b) })),
      { maxLength: 3 },
    ),
  }),
);
const actions = fc.option(fc.subarray(['telemetry', 'use', 'work'] as LocationAction[]));
const limits = {
  expiresAt: fc.option(fc.integer({ min: 998, max: 1_004 }).map(epochMilliseconds)),
  actions,
  hours,
  maximumCurrent_A: fc.option(fc.integer({ min: 6, max: 9 })),
};
const role: fc.Arbitrary<GrantRole> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<GrantRole>('installation-manager', 'subcontractor') },
  { weight: 1, arbitrary: fc.constantFrom(...grantRoles) },
);
/** Mostly alive, or no long chain ever was. */
const linkEnd = fc.option(
  fc
    .oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1_001, max: 1_004 }) },
      { weight: 1, arbitrary: fc.integer({ min: 999, max: 1_000 }) },
    )
    .map((instant) => epochMilliseconds(instant)),
);
const grant = fc
  .record({
    ...limits,
    expiresAt: linkEnd,
    role,
    suspended: fc.boolean(),
    to: fc.constantFrom(...names),
    by: fc.constantFrom(...names),
  })
  .map(({ to, by, suspended, ...more }): GrantFact =>
    grantOf('g', 'cabin', `@${to}`, {
      ...more,
      suspended: suspended && more.maximumCurrent_A === 6 && more.expiresAt === null,
      grantedByOrganisationId: company(by),
    }),
  );
const mostly = fc.integer({ min: 0, max: 7 }).map((one) => one > 0);
/** Nearly sound in every way, so that each single fault gets its turn. */
const wish: fc.Arbitrary<Delegation> = fc
  .record({
    ...limits,
    role: fc.constantFrom(...shareRoles),
    grantee: fc.constantFrom('joule', 'joule', 'joule', ...names).map(company),
    owner: fc.constantFrom(...names).map(company),
    connected: mostly,
    chain: fc.oneof(
      { weight: 4, arbitrary: fc.array(grant, { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.array(grant, { minLength: 7, maxLength: 10, size: 'max' }) },
    ),
    reached: mostly,
    begun: mostly,
  })
  .map(({ begun, ...it }) => {
    const root = it.chain.at(-1);
    if (!root || !begun) return it;
    return { ...it, chain: [...it.chain.slice(0, -1), { ...root, grantedByOrganisationId: it.owner }] };
  });

/** Every minute that hours open, over the small week of this test. */
const minutes = (of: WeeklyHours): string[] =>
  of.ranges.flatMap(({ days, from_min, to_min }) =>
    days.flatMap((day) =>
      Array.from({ length: to_min - from_min }, (_, index) => `${of.timeZone} ${day} ${from_min + index}`),
    ),
  );

/** The sentence of T5 read word by word: all that speaks against it. */
function against(it: Delegation): string[] {
  const [parent] = it.chain;
  const reasons: string[] = [];
  if (!it.connected) reasons.push('not-connected');
  const inChain = it.chain.some(
    ({ grantee, grantedByOrganisationId }) =>
      grantedByOrganisationId === it.grantee ||
      (grantee.kind === 'organisation' && grantee.organisationId === it.grantee),
  );
  if (inChain || it.owner === it.grantee) reasons.push('grantee-in-chain');
  if (!parent) return reasons;
  if (it.chain[it.chain.length - 1]?.grantedByOrganisationId !== it.owner) reasons.push('chain-ended');
  for (const { suspended, expiresAt } of it.chain) {
    if (suspended || (expiresAt ?? Number.POSITIVE_INFINITY) <= now) reasons.push('chain-ended');
  }
  if (!it.reached) reasons.push('outside-scope');
  // The first grant and eight times on: nine in all.
  if (it.chain.length + 1 > 9) reasons.push('chain-too-deep');
  const ranks: Partial<Record<GrantRole, number>> = {
    borrower: 1,
    subcontractor: 2,
    'installation-manager': 3,
  };
  if ((ranks[parent.role] ?? 0) < 2 || (ranks[it.role] ?? 9) > (ranks[parent.role] ?? 0)) {
    reasons.push('role-not-delegable');
  }
  if (parent.expiresAt !== null && (it.expiresAt ?? parent.expiresAt) > parent.expiresAt)
    reasons.push('expires-later');
  const may = new Set<LocationAction>(parent.actions ?? locationActions);
  if (it.actions?.some((action) => !may.has(action))) reasons.push('actions-wider');
  if (it.hours && parent.hours) {
    const open = new Set(minutes(parent.hours));
    const foreign = it.hours.timeZone !== parent.hours.timeZone;
    if (foreign || minutes(it.hours).some((minute) => !open.has(minute))) reasons.push('hours-wider');
  }
  if ((it.maximumCurrent_A ?? 0) > (parent.maximumCurrent_A ?? Number.POSITIVE_INFINITY)) {
    reasons.push('current-higher');
  }
  return reasons;
}

const bound = (own: Limits, parent: Limits | undefined): Limits => ({
  expiresAt: own.expiresAt ?? parent?.expiresAt ?? null,
  actions: own.actions ?? parent?.actions ?? null,
  hours: own.hours ?? parent?.hours ?? null,
  maximumCurrent_A: own.maximumCurrent_A ?? parent?.maximumCurrent_A ?? null,
});

describe('passing a share on', () => {
  it('T5, CS-17: is allowed exactly when nothing of the rule speaks against it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(wish, (it) => {
        const result = delegate(it, now);
        const reasons = against(it);
        seen.add(result.ok ? 'allowed' : result.error);
        if (result.ok) {
          expect(reasons).toEqual([]);
          expect(result.value).toEqual(bound(it, it.chain[0]));
        } else expect(reasons).toContain(result.error);
      }),
      { numRuns: propertyRuns(20_000) },
    );
    expect(seen).toEqual(new Set(['allowed', ...delegationRefusals]));
  });

  it('CS-37: reaches what lies in its scope, and what came later only with that included', () => {
    const path = (since: number) => [
      partFact('installation', 'charging', 'garage', since),
      partFact('building', 'garage', 'cabin', 5),
      locationFact('cabin', { parentId: uuidOf('hansen'), since: epochMilliseconds(5) }),
      { kind: 'customer', nodeId: uuidOf('hansen'), organisationId: company('volt') } as const,
    ];
    const on = (kind: 'customer' | 'location' | 'installation', name: string, includeFuture: boolean) =>
      grantOf('g', '', '@ohm', {
        scope: { kind, id: uuidOf(name) },
        includeFuture,
        grantedAt: epochMilliseconds(7),
      });
    expect(chainReaches([on('customer', 'hansen', false)], path(7))).toBe(true);
    expect(chainReaches([on('customer', 'hansen', false)], path(8))).toBe(false);
    expect(chainReaches([on('customer', 'hansen', true)], path(8))).toBe(true);
    expect(chainReaches([on('installation', 'charging', false)], path(8))).toBe(true);
    expect(chainReaches([on('location', 'shop', true)], path(5))).toBe(false);
    expect(chainReaches([on('customer', 'hansen', true), on('location', 'cabin', false)], path(8))).toBe(
      false,
    );
  });

  it('CS-20, CS-23, CS-28: managers make all three, subcontractors the lower two, borrowers none', () => {
    const made = grantRoles.map((from) => [
      from,
      shareRoles.filter(
        (to) =>
          delegate(
            {
              ...bound({ expiresAt: null, actions: null, hours: null, maximumCurrent_A: null }, undefined),
              role: to,
              grantee: company('joule'),
              owner: company('volt'),
              connected: true,
              chain: [
                grantOf('g', 'cabin', '@ohm', { role: from, grantedByOrganisationId: company('volt') }),
              ],
              reached: true,
            },
            now,
          ).ok,
      ),
    ]);
    expect(made.filter(([, roles]) => (roles?.length ?? 0) > 0)).toEqual([
      ['installation-manager', ['installation-manager', 'subcontractor', 'borrower']],
      ['subcontractor', ['subcontractor', 'borrower']],
    ]);
  });
});
