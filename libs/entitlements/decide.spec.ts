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
import { locationActions, type LocationAction } from './action.js';
import { decide, proofHolds } from './decide.js';
import type { EntitlementTable } from './entitlement-table.js';
import { atDevice, atLocation, type GrantFact, type Scope } from './facts.js';
import { entitlementOf } from './proof.js';
import { grantRoles, organisationRoles } from './role.js';

const volt = organisationId(uuidOf('volt'));
const olga = personId('olga');
const cabin = atLocation(uuidOf('cabin'));
const shop = atLocation(uuidOf('shop'));
const now = epochMilliseconds(1_000);

const cabinOf = (more: Parameters<typeof locationFact>[1]) =>
  locationFact('cabin', { ownerPersonId: olga, installedByOrganisationId: volt, ...more });

/** olga owns the cabin, volt installed it; ohm was given partner access, pia a partner and gus a guest access. */
const facts = factsOf(
  [cabinOf({}), locationFact('shop', { ownerPersonId: olga })],
  [
    memberOf('ada', 'volt', 'administrator'),
    memberOf('ivo', 'volt', 'installer'),
    memberOf('oma', 'ohm', 'administrator'),
    memberOf('oli', 'ohm', 'technician'),
  ],
  [
    grantOf('to-ohm', 'cabin', '@ohm', {}),
    grantOf('to-pia', 'cabin', 'pia', { expiresAt: epochMilliseconds(2_000) }),
    grantOf('to-gus', 'cabin', 'gus', { role: 'guest' }),
  ],
);
const may = (
  who: string,
  action: LocationAction,
  where: Scope = cabin,
  at = now,
  table: EntitlementTable = facts,
) => decide(table, personId(who), action, where, at);
const letterOf = (who: string, action: LocationAction, table: EntitlementTable): string => {
  const decision = may(who, action, cabin, now, table);
  return decision.allowed ? (decision.extent === 'all' ? 'y' : 'o') : 'n';
};
const lettersOf = (who: string, table: EntitlementTable): string =>
  locationActions.map((action) => letterOf(who, action, table)).join('');
const requirementOf = (
  who: string,
  action: LocationAction,
  where: Scope,
  at: number,
  table: EntitlementTable,
) => {
  const decision = may(who, action, where, epochMilliseconds(at), table);
  return decision.allowed ? 'allowed' : (decision.nearly[0]?.missing?.requirement ?? 'no way');
};

describe('what a location allows, whichever row it has', () => {
  const others = ['shop', 'barn', 'mill'].map((name) => locationFact(name, { ownerPersonId: olga }));

  it.each([0, 1, 2, 3])('NB-84: nobody owns it, behind %d others', (before) => {
    const locations = [...others.slice(0, before), cabinOf({ ownerPersonId: null })];
    const table = factsOf(locations, [memberOf('ivo', 'volt', 'installer')], []);
    expect(letterOf('ivo', 'factory-reset', table)).toBe('y');
  });

  it.each([0, 1, 2, 3])('partners may share it, behind %d others', (before) => {
    const locations = [...others.slice(0, before), cabinOf({ partnersMayShare: true })];
    const table = factsOf(locations, [], [grantOf('pia', 'cabin', 'pia', {})]);
    expect(letterOf('pia', 'share', table)).toBe('y');
  });
});

