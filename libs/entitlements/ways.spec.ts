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
import { decide, proofHolds, waysTo } from './decide.js';
import { actionCode, type EntitlementTable } from './entitlement-table.js';
import type { GrantFact, MembershipFact, NodeFact, Scope } from './facts.js';
import { entitlementOf } from './proof.js';
import { eachWay } from './ways.js';

/** What the walk through the table must not confuse: rows, and what is left of an earlier walk. */
const volt = organisationId(uuidOf('volt'));
const ohm = organisationId(uuidOf('ohm'));
const now = epochMilliseconds(1_000);
const hansen: NodeFact = { kind: 'customer', nodeId: uuidOf('hansen'), organisationId: volt };
const cabin = locationFact('cabin', {
  parentId: hansen.nodeId,
  ownerPersonId: personId('olga'),
  installedByOrganisationId: volt,
});
/** Each is another row: Ohm's own, which nobody owns, and where partners share on. */
const shop = locationFact('shop', { installedByOrganisationId: ohm, partnersMayShare: true });
const barn = locationFact('barn', { ownerPersonId: personId('bo') });
const tree: readonly NodeFact[] = [
  hansen,
  cabin,
  partFact('building', 'garage', 'cabin'),
  partFact('installation', 'charging', 'garage'),
  partFact('device', 'charger', 'charging'),
  shop,
  barn,
];
const members = [
  memberOf('ada', 'volt', 'administrator'),
  memberOf('oma', 'ohm', 'administrator'),
  memberOf('oli', 'ohm', 'technician'),
];
const at = (kind: Scope['kind'], name: string): Scope => ({ kind, id: uuidOf(name) });
const [atCabin, atShop, atBarn] = [at('location', 'cabin'), at('location', 'shop'), at('location', 'barn')];
const atCharger = at('device', 'charger');
const given = (
  grants: readonly GrantFact[],
  nodes: readonly NodeFact[] = tree,
  memberships: readonly MembershipFact[] = members,
) => factsOf(nodes, memberships, grants);
const may = (
  table: EntitlementTable,
  who: string,
  action: LocationAction,
  where: Scope,
): string | undefined => {
  const decision = decide(table, personId(who), action, where, now);
  return decision.allowed ? entitlementOf(decision.proof) : undefined;
};
const requirement = (table: EntitlementTable, who: string, action: LocationAction, where: Scope) =>
  waysTo(table, personId(who), action, where, now)[0]?.missing?.requirement ?? null;
const visible = (table: EntitlementTable, who: string, action: LocationAction, where: Scope): boolean => {
  const decision = decide(table, personId(who), action, where, now);
  return decision.allowed || decision.visible;
};

