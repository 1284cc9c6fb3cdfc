import { describe, expect, it } from '@jest/globals';
import { factsOf, grantOf, locationFact, memberOf, uuidOf } from '#libs/testing/entitlement-facts.js';
import { grantId, organisationId, personId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { LocationAction } from './action.js';
import { actionsAt, decide, extentOf, historyFrom, proofHolds, waysTo } from './decide.js';
import type { EntitlementTable } from './entitlement-table.js';
import { atLocation } from './facts.js';
import type { Proof } from './proof.js';

const volt = organisationId(uuidOf('volt'));
const olga = personId('olga');
const now = epochMilliseconds(1_000);
const [cabin, shop] = [atLocation(uuidOf('cabin')), atLocation(uuidOf('shop'))];
const owned = { ownerPersonId: olga, installedByOrganisationId: volt } as const;
const facts = factsOf(
  [locationFact('cabin', owned), locationFact('shop', owned)],
  [memberOf('ada', 'volt', 'administrator')],
  [
    grantOf('to-pia', 'cabin', 'pia', { maximumCurrent_A: 10 }),
    grantOf('to-gus', 'cabin', 'gus', { role: 'guest' }),
    grantOf('to-bo', 'cabin', 'bo', { actions: ['telemetry'] }),
  ],
);
const proofOf = (who: string, table: EntitlementTable = facts): Proof => {
  const decision = decide(table, personId(who), 'telemetry', cabin, now);
  if (!decision.allowed) throw new Error(`${who} sees the cabin`);
  return decision.proof;
};
const holds = (proof: Proof, who: string, action: LocationAction, where = cabin, table = facts) =>
  proofHolds(table, personId(who), action, where, proof, now);

describe('what a decision tells', () => {
  it('how far the right goes', () => {
    const extents = ['olga', 'gus', 'eve'].map((who) =>
      extentOf(facts, personId(who), 'history', cabin, now),
    );
    expect(extents).toEqual(['all', 'own', 'none']);
  });

  it('every action that is allowed to any extent', () => {
    expect(actionsAt(facts, personId('gus'), cabin, now)).toEqual(['telemetry', 'history', 'events', 'use']);
    expect(actionsAt(facts, personId('bo'), cabin, now)).toEqual(['telemetry']);
    expect(actionsAt(facts, personId('eve'), cabin, now)).toEqual([]);
  });

  it('by which role, and the largest current of a grant alone', () => {
    const told = (who: string) => {
      const decision = decide(facts, personId(who), 'comfort', cabin, now);
      return decision.allowed ? [decision.role, decision.maximumCurrent_A] : 'refused';
    };
    expect(told('ada')).toEqual(['administrator', null]);
    // The cabin is the first node, and the first grant has a largest current.
    expect(told('olga')).toEqual(['owner', null]);
    expect(told('pia')).toEqual(['partner', 10]);
  });

  it('of each way, how far it goes and what it lacks', () => {
    const way = (who: string, action: LocationAction) => {
      const [first] = waysTo(facts, personId(who), action, cabin, now);
      return [first?.role, first?.extent, first?.missing];
    };
    expect(way('pia', 'history')).toEqual(['partner', 'all', null]);
    expect(way('gus', 'history')).toEqual(['guest', 'own', null]);
    expect(way('gus', 'comfort')).toEqual(['guest', 'none', { requirement: 'right-of-role' }]);
    expect(way('ada', 'factory-reset')).toEqual(['administrator', 'none', { requirement: 'right-of-role' }]);
  });

  it('NB-03: that the place is there, to whoever lacks only an action of the list', () => {
    expect(decide(facts, personId('bo'), 'comfort', cabin, now)).toMatchObject({
      allowed: false,
      visible: true,
      nearly: [{ missing: { requirement: 'right-of-grant' } }],
    });
  });

  it('an access without end or largest current says so', () => {
    const partner = proofOf('gus');
    expect(partner).toEqual({
      kind: 'grant',
      grantId: uuidOf('to-gus'),
      role: 'guest',
      expiresAt: null,
      timed: false,
      through: null,
    });
    expect(decide(facts, personId('gus'), 'use', cabin, now)).toMatchObject({ maximumCurrent_A: null });
  });

  it('T5: what bounds the first of nine links bounds the ninth', () => {
    const links = Array.from({ length: 9 }, (_, index) =>
      grantOf(`g${index}`, 'cabin', `p${index}`, {
        role: 'subcontractor',
        parentGrantId: index === 0 ? null : grantId(uuidOf(`g${index - 1}`)),
        ...(index === 0 ? { expiresAt: epochMilliseconds(2_000), maximumCurrent_A: 8 } : {}),
      }),
    );
    const table = factsOf([locationFact('cabin', owned)], [], links);
    expect(decide(table, personId('p8'), 'use', cabin, now)).toMatchObject({
      allowed: true,
      maximumCurrent_A: 8,
      proof: { expiresAt: 2_000 },
    });
  });

  it('NB-52: the history begins with the present owner for everybody but the installing organisation', () => {
    const beganAt = epochMilliseconds(700);
    const location = locationFact('cabin', { ...owned, ownershipBeganAt: beganAt });
    expect(['olga', 'pia', 'gus', 'ada'].map((who) => historyFrom(location, proofOf(who)))).toEqual([
      beganAt,
      beganAt,
      beganAt,
      null,
    ]);
  });
});

describe('T8: a proof, guard by guard', () => {
  it('T8: of an owner allows what an owner may, at his place, for him', () => {
    const proof = proofOf('olga');
    expect(holds(proof, 'olga', 'use')).toBe(true);
    expect(holds(proof, 'olga', 'electrical')).toBe(false);
    expect(holds(proof, 'olga', 'use', shop)).toBe(false);
    expect(holds(proof, 'eve', 'use')).toBe(false);
    const sold = factsOf([locationFact('cabin', { ownerPersonId: personId('nora') })], [], []);
    expect(holds(proof, 'nora', 'use', cabin, sold)).toBe(false);
  });

  it('T8: of a former owner is not renewed by a membership that has the number of a place of his', () => {
    const proof: Proof = {
      kind: 'owner',
      locationId: locationFact('cabin', {}).nodeId,
      personId: olga,
      epoch: 1,
    };
    const table = factsOf(
      [
        locationFact('shop', { ownerPersonId: olga }),
        locationFact('cabin', { ...owned, ownerPersonId: personId('nora'), ownershipEpoch: 2 }),
      ],
      [memberOf('olga', 'volt', 'administrator')],
      [],
    );
    expect(decide(table, olga, 'use', cabin, now).allowed).toBe(true);
    expect(holds(proof, 'olga', 'use', cabin, table)).toBe(false);
    const here: Proof = { ...proof, locationId: locationFact('shop', {}).nodeId };
    expect(holds(here, 'olga', 'use', cabin, table)).toBe(false);
  });

  it('T8: of a membership is that one’s', () => {
    const proof = proofOf('ada');
    expect(holds(proof, 'ada', 'use')).toBe(true);
    expect(holds(proof, 'ada', 'services')).toBe(false);
    expect(holds(proof, 'olga', 'use')).toBe(false);
    const again = { ...memberOf('ada', 'volt', 'administrator'), membershipId: uuidOf('again') };
    const both = factsOf([locationFact('cabin', owned)], [again], []);
    both.putMembership(memberOf('ada', 'ohm', 'administrator'));
    expect(holds(proof, 'ada', 'use', cabin, both)).toBe(false);
  });

  it('T8: of a membership elsewhere is not renewed by ownership of the place that has its number', () => {
    const member = memberOf('olga', 'ohm', 'administrator');
    const table = factsOf([locationFact('cabin', owned)], [member], []);
    const proof: Proof = { kind: 'membership', ...member };
    expect(decide(table, olga, 'use', cabin, now).allowed).toBe(true);
    expect(holds(proof, 'olga', 'use', cabin, table)).toBe(false);
  });

  it('T8: of a grant through a membership that nobody knows holds for nobody', () => {
    const proof = proofOf('pia');
    if (proof.kind !== 'grant') throw new Error('pia has a grant');
    const through = { membershipId: uuidOf('unknown'), organisationId: volt };
    expect(holds(proof, 'pia', 'use')).toBe(true);
    expect(holds({ ...proof, through }, 'pia', 'use')).toBe(false);
    expect(holds(proof, 'pia', 'share')).toBe(false);
  });
});