describe('several ways to one place', () => {
  const cabins = [cabinOf({})];

  it('a way that is too narrow does not hide a wider one that comes after it', () => {
    const both = factsOf(
      cabins,
      [memberOf('tia', 'volt', 'technician')],
      [grantOf('tia', 'cabin', 'tia', {})],
    );
    expect(letterOf('tia', 'comfort', both)).toBe('y');
    expect(letterOf('tia', 'history', both)).toBe('y');
  });

  it('a way that is narrower does not take the place of a wider one before it', () => {
    const both = factsOf(
      cabins,
      [],
      [
        grantOf('first', 'cabin', 'gus', { role: 'guest' }),
        grantOf('second', 'cabin', 'gus', { actions: ['telemetry'] }),
      ],
    );
    expect(letterOf('gus', 'history', both)).toBe('o');
  });

  it('a way to what is his own does not hide one to everything', () => {
    const both = factsOf(
      cabins,
      [],
      [grantOf('first', 'cabin', 'gus', { role: 'guest' }), grantOf('second', 'cabin', 'gus', {})],
    );
    expect(letterOf('gus', 'history', both)).toBe('y');
  });

  it.each([
    ['history', 'guest'],
    ['comfort', 'partner'],
  ] as const)('of two equal ways the older one is the proof: %s as %s', (action, role) => {
    const both = factsOf(
      cabins,
      [],
      [grantOf('first', 'cabin', 'pia', { role }), grantOf('second', 'cabin', 'pia', { role })],
    );
    const decision = may('pia', action, cabin, now, both);
    expect(decision.allowed && entitlementOf(decision.proof)).toContain(uuidOf('first'));
  });
});

describe('the permission matrix (section 6), one row after the other', () => {
  // T telemetry H history E events U use C comfort L electrical F reset W work I share K revoke O transfer V services B bills
  it.each([
    ['owner', 'yyyyynynyyyny', 'yyyyynynyyyny'],
    ['administrator', 'yyyyyynyyyyny', 'yyyyyyyyyyyny'],
    ['installer', 'yyyyyynyyoynn', 'yyyyyyyyyoynn'],
    ['technician', 'ynyynnnynnnnn', 'ynyynnnynnnnn'],
    ['manager', 'yyyyyynyyoynn', 'yyyyyyyyyoynn'],
    ['account-manager', 'yyyyyynyyyyny', 'yyyyyyyyyyyny'],
    ['company-owner', 'yyynnnnnnnnyy', 'yyynnnnnnnnyy'],
    ['senior-service-manager', 'nnnnnnnnnnnyy', 'nnnnnnnnnnnyy'],
    ['service-manager', 'nnnnnnnnnnnyn', 'nnnnnnnnnnnyn'],
    ['company-installer', 'yyyyyynyyoyyn', 'yyyyyyyyyoyyn'],
    ['guest', 'yooynnnnnnnnn', 'yooynnnnnnnnn'],
    ['partner', 'yyyyyynynnnnn', 'yyyyyynynnnnn'],
    ['installation-manager', 'yyyyyynyyonnn', 'yyyyyynyyonnn'],
    ['subcontractor', 'yyyyyynyyonnn', 'yyyyyynyyonnn'],
    ['borrower', 'yyyynnnynnnnn', 'yyyynnnynnnnn'],
    ['hub-administrator', 'yyyyynnnyynnn', 'yyyyynnnyynnn'],
    ['hub-limited-administrator', 'yyyyynnnnnnnn', 'yyyyynnnnnnnn'],
    ['hub-user', 'yooynnnnnnnnn', 'yooynnnnnnnnn'],
    ['professional', 'yyyyyynynnnyn', 'yyyyyynynnnyn'],
  ])('NB-05, NB-44, NB-84: %s: %s where somebody owns, %s where nobody does', (role, owned, unowned) => {
    const table = (ownerPersonId: typeof olga | null) => {
      const member = organisationRoles.find((each) => each === role);
      const granted = grantRoles.find((each) => each === role);
      return factsOf(
        [cabinOf({ ownerPersonId: role === 'owner' ? personId('who') : ownerPersonId })],
        member ? [memberOf('who', 'volt', member)] : [],
        granted ? [grantOf('g', 'cabin', 'who', { role: granted })] : [],
      );
    };
    expect(lettersOf('who', table(olga))).toBe(owned);
    expect(lettersOf('who', table(null))).toBe(unowned);
  });

  it.each(grantRoles.flatMap((role) => organisationRoles.map((own) => [role, own] as const)))(
    'NB-10: %s granted to an organisation, used by its %s: no more than both have',
    (role, own) => {
      const granted = factsOf([cabinOf({})], [], [grantOf('g', 'cabin', 'who', { role })]);
      const installed = factsOf([cabinOf({})], [memberOf('who', 'volt', own)], []);
      const both = factsOf(
        [cabinOf({})],
        [memberOf('who', 'ohm', own)],
        [grantOf('g', 'cabin', '@ohm', { role })],
      );
      const least = [...lettersOf('who', granted)].map((letter, index) => {
        const other = lettersOf('who', installed)[index] ?? 'n';
        return 'noy'[Math.min('noy'.indexOf(letter), 'noy'.indexOf(other))];
      });
      expect(lettersOf('who', both)).toBe(least.join(''));
    },
  );

  it('a partner shares on only where the location lets partners do so', () => {
    const table = (partnersMayShare: boolean) =>
      factsOf([cabinOf({ partnersMayShare })], [], [grantOf('g', 'cabin', 'pia', {})]);
    expect(letterOf('pia', 'share', table(false))).toBe('n');
    expect(letterOf('pia', 'share', table(true))).toBe('y');
    expect(letterOf('pia', 'revoke', table(true))).toBe('n');
  });

  it('a borrower changes comfort settings only when the loan names that', () => {
    const table = (actions: GrantFact['actions']) =>
      factsOf([cabinOf({})], [], [grantOf('g', 'cabin', 'bo', { role: 'borrower', actions })]);
    expect(lettersOf('bo', table(null))).toBe('yyyynnnynnnnn');
    expect(lettersOf('bo', table(['telemetry', 'comfort']))).toBe('ynnnynnnnnnnn');
    expect(lettersOf('bo', table(['telemetry', 'electrical']))).toBe('ynnnnnnnnnnnn');
  });
});