describe('who has a way to a place', () => {
  it('NB-44: each location has its own owner and organisation, whichever row it has', () => {
    const places = [atCabin, atShop, atBarn];
    const membership = (who: string, of: string) => `membership:${uuidOf(`${who}@${of}`)}`;
    for (const nodes of [tree, [shop, ...tree.slice(0, 5), barn], [barn, shop, ...tree.slice(0, 5)]]) {
      const table = given([], nodes);
      const by = (who: string) => places.map((where) => may(table, who, 'use', where));
      expect(by('olga')).toEqual(['owner:1', undefined, undefined]);
      expect(by('bo')).toEqual([undefined, undefined, 'owner:1']);
      expect(by('ada')).toEqual([membership('ada', 'volt'), undefined, undefined]);
      expect(by('oma')).toEqual([undefined, membership('oma', 'ohm'), undefined]);
      expect(by('eve')).toEqual([undefined, undefined, undefined]);
    }
  });

  it('NB-03: whom no fact names does not own what nobody owns', () => {
    expect(decide(given([]), personId('eve'), 'telemetry', atShop, now)).toEqual({
      allowed: false,
      visible: false,
      nearly: [],
    });
  });

  it('NB-03: what is not there is nobody’s, whatever was asked for before', () => {
    const table = given([]);
    expect(may(table, 'ada', 'work', at('customer', 'hansen'))).toBe(`membership:${uuidOf('ada@volt')}`);
    expect(visible(table, 'ada', 'work', atCharger)).toBe(true);
    expect(visible(table, 'ada', 'work', at('customer', 'nobody'))).toBe(false);
    expect(may(table, 'ada', 'work', at('customer', 'hansen'))).toBeDefined();
    expect(visible(table, 'ada', 'work', at('device', 'nothing'))).toBe(false);
  });

  it('NB-84: what depends on there being no owner, or on the location letting partners share, is its own', () => {
    const table = given([grantOf('p', 'cabin', 'pia', {}), grantOf('q', 'shop', 'pia', {})]);
    expect(may(table, 'ada', 'factory-reset', atCabin)).toBeUndefined();
    expect(may(table, 'oma', 'factory-reset', atShop)).toBeDefined();
    expect(may(table, 'pia', 'share', atCabin)).toBeUndefined();
    expect(may(table, 'pia', 'share', atShop)).toBeDefined();
  });

  it('NB-10: a grant to an organisation is for its members and for nobody else', () => {
    const table = given([grantOf('g', 'barn', '@ohm', {})]);
    expect(may(table, 'oma', 'use', atBarn)).toBe(`grant:${uuidOf('g')}`);
    expect(visible(table, 'ada', 'telemetry', atBarn)).toBe(false);
    expect(visible(table, 'olga', 'telemetry', atBarn)).toBe(false);
    const first = given([grantOf('g', 'barn', '@volt', {})]);
    expect(visible(first, 'oma', 'telemetry', atBarn)).toBe(false);
  });

  it('CS-37: an organisation’s grant covers what came later only where it says so', () => {
    const nodes = [...tree.slice(0, 4), partFact('device', 'charger', 'charging', 501)];
    const grant = (includeFuture: boolean) =>
      given([grantOf('g', 'cabin', '@ohm', { includeFuture, grantedAt: epochMilliseconds(500) })], nodes);
    expect(may(grant(true), 'oma', 'use', atCharger)).toBeDefined();
    expect(visible(grant(false), 'oma', 'use', atCharger)).toBe(false);
    expect(may(grant(false), 'oma', 'use', atCabin)).toBeDefined();
  });

  it('tells each way with its row, in the order owner, membership, grants', () => {
    const table = given(
      [
        grantOf('direct', 'cabin', 'olga', {}),
        grantOf('company', 'cabin', '@ohm', {}),
        grantOf('near', '', 'olga', { scope: atCharger, role: 'guest' }),
      ],
      tree,
      [memberOf('olga', 'ohm', 'technician'), memberOf('olga', 'volt', 'service-manager')],
    );
    const ways: unknown[] = [];
    eachWay(
      table,
      table.personRow(personId('olga')),
      actionCode('history'),
      table.nodeRow(atCharger),
      now,
      (...way) => ways.push(way) === 0,
    );
    expect(ways).toEqual([
      [0, table.nodeRow(atCabin), -1, 2],
      [1, 1, -1, 0],
      [2, 2, -1, 1],
      [2, 0, -1, 2],
      [2, 1, 0, -1],
    ]);
  });

  it('knows no way for an action that it does not know', () => {
    const table = given([grantOf('g', 'cabin', 'pia', {})]);
    const ways: unknown[] = [];
    for (const who of ['olga', 'ada', 'pia'] as const) {
      eachWay(table, table.personRow(personId(who)), -1, table.nodeRow(atCabin), now, (...way) => {
        return ways.push(way) === 0;
      });
    }
    expect(ways).toEqual([]);
  });
});

