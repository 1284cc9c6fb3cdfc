import { describe, expect, it } from '@jest/globals';
import {
  factsOf,
  grantOf,
  locationFact,
  memberOf,
  partFact,
  uuidOf,
} from '#libs/testing/entitlement-facts.js';
import { grantId, organisationId, personId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { LocationAction } from './action.js';
import { decide } from './decide.js';
import type { EntitlementTable } from './entitlement-table.js';
import { scopeKinds, type GrantFact, type NodeFact, type Scope } from './facts.js';

const volt = organisationId(uuidOf('volt'));
const now = epochMilliseconds(1_000);

/** Volt's customer Hansen has the cabin with a garage, in it an installation with a charger; and a shop beside. */
const hansen: NodeFact = { kind: 'customer', nodeId: uuidOf('hansen'), organisationId: volt };
const cabin = locationFact('cabin', { parentId: hansen.nodeId, installedByOrganisationId: volt });
const tree: readonly NodeFact[] = [
  hansen,
  cabin,
  partFact('building', 'garage', 'cabin'),
  partFact('installation', 'charging', 'garage'),
  partFact('device', 'charger', 'charging'),
  partFact('device', 'zen', 'cabin'),
  locationFact('shop', { installedByOrganisationId: volt }),
];
const path = ['hansen', 'cabin', 'garage', 'charging', 'charger'];
const at = (index: number): Scope => ({ kind: scopeKinds[index] ?? 'device', id: uuidOf(path[index] ?? '') });
const outcome = (
  table: EntitlementTable,
  who: string,
  action: LocationAction,
  target: Scope,
  when: number = now,
): string => {
  const decision = decide(table, personId(who), action, target, epochMilliseconds(when));
  return decision.allowed ? 'allowed' : (decision.nearly[0]?.missing?.requirement ?? 'no way');
};
const given = (grants: readonly GrantFact[], nodes = tree) =>
  factsOf(nodes, [memberOf('oma', 'ohm', 'administrator'), memberOf('ada', 'volt', 'administrator')], grants);

describe('the scope of a grant', () => {
  it('CS-03: covers its node and everything below, and nothing above or beside', () => {
    for (const [held] of path.entries()) {
      const table = given([grantOf('g', '', 'pia', { scope: at(held) })]);
      for (const [asked] of path.entries()) {
        expect(outcome(table, 'pia', 'telemetry', at(asked))).toBe(asked >= held ? 'allowed' : 'no way');
      }
      const zen: Scope = { kind: 'device', id: uuidOf('zen') };
      expect(outcome(table, 'pia', 'telemetry', zen)).toBe(held <= 1 ? 'allowed' : 'no way');
      expect(outcome(table, 'pia', 'telemetry', { kind: 'location', id: uuidOf('shop') })).toBe('no way');
    }
  });

  it('a node asked for by another kind than its own is not there', () => {
    const table = given([grantOf('g', 'cabin', 'pia', {})]);
    expect(outcome(table, 'pia', 'telemetry', { kind: 'device', id: uuidOf('cabin') })).toBe('no way');
    expect(outcome(table, 'pia', 'telemetry', { kind: 'location', id: 'cabin' })).toBe('no way');
  });

  it('a node whose link upwards is missing is reached from below the gap only', () => {
    const torn = tree.filter(({ nodeId }) => nodeId !== uuidOf('garage'));
    const table = given([grantOf('g', 'cabin', 'pia', {})], torn);
    expect(outcome(table, 'pia', 'telemetry', at(4))).toBe('no way');
    expect(outcome(table, 'ada', 'telemetry', at(4))).toBe('no way');
    expect(outcome(table, 'pia', 'telemetry', at(1))).toBe('allowed');
  });

  it("the customer of an organisation is its members' own, and nobody else's", () => {
    const table = given([]);
    expect(outcome(table, 'ada', 'work', at(0))).toBe('allowed');
    expect(outcome(table, 'oma', 'work', at(0))).toBe('no way');
  });
});

describe('what comes later', () => {
  it('NB-40, CS-37: is covered by a grant that includes it, and by no other', () => {
    const charger = (since: number) => [
      ...tree.filter(({ nodeId }) => nodeId !== uuidOf('charger')),
      partFact('device', 'charger', 'charging', since),
    ];
    const asked = (since: number, includeFuture: boolean, held: number) =>
      outcome(
        given(
          [grantOf('g', '', 'pia', { scope: at(held), grantedAt: epochMilliseconds(500), includeFuture })],
          charger(since),
        ),
        'pia',
        'telemetry',
        at(4),
      );
    for (const held of [0, 1, 2, 3]) {
      expect(asked(500, false, held)).toBe('allowed');
      expect(asked(501, false, held)).toBe('no way');
      expect(asked(501, true, held)).toBe('allowed');
    }
    expect(asked(501, false, 4)).toBe('allowed');
  });

  it('CS-37: a location that comes under the customer later is not shared with it', () => {
    const moved = tree.map((node) =>
      node.nodeId === cabin.nodeId ? { ...cabin, since: epochMilliseconds(600) } : node,
    );
    const share = { grantedAt: epochMilliseconds(500), includeFuture: false };
    const table = given([grantOf('g', '', 'pia', { scope: at(0), ...share })], moved);
    expect(outcome(table, 'pia', 'telemetry', at(0))).toBe('allowed');
    expect(outcome(table, 'pia', 'telemetry', at(1))).toBe('no way');
    expect(outcome(table, 'pia', 'telemetry', at(4))).toBe('no way');
  });
});

describe('5D: a chain of grants', () => {
  const link = (index: number, parent: number | null, more: Partial<GrantFact>): GrantFact =>
    grantOf(`g${index}`, 'cabin', index === 0 ? '@ohm' : `p${index}`, {
      role: 'installation-manager',
      parentGrantId: parent === null ? null : grantId(uuidOf(`g${parent}`)),
      ...more,
    });
  const chain = (length: number, more: (index: number) => Partial<GrantFact>): readonly GrantFact[] =>
    Array.from({ length }, (_, index) => link(index, index === 0 ? null : index - 1, more(index)));
  const ask = (grants: readonly GrantFact[], who: string, when: number = now, target = at(4)) =>
    outcome(given(grants), who, 'electrical', target, when);

  it.each([
    ['revoked', 'chain-ended', null],
    ['expired', 'expired', { expiresAt: epochMilliseconds(1_000) }],
    ['suspended', 'suspended', { suspended: true }],
    ['narrowed to other actions', 'right-of-grant', { actions: ['telemetry'] }],
    ['narrowed to another place', 'chain-ended', { scope: { kind: 'device', id: uuidOf('zen') } }],
  ] as const)('T5: with any link %s everything behind it ends: %s', (_, requirement, change) => {
    for (const broken of [0, 1, 2]) {
      const grants = chain(4, (index) => (index === broken && change ? change : {})).filter(
        (_grant, index) => change !== null || index !== broken,
      );
      expect(ask(grants, 'p3')).toBe(requirement);
      for (let before = 1; before < broken; before++) expect(ask(grants, `p${before}`)).toBe('allowed');
    }
    expect(
      ask(
        chain(4, () => ({})),
        'p3',
      ),
    ).toBe('allowed');
  });

  it('T5: ends with the first link to expire, at its instant', () => {
    const grants = chain(3, (index) => ({ expiresAt: epochMilliseconds(2_000 + 1_000 * ((index + 1) % 3)) }));
    expect(ask(grants, 'p2', 1_999)).toBe('allowed');
    expect(ask(grants, 'p2', 2_000)).toBe('expired');
    expect(ask(grants, 'p1', 2_000)).toBe('allowed');
    const decision = decide(given(grants), personId('p2'), 'use', at(1), now);
    expect(decision).toMatchObject({ proof: { expiresAt: 2_000 } });
  });

  it('T5: is the same chain in whatever order its links are read, whoever else has something', () => {
    for (let others = 0; others <= 12; others++) {
      const crowd = Array.from({ length: others }, (_, index) =>
        grantOf(`other ${index}`, 'shop', 'eve', {}),
      );
      const grants = chain(9, (index) => (index === 0 ? { expiresAt: epochMilliseconds(2_000) } : {}));
      expect([others, ask([...crowd, ...grants.toReversed()], 'p8', 2_000)]).toEqual([others, 'expired']);
      expect([others, ask([...crowd, ...grants.toReversed()], 'p8')]).toEqual([others, 'allowed']);
    }
  });

  it('T5: is at most eight links deep, and a circle leads nowhere', () => {
    expect(
      ask(
        chain(9, () => ({})),
        'p8',
      ),
    ).toBe('allowed');
    expect(
      ask(
        chain(10, () => ({})),
        'p9',
      ),
    ).toBe('chain-ended');
    expect(ask([link(1, 2, {}), link(2, 1, {})], 'p1')).toBe('chain-ended');
  });

  it('T5: the root ends when the organisation that gave it has no say at the place any more', () => {
    const root = (organisation: string) =>
      chain(2, (index) =>
        index === 0 ? { grantedByOrganisationId: organisationId(uuidOf(organisation)) } : {},
      );
    expect(ask(root('volt'), 'p1')).toBe('allowed');
    expect(ask(root('former'), 'p1')).toBe('granter-lost-right');
    expect(ask(root('former'), 'oma', now, at(0))).toBe('no way');
    const customer = [
      grantOf('g', '', 'pia', { scope: at(0), grantedByOrganisationId: volt, role: 'subcontractor' }),
    ];
    expect(ask(customer, 'pia', now, at(0))).toBe('allowed');
  });

  it('carries the smallest current of its links', () => {
    const grants = chain(3, (index) => ({ maximumCurrent_A: index === 2 ? null : 16 - index * 6 }));
    const current = (who: string) => {
      const decision = decide(given(grants), personId(who), 'comfort', at(1), now);
      return decision.allowed ? decision.maximumCurrent_A : 'refused';
    };
    expect([current('oma'), current('p1'), current('p2')]).toEqual([16, 10, 10]);
  });
});

describe('hours of the week', () => {
  /** Weekdays from 8 to 17 in Oslo. */
  const hours = {
    timeZone: 'Europe/Oslo',
    ranges: [{ days: [1, 2, 3, 4, 5], from_min: 480, to_min: 1_020 }],
  } as const;
  const table = given([grantOf('g', 'cabin', 'pia', { hours })]);
  const ask = (instant: string) => outcome(table, 'pia', 'telemetry', at(1), Date.parse(instant));

  it.each([
    ['2026-11-20T06:59:59.999Z', 'outside-hours'],
    ['2026-11-20T07:00:00Z', 'allowed'],
    ['2026-11-20T15:59:59.999Z', 'allowed'],
    ['2026-11-20T16:00:00Z', 'outside-hours'],
    ['2026-11-21T10:00:00Z', 'outside-hours'],
    // Friday before and Monday after the change to winter time on 25 October 2026.
    ['2026-10-23T06:00:00Z', 'allowed'],
    ['2026-10-26T06:00:00Z', 'outside-hours'],
    ['2026-10-26T07:00:00Z', 'allowed'],
  ])('AJ-42: open as the wall clock shows, %s: %s', (instant, expected) => {
    expect(ask(instant)).toBe(expected);
  });

  it('AJ-42: bind whoever it was passed on to', () => {
    const passedOn = given([
      grantOf('g', 'cabin', '@ohm', { hours, role: 'subcontractor' }),
      grantOf('h', 'cabin', 'pia', { parentGrantId: grantId(uuidOf('g')), role: 'borrower' }),
    ]);
    const when = (instant: string) => outcome(passedOn, 'pia', 'use', at(1), Date.parse(instant));
    expect(when('2026-11-20T07:00:00Z')).toBe('allowed');
    expect(when('2026-11-20T16:00:00Z')).toBe('outside-hours');
    const decision = decide(
      passedOn,
      personId('pia'),
      'use',
      at(1),
      epochMilliseconds(Date.parse('2026-11-20T07:00:00Z')),
    );
    expect(decision).toMatchObject({ proof: { timed: true } });
  });
});