describe('who may do what at a location', () => {
  it('NB-11: a share of one location shows no other', () => {
    for (const who of ['ada', 'ivo', 'pia', 'oma', 'oli', 'gus', 'eve']) {
      expect(may(who, 'telemetry', shop)).toEqual({ allowed: false, visible: false, nearly: [] });
    }
  });

  it('NB-03: a stranger learns nothing; somebody with a lesser right learns what is missing', () => {
    expect(may('eve', 'telemetry')).toEqual({ allowed: false, visible: false, nearly: [] });
    expect(may('gus', 'comfort')).toMatchObject({
      allowed: false,
      visible: true,
      nearly: [{ role: 'guest', extent: 'none', missing: { requirement: 'right-of-role' } }],
    });
    expect(may('oli', 'comfort')).toMatchObject({
      allowed: false,
      visible: true,
      nearly: [{ role: 'partner', missing: { requirement: 'right-of-member-role' } }],
    });
  });

  it('NB-35: a grant ends at the very instant of its expiry, and is then no sight of the place either', () => {
    expect(may('pia', 'use', cabin, epochMilliseconds(1_999)).allowed).toBe(true);
    expect(may('pia', 'use', cabin, epochMilliseconds(2_000))).toMatchObject({
      allowed: false,
      visible: false,
      nearly: [{ missing: { requirement: 'expired' } }],
    });
  });

  it('NB-51: a suspended grant gives nothing until it is confirmed', () => {
    const suspended = factsOf([cabinOf({})], [], [grantOf('g', 'cabin', 'pia', { suspended: true })]);
    expect(requirementOf('pia', 'telemetry', cabin, 1_000, suspended)).toBe('suspended');
    expect(may('pia', 'telemetry', cabin, now, suspended)).toMatchObject({ visible: false });
  });

  it('tells by which fact', () => {
    const allowed = may('oma', 'use');
    expect(allowed.allowed && entitlementOf(allowed.proof)).toBe(`grant:${uuidOf('to-ohm')}`);
    expect(allowed).toMatchObject({ proof: { through: { membershipId: uuidOf('oma@ohm') }, timed: false } });
    expect(may('olga', 'use')).toMatchObject({ role: 'owner', proof: { kind: 'owner', epoch: 1 } });
    expect(may('ada', 'use')).toMatchObject({
      proof: { kind: 'membership', membershipId: uuidOf('ada@volt') },
    });
  });

  it('prefers the widest way, then the owner, then membership, then the nearest and oldest grant', () => {
    const table = factsOf(
      [cabinOf({ ownerPersonId: personId('ada') }), partFact('device', 'charger', 'cabin')],
      [memberOf('ada', 'volt', 'administrator')],
      [
        grantOf('first', 'cabin', 'pia', {}),
        grantOf('second', 'cabin', 'pia', {}),
        grantOf('near', 'cabin', 'pia', { scope: atDevice(uuidOf('charger')) }),
        grantOf('narrow', 'cabin', 'ada', { role: 'guest' }),
      ],
    );
    const proof = (who: string, action: LocationAction, where: Scope) => {
      const decision = may(who, action, where, now, table);
      return decision.allowed && entitlementOf(decision.proof);
    };
    expect(proof('ada', 'telemetry', cabin)).toBe('owner:1');
    expect(proof('ada', 'electrical', cabin)).toBe(`membership:${uuidOf('ada@volt')}`);
    expect(proof('pia', 'telemetry', cabin)).toBe(`grant:${uuidOf('first')}`);
    expect(proof('pia', 'telemetry', atDevice(uuidOf('charger')))).toBe(`grant:${uuidOf('near')}`);
  });
});

