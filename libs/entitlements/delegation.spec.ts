import { describe, expect, it } from '@jest/globals';
import { grantOf, locationFact, partFact, uuidOf } from '#libs/testing/entitlement-facts.js';
import { organisationId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { chainReaches, delegate, within, type Delegation, type Limits } from './delegation.js';
import type { GrantFact } from './facts.js';
import type { WeeklyHours } from './weekly-hours.js';

/** Each guard of T5 with nothing else amiss. */
const company = (name: string) => organisationId(uuidOf(name));
const now = epochMilliseconds(1_000);
const later = epochMilliseconds(2_000);
const unlimited: Limits = { expiresAt: null, actions: null, hours: null, maximumCurrent_A: null };
const link = (to: string, by: string, more: Partial<GrantFact>): GrantFact =>
  grantOf(`${by} to ${to}`, 'cabin', `@${to}`, {
    role: 'installation-manager',
    grantedByOrganisationId: company(by),
    ...more,
  });
/** Volt's object, passed on to Watt and from there to Ohm, who gives it to Joule. */
const chainOf = (nearest: Partial<GrantFact>, root: Partial<GrantFact>): readonly GrantFact[] => [
  link('ohm', 'watt', nearest),
  link('watt', 'volt', root),
];
const wishOf = (more: Partial<Delegation>): Delegation => ({
  ...unlimited,
  role: 'subcontractor',
  grantee: company('joule'),
  owner: company('volt'),
  connected: true,
  chain: chainOf({}, {}),
  reached: true,
  ...more,
});
const answer = (more: Partial<Delegation>) => {
  const result = delegate(wishOf(more), now);
  return result.ok ? 'allowed' : result.error;
};
const weekday = (to_min: number): WeeklyHours => ({
  timeZone: 'UTC',
  ranges: [{ days: [1], from_min: 480, to_min }],
});

describe('T5: passing on, guard by guard', () => {
  it('T5: nothing speaks against it', () => {
    expect(delegate(wishOf({}), now)).toEqual({ ok: true, value: unlimited });
    expect(delegate(wishOf({ chain: [], expiresAt: later }), now)).toEqual({
      ok: true,
      value: { ...unlimited, expiresAt: later },
    });
  });

  it('CS-01: only over a connection', () => {
    expect(answer({ connected: false })).toBe('not-connected');
    expect(answer({ connected: false, chain: [] })).toBe('not-connected');
  });

  it('T5: to nobody whose it is, who has it, or who passed it on', () => {
    for (const name of ['volt', 'watt', 'ohm']) {
      expect(answer({ grantee: company(name) })).toBe('grantee-in-chain');
    }
    expect(answer({ grantee: company('volt'), chain: [] })).toBe('grantee-in-chain');
    // Farad is nobody's grantee here, but it did pass this on.
    const chain = [link('ohm', 'farad', {}), link('watt', 'volt', {})];
    expect(answer({ grantee: company('farad'), chain })).toBe('grantee-in-chain');
    const personal = [grantOf('g', 'cabin', 'pia', { role: 'subcontractor' }), link('watt', 'volt', {})];
    expect(answer({ chain: personal })).toBe('allowed');
  });

  it('T5: a link that is suspended or over ends it, be it the nearest or the first', () => {
    for (const ended of [{ suspended: true }, { expiresAt: now }, { suspended: true, expiresAt: later }]) {
      expect(answer({ chain: chainOf(ended, {}) })).toBe('chain-ended');
      expect(answer({ chain: chainOf({}, ended) })).toBe('chain-ended');
    }
    const alive = { expiresAt: epochMilliseconds(1_001) };
    expect(answer({ chain: chainOf(alive, alive) })).toBe('allowed');
  });

  it('T5: counts only while it began with whose the object is', () => {
    expect(answer({ owner: company('former') })).toBe('chain-ended');
    expect(answer({ chain: [link('ohm', 'volt', {}), link('watt', 'other', {})] })).toBe('chain-ended');
  });

  it('T5: reaches the object, at most nine links', () => {
    expect(answer({ reached: false })).toBe('outside-scope');
    const links = (count: number) =>
      Array.from({ length: count }, (_, index) => link(`p${index}`, 'volt', {}));
    expect(answer({ chain: links(8) })).toBe('allowed');
    expect(answer({ chain: links(9) })).toBe('chain-too-deep');
  });

  it('CS-23, CS-28: the nearest role decides', () => {
    expect(answer({ chain: chainOf({ role: 'borrower' }, {}), role: 'borrower' })).toBe('role-not-delegable');
    expect(answer({ chain: chainOf({ role: 'subcontractor' }, {}), role: 'installation-manager' })).toBe(
      'role-not-delegable',
    );
    expect(answer({ chain: chainOf({ role: 'subcontractor' }, {}), role: 'borrower' })).toBe('allowed');
  });
});

describe('T5: within what it comes from', () => {
  const parent: Limits = {
    expiresAt: later,
    actions: ['telemetry', 'use'],
    hours: weekday(1_020),
    maximumCurrent_A: 16,
  };

  it('T5: what is not wished for is taken over', () => {
    expect(within(unlimited, parent)).toEqual({ ok: true, value: parent });
    expect(within(parent, unlimited)).toEqual({ ok: true, value: parent });
    expect(within(parent, parent)).toEqual({ ok: true, value: parent });
  });

  it('T5: less is given, more is refused', () => {
    const less: Limits = {
      expiresAt: epochMilliseconds(1_999),
      actions: ['use'],
      hours: weekday(1_019),
      maximumCurrent_A: 15,
    };
    expect(within(less, parent)).toEqual({ ok: true, value: less });
    const more: readonly (readonly [Partial<Limits>, string])[] = [
      [{ expiresAt: epochMilliseconds(2_001) }, 'expires-later'],
      [{ actions: ['use', 'work'] }, 'actions-wider'],
      [{ hours: weekday(1_021) }, 'hours-wider'],
      [{ maximumCurrent_A: 17 }, 'current-higher'],
    ];
    for (const [wish, error] of more) {
      expect(within({ ...unlimited, ...wish }, parent)).toEqual({ ok: false, error });
      expect(within({ ...unlimited, ...wish }, unlimited).ok).toBe(true);
    }
  });
});

describe('CS-37: what a chain reaches', () => {
  const path = [
    partFact('device', 'charger', 'cabin', 8),
    locationFact('cabin', { parentId: uuidOf('hansen'), since: epochMilliseconds(5) }),
    { kind: 'customer', nodeId: uuidOf('hansen'), organisationId: company('volt') } as const,
  ];
  const on = (kind: 'customer' | 'location', name: string, grantedAt: number, includeFuture = false) =>
    grantOf('g', '', '@ohm', {
      scope: { kind, id: uuidOf(name) },
      includeFuture,
      grantedAt: epochMilliseconds(grantedAt),
    });

  it('CS-37: everything below the scope was there, or is included', () => {
    expect(chainReaches([on('location', 'cabin', 8)], path)).toBe(true);
    expect(chainReaches([on('location', 'cabin', 7)], path)).toBe(false);
    expect(chainReaches([on('location', 'cabin', 7, true)], path)).toBe(true);
    expect(chainReaches([on('customer', 'hansen', 4)], path.slice(1))).toBe(false);
    expect(chainReaches([on('customer', 'hansen', 5)], path.slice(1))).toBe(true);
    expect(chainReaches([on('customer', 'hansen', 0)], path.slice(2))).toBe(true);
    expect(chainReaches([on('location', 'shop', 9)], path)).toBe(false);
    expect(chainReaches([on('location', 'cabin', 8), on('location', 'shop', 9, true)], path)).toBe(false);
  });
});