describe('what keeps a grant from allowing', () => {
  it('NB-03: what ended is no sight of the place either, whatever the member’s role lacks', () => {
    const over = given([grantOf('g', 'barn', '@ohm', { expiresAt: now })]);
    expect(requirement(over, 'oli', 'comfort', atBarn)).toBe('expired');
    expect(visible(over, 'oli', 'comfort', atBarn)).toBe(false);
  });

  it('NB-10: the grant’s role is named first, then the member’s own', () => {
    const table = given([grantOf('g', 'barn', '@ohm', { role: 'guest' }), grantOf('h', 'shop', '@ohm', {})]);
    expect(requirement(table, 'oli', 'comfort', atBarn)).toBe('right-of-role');
    expect(requirement(table, 'oli', 'use', atBarn)).toBeNull();
    expect(requirement(table, 'oli', 'history', atBarn)).toBe('right-of-member-role');
  });

  it('T5: what it was passed on from ended in the same table', () => {
    const table = given([
      grantOf('parent', 'cabin', '@ohm', { role: 'subcontractor' }),
      grantOf('child', 'cabin', 'pia', { role: 'borrower', parentGrantId: grantId(uuidOf('parent')) }),
    ]);
    expect(may(table, 'pia', 'use', atCabin)).toBeDefined();
    table.removeGrant(uuidOf('parent'));
    expect(requirement(table, 'pia', 'use', atCabin)).toBe('chain-ended');
  });

  it('T5: what it was passed on from reaches elsewhere, though an earlier question went through there', () => {
    const table = given([
      grantOf('parent', '', '@ohm', { role: 'subcontractor', scope: at('building', 'garage') }),
      grantOf('child', 'cabin', 'pia', { role: 'borrower', parentGrantId: grantId(uuidOf('parent')) }),
    ]);
    expect(may(table, 'pia', 'use', atCharger)).toBeDefined();
    expect(requirement(table, 'pia', 'use', atCabin)).toBe('chain-ended');
  });
});

describe('a tree with a gap', () => {
  const without = (name: string) => tree.filter(({ nodeId }) => nodeId !== uuidOf(name));
  const everywhere = [
    grantOf('on charger', '', 'pia', { scope: atCharger }),
    grantOf('on charging', '', 'pia', { scope: at('installation', 'charging') }),
    grantOf('on garage', '', 'pia', { scope: at('building', 'garage') }),
    grantOf('on cabin', 'cabin', 'pia', {}),
    grantOf('on hansen', '', 'pia', { scope: at('customer', 'hansen') }),
  ];

  it('what lies in something that is gone is reached by nobody', () => {
    for (const gone of ['garage', 'charging']) {
      const table = given(everywhere, without(gone));
      for (const who of ['pia', 'ada', 'oma', 'olga']) {
        expect([gone, who, visible(table, who, 'telemetry', atCharger)]).toEqual([gone, who, false]);
        expect([gone, who, visible(table, who, 'telemetry', atCabin)]).toEqual([gone, who, who !== 'oma']);
      }
    }
  });

  it('a location whose customer is gone is reached as before, but not by way of the customer', () => {
    const table = given(everywhere, without('hansen'));
    expect(may(table, 'pia', 'use', atCabin)).toBe(`grant:${uuidOf('on cabin')}`);
    expect(may(table, 'olga', 'use', atCharger)).toBe('owner:1');
    expect(may(table, 'ada', 'use', atCharger)).toBe(`membership:${uuidOf('ada@volt')}`);
    const customer = given(everywhere.slice(4), without('hansen'));
    expect(visible(customer, 'pia', 'telemetry', atCabin)).toBe(false);
  });

  it('a circle is walked once and leads nowhere', () => {
    const circle = [
      hansen,
      cabin,
      partFact('building', 'garage', 'charging'),
      partFact('installation', 'charging', 'garage'),
    ];
    const table = given([grantOf('on cabin', 'cabin', 'pia', {})], circle);
    expect(visible(table, 'pia', 'telemetry', at('installation', 'charging'))).toBe(false);
  });
});