describe('T8: a proof', () => {
  it('holds only as long as its own fact, even when another way remains', () => {
    const withoutMembership = factsOf([cabinOf({})], [], [grantOf('to-ivo', 'cabin', 'ivo', {})]);
    const opened = may('ivo', 'telemetry');
    if (!opened.allowed) throw new Error('ivo must see the cabin');
    const holds = (table: EntitlementTable) =>
      proofHolds(table, personId('ivo'), 'telemetry', cabin, opened.proof, now);
    expect(holds(facts)).toBe(true);
    expect(may('ivo', 'telemetry', cabin, now, withoutMembership).allowed).toBe(true);
    expect(holds(withoutMembership)).toBe(false);
  });

  it('of an owner ends with his epoch, also when the location comes back to him', () => {
    const opened = may('olga', 'telemetry');
    if (!opened.allowed) throw new Error('olga must see the cabin');
    const later = (more: Parameters<typeof cabinOf>[0]) =>
      proofHolds(factsOf([cabinOf(more)], [], []), olga, 'telemetry', cabin, opened.proof, now);
    expect(later({})).toBe(true);
    expect(later({ ownershipEpoch: 3 })).toBe(false);
    expect(later({ ownerPersonId: personId('nora') })).toBe(false);
  });

  it("of an organisation's grant is that of one membership", () => {
    const given = [grantOf('to-ohm', 'cabin', '@ohm', {})];
    const opened = may('oma', 'telemetry');
    if (!opened.allowed) throw new Error('oma must see the cabin');
    const holds = (members: ReturnType<typeof memberOf>[], grants = given) =>
      proofHolds(
        factsOf([cabinOf({})], members, grants),
        personId('oma'),
        'telemetry',
        cabin,
        opened.proof,
        now,
      );
    const member = memberOf('oma', 'ohm', 'administrator');
    expect(holds([member])).toBe(true);
    expect(holds([{ ...member, membershipId: uuidOf('joined again') }])).toBe(false);
    expect(holds([member], [{ ...given[0]!, grantId: grantId(uuidOf('given again')) }])).toBe(false);
    expect(holds([{ ...member, role: 'service-manager' }])).toBe(false);
  });
});