describe('T8: a proof by a grant', () => {
  /** Given to Ohm, to Volt, and to pia and per themselves; hansen's by Volt. */
  const grants = [
    grantOf('to-ohm', 'shop', '@ohm', {}),
    grantOf('to-pia', 'shop', 'pia', {}),
    grantOf('to-per', '', 'per', { scope: at('customer', 'hansen'), grantedByOrganisationId: volt }),
    grantOf('to-volt', 'shop', '@volt', {}),
  ];
  const proofOf = (who: string, action: LocationAction, where: Scope, id: string) => {
    const way = waysTo(given(grants), personId(who), action, where, now).find(
      ({ proof }) => proof.kind === 'grant' && proof.grantId === uuidOf(id),
    );
    if (!way) throw new Error(`${who} has ${id}`);
    return way.proof;
  };
  const holds = (
    proof: ReturnType<typeof proofOf>,
    who: string,
    action: LocationAction,
    where: Scope,
    table = given(grants),
  ) => proofHolds(table, personId(who), action, where, proof, now);

  it('to a person is that person’s alone', () => {
    const proof = proofOf('pia', 'use', atShop, 'to-pia');
    if (proof.kind !== 'grant') throw new Error('it is by a grant');
    expect(proof.through).toBeNull();
    expect(['pia', 'per', 'olga', 'ada', 'eve'].map((who) => holds(proof, who, 'use', atShop))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    // Whom no fact names has the number -1, and so has the first organisation in the column of grantees.
    for (const id of ['to-ohm', 'to-volt']) {
      const bare = { ...proof, grantId: grantId(uuidOf(id)) };
      for (const who of ['eve', 'oma', 'ada', 'pia']) expect(holds(bare, who, 'use', atShop)).toBe(false);
    }
  });

  it('to an organisation is that membership’s alone', () => {
    const proof = proofOf('oma', 'use', atShop, 'to-ohm');
    expect(proof).toMatchObject({ through: { membershipId: uuidOf('oma@ohm') } });
    expect(['oma', 'oli', 'ada', 'pia', 'eve'].map((who) => holds(proof, who, 'use', atShop))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    const through = (membership: string) =>
      proof.kind === 'grant'
        ? { ...proof, through: { membershipId: uuidOf(membership), organisationId: volt } }
        : proof;
    expect(holds(through('ada@volt'), 'ada', 'use', atShop)).toBe(false);
    expect(holds(through('ada@volt'), 'oma', 'use', atShop)).toBe(false);
    expect(holds(through('nobody'), 'oma', 'use', atShop)).toBe(false);
  });

  it('goes no further than the member’s own role, of whichever row', () => {
    const proof = proofOf('oli', 'telemetry', atShop, 'to-ohm');
    expect(holds(proof, 'oli', 'telemetry', atShop)).toBe(true);
    expect(holds(proof, 'oli', 'use', atShop)).toBe(true);
    expect(holds(proof, 'oli', 'comfort', atShop)).toBe(false);
    const second = proofOf('ada', 'comfort', atShop, 'to-volt');
    expect(holds(second, 'ada', 'comfort', atShop)).toBe(true);
  });

  it('ends with the grant in the same table', () => {
    for (const [who, id] of [
      ['oma', 'to-ohm'],
      ['pia', 'to-pia'],
    ] as const) {
      const table = given(grants);
      const proof = proofOf(who, 'use', atShop, id);
      expect(holds(proof, who, 'use', atShop, table)).toBe(true);
      table.removeGrant(uuidOf(id));
      expect(holds(proof, who, 'use', atShop, table)).toBe(false);
      expect(holds(proof, who, 'use', atShop, given([]))).toBe(false);
    }
  });

  it('NB-11: opens no other place, and none that is gone', () => {
    const proof = proofOf('pia', 'use', atShop, 'to-pia');
    expect(holds(proof, 'pia', 'use', atCabin)).toBe(false);
    expect(holds(proof, 'pia', 'use', at('location', 'nowhere'))).toBe(false);
    const owner = waysTo(given(grants), personId('olga'), 'use', atCabin, now)[0];
    expect(owner && holds(owner.proof, 'olga', 'use', atCabin)).toBe(true);
    expect(owner && holds(owner.proof, 'olga', 'use', at('location', 'nowhere'))).toBe(false);
  });

  it('CS-37: does not open what came later', () => {
    const later = [...tree.slice(0, 4), partFact('device', 'charger', 'charging', 501), shop, barn];
    const proof = proofOf('per', 'use', atCharger, 'to-per');
    const table = (includeFuture: boolean) =>
      given([{ ...grants[2]!, includeFuture, grantedAt: epochMilliseconds(500) }], later);
    expect(holds(proof, 'per', 'use', atCharger, table(true))).toBe(true);
    expect(holds(proof, 'per', 'use', atCharger, table(false))).toBe(false);
  });

  it('holds at a customer, and where the location decides', () => {
    const proof = proofOf('per', 'work', at('customer', 'hansen'), 'to-per');
    expect(holds(proof, 'per', 'work', at('customer', 'hansen'))).toBe(true);
    expect(holds(proof, 'per', 'work', atCabin)).toBe(true);
    expect(holds(proof, 'per', 'share', atCabin)).toBe(false);
    expect(holds(proofOf('pia', 'share', atShop, 'to-pia'), 'pia', 'share', atShop)).toBe(true);
  });
});
