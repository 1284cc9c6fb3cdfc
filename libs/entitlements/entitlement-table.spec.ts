import { describe, expect, it } from '@jest/globals';
import {
  factsOf,
  grantOf,
  locationFact,
  memberOf,
  partFact,
  uuidOf,
} from '#libs/testing/entitlement-facts.js';
import { organisationId, personId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { locationActions, type LocationAction } from './action.js';
import { actionCode, EntitlementTable, maskOf, roleCode } from './entitlement-table.js';
import { atLocation, scopeKinds, type GrantFact, type LocationFact, type NodeFact } from './facts.js';
import { locationRoles } from './role.js';
import type { RowLists } from './row-lists.js';

const volt = organisationId(uuidOf('volt'));
const ohm = organisationId(uuidOf('ohm'));
const [olga, bo] = [personId('olga'), personId('bo')];
const hansen: NodeFact = { kind: 'customer', nodeId: uuidOf('hansen'), organisationId: volt };
const berg: NodeFact = { kind: 'customer', nodeId: uuidOf('berg'), organisationId: volt };
const mine = { ownerPersonId: olga, installedByOrganisationId: volt, parentId: hansen.nodeId } as const;
const table = (nodes: readonly NodeFact[], grants: readonly GrantFact[] = []) => factsOf(nodes, [], grants);
/** The locations in a list, by name. */
const names = ['cabin', 'shop', 'barn'];
const placesIn = (of: EntitlementTable, list: RowLists, row: number): (string | undefined)[] =>
  [...list.rowsOf(row)].map((each) => {
    const id = of.nodes.ids.idOf(of.locations.node[each]!);
    return names.find((name) => uuidOf(name) === id);
  });
const ofOwner = (of: EntitlementTable, who: typeof olga) =>
  placesIn(of, of.locations.ofOwner, of.personRow(who));
const ofOrganisation = (of: EntitlementTable, which: string) =>
  placesIn(of, of.locations.ofOrganisation, of.organisations.find(which));
const ofCustomer = (of: EntitlementTable, which: string) =>
  placesIn(of, of.locations.ofCustomer, of.nodes.ids.find(which));

describe('what a person, an organisation and a customer have', () => {
  it('NB-39: every location of theirs, in the order they came, and no other', () => {
    const all = table([
      hansen,
      locationFact('cabin', mine),
      locationFact('shop', {}),
      locationFact('barn', mine),
    ]);
    expect(ofOwner(all, olga)).toEqual(['cabin', 'barn']);
    expect(ofOrganisation(all, volt)).toEqual(['cabin', 'barn']);
    expect(ofCustomer(all, hansen.nodeId)).toEqual(['cabin', 'barn']);
    expect(ofOwner(all, bo)).toEqual([]);
  });

  it('NB-50: one that changes hands is the new one’s alone', () => {
    const all = table([hansen, berg, locationFact('cabin', mine), locationFact('barn', mine)]);
    const sold: Partial<LocationFact> = {
      ownerPersonId: bo,
      installedByOrganisationId: ohm,
      parentId: berg.nodeId,
    };
    all.putNode(locationFact('cabin', sold));
    expect([ofOwner(all, olga), ofOwner(all, bo)]).toEqual([['barn'], ['cabin']]);
    expect([ofOrganisation(all, volt), ofOrganisation(all, ohm)]).toEqual([['barn'], ['cabin']]);
    expect([ofCustomer(all, hansen.nodeId), ofCustomer(all, berg.nodeId)]).toEqual([['barn'], ['cabin']]);
    expect(all.locations.count).toBe(2);
    all.putNode(locationFact('cabin', {}));
    expect([ofOwner(all, bo), ofOrganisation(all, ohm), ofCustomer(all, berg.nodeId)]).toEqual([[], [], []]);
  });

  it('NB-03: one that is gone is nobody’s, and does not come back to whom it was', () => {
    const all = table([hansen, locationFact('shop', {}), locationFact('cabin', mine)]);
    all.removeNode(uuidOf('cabin'));
    expect([ofOwner(all, olga), ofOrganisation(all, volt), ofCustomer(all, hansen.nodeId)]).toEqual([
      [],
      [],
      [],
    ]);
    expect(all.location(uuidOf('cabin'))).toBeUndefined();
    expect(all.location(uuidOf('shop'))).toBeDefined();
    for (let row = 0; row < 4; row++) {
      const { ofOwner: owned, ofOrganisation: installed, ofCustomer: kept } = all.locations;
      expect([owned, installed, kept].flatMap((list) => [...list.rowsOf(row)])).toEqual([]);
    }
    all.putNode(locationFact('cabin', {}));
    expect(ofOwner(all, olga)).toEqual([]);
    expect(all.location(uuidOf('cabin'))).toEqual(locationFact('cabin', {}));
  });

  it('a part or a customer that is gone takes no location with it', () => {
    const all = table([hansen, locationFact('cabin', mine), partFact('device', 'charger', 'cabin')]);
    all.removeNode(uuidOf('charger'));
    all.removeNode(hansen.nodeId);
    all.removeNode(uuidOf('nothing'));
    expect(ofOwner(all, olga)).toEqual(['cabin']);
    expect(all.nodeRow({ kind: 'device', id: uuidOf('charger') })).toBe(-1);
    expect(all.nodeRow({ kind: 'customer', id: hansen.nodeId })).toBe(-1);
    expect(all.nodeRow(atLocation(uuidOf('cabin')))).not.toBe(-1);
    expect(all.nodes.ids.find(uuidOf('nothing'))).toBe(-1);
  });

  it('NB-03: each goes by itself, whichever row it has', () => {
    for (const gone of names) {
      const all = factsOf(
        names.map((name) => locationFact(name, { ownerPersonId: olga })),
        names.map((name) => memberOf(name, 'volt', 'installer')),
        [],
      );
      all.removeNode(uuidOf(gone));
      all.removeMembership(uuidOf(`${gone}@volt`));
      const left = names.filter((name) => name !== gone);
      expect(ofOwner(all, olga)).toEqual(left);
      expect(names.filter((name) => all.location(uuidOf(name)))).toEqual(left);
      expect(names.filter((name) => all.membershipsOf(personId(name)).length > 0)).toEqual(left);
    }
  });

  it('NB-03: a membership that is over or has another holder is in no list of the first', () => {
    const all = factsOf([], [memberOf('ada', 'volt', 'administrator')], []);
    const [fact] = all.membershipsOf(personId('ada'));
    expect(fact).toEqual(memberOf('ada', 'volt', 'administrator'));
    all.putMembership({ ...memberOf('ada', 'volt', 'installer'), personId: bo });
    expect([all.membershipsOf(personId('ada')), all.membershipsOf(bo)].map(({ length }) => length)).toEqual([
      0, 1,
    ]);
    all.removeMembership(uuidOf('ada@volt'));
    all.removeMembership(uuidOf('nothing'));
    expect(all.membershipsOf(bo)).toEqual([]);
    expect(all.memberships.person(0)).toBe(-1);
  });
});

describe('grants', () => {
  const given = (all: EntitlementTable, list: RowLists, row: number) =>
    [...list.rowsOf(row)].map((each) => all.grants.ids.idOf(each));
  const at = (name: string) => atLocation(uuidOf(name));
  const idsOn = (all: EntitlementTable, name: string) => all.grantsOn(at(name)).map(({ grantId }) => grantId);

  it('NB-14: are listed at their place, oldest first, through removals at the beginning, the middle and the end', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const first of ids) {
      for (const second of ids) {
        const all = table(
          [locationFact('cabin', {}), locationFact('shop', {})],
          [...ids.map((id) => grantOf(id, 'cabin', 'pia', {})), grantOf('z', 'shop', 'pia', {})],
        );
        all.removeGrant(uuidOf(first));
        all.removeGrant(uuidOf(second));
        all.removeGrant(uuidOf(first));
        const left = ids.filter((id) => id !== first && id !== second);
        expect([first, second, idsOn(all, 'cabin')]).toEqual([first, second, left.map(uuidOf)]);
        all.putGrant(grantOf('f', 'cabin', 'pia', {}));
        all.putGrant(grantOf(left[0] ?? '', 'cabin', 'pia', { suspended: true }));
        expect(idsOn(all, 'cabin')).toEqual([...left.slice(1), 'f', left[0] ?? ''].map(uuidOf));
        all.putGrant(grantOf('f', 'shop', 'pia', {}));
        expect(idsOn(all, 'cabin')).toEqual([...left.slice(1), left[0] ?? ''].map(uuidOf));
        expect(idsOn(all, 'shop')).toEqual(['z', 'f'].map(uuidOf));
      }
    }
    expect(table([]).grantsOn(at('nowhere'))).toEqual([]);
  });

  it('NB-39: are found by who has them, as long as they last', () => {
    const all = table(
      [locationFact('cabin', {})],
      [grantOf('p', 'cabin', 'pia', {}), grantOf('o', 'cabin', '@ohm', {}), grantOf('q', 'cabin', 'pia', {})],
    );
    const persons = () => given(all, all.grants.ofPerson, all.personRow(personId('pia')));
    const organisations = () => given(all, all.grants.ofOrganisation, all.organisations.find(ohm));
    expect([persons(), organisations()]).toEqual([[uuidOf('p'), uuidOf('q')], [uuidOf('o')]]);
    all.putGrant(grantOf('p', 'cabin', '@ohm', {}));
    all.putGrant(grantOf('o', 'cabin', 'pia', {}));
    expect([persons(), organisations()]).toEqual([[uuidOf('q'), uuidOf('o')], [uuidOf('p')]]);
    for (const id of ['p', 'q', 'o', 'nothing']) all.removeGrant(uuidOf(id));
    expect([persons(), organisations()]).toEqual([[], []]);
    for (let row = 0; row < 4; row++) {
      expect([given(all, all.grants.ofPerson, row), given(all, all.grants.ofOrganisation, row)]).toEqual([
        [],
        [],
      ]);
    }
    expect(['p', 'q', 'o', 'nothing'].map((id) => all.grant(uuidOf(id)))).toEqual(Array(4).fill(undefined));
  });

  it('NB-10: a person’s is in no organisation’s list, whatever its number', () => {
    const all = table(
      [locationFact('cabin', {})],
      [
        grantOf('o', 'cabin', '@ohm', {}),
        grantOf('v', 'cabin', '@volt', {}),
        grantOf('p', 'cabin', 'pia', {}),
      ],
    );
    const lists = [ohm, volt].map((each) =>
      given(all, all.grants.ofOrganisation, all.organisations.find(each)),
    );
    expect(lists).toEqual([[uuidOf('o')], [uuidOf('v')]]);
  });

  it('T5: bounds that are lifted, or were a removed grant’s, bind no more', () => {
    const hours = { timeZone: 'UTC', ranges: [{ days: [1] as const, from_min: 0, to_min: 60 }] };
    const bound = grantOf('g', 'cabin', 'pia', { hours, maximumCurrent_A: 8, actions: ['use'] });
    const all = table([locationFact('cabin', {})], [bound]);
    expect(all.grant(bound.grantId)).toEqual(bound);
    const free = grantOf('g', 'cabin', 'pia', {});
    all.putGrant(free);
    expect(all.grant(bound.grantId)).toEqual(free);
    expect([all.grants.hours.size, all.grants.maximumCurrent_A.size]).toEqual([0, 0]);
    all.putGrant(bound);
    all.removeGrant(bound.grantId);
    expect([all.grants.hours.size, all.grants.maximumCurrent_A.size]).toEqual([0, 0]);
  });

  it('each action is one bit, none is all of them, and each role one number', () => {
    for (const action of locationActions) {
      const all = table([locationFact('cabin', {})], [grantOf('g', 'cabin', 'pia', { actions: [action] })]);
      expect(all.grant(uuidOf('g'))?.actions).toEqual([action]);
      expect(maskOf([action])).toBe(2 ** locationActions.indexOf(action));
    }
    const none = table([locationFact('cabin', {})], [grantOf('g', 'cabin', 'pia', { actions: [] })]);
    expect(none.grant(uuidOf('g'))?.actions).toEqual([]);
    expect(maskOf(locationActions)).toBe(2 ** locationActions.length - 1);
    expect(locationRoles.map((role) => roleCode(role))).toEqual([...locationRoles.keys()]);
    expect(roleCode('nobody')).toBe(-1);
    expect([actionCode('billing'), actionCode('fly' as LocationAction)]).toEqual([12, -1]);
    expect(table([]).roleOf(-1)).toBe('guest');
  });
});

describe('the tree', () => {
  const path = ['hansen', 'cabin', 'garage', 'charging', 'charger'];
  const tree: readonly NodeFact[] = [
    hansen,
    locationFact('cabin', { ...mine, since: epochMilliseconds(5), ownershipBeganAt: epochMilliseconds(9) }),
    partFact('building', 'garage', 'cabin', 6),
    partFact('installation', 'charging', 'garage', 7),
    partFact('device', 'charger', 'charging', 8),
  ];

  it('every kind is found as what it is, and lies in its location', () => {
    const all = table(tree);
    const rows = path.map((name, level) => all.nodeRow({ kind: scopeKinds[level]!, id: uuidOf(name) }));
    expect(rows.map((row) => all.scopeOf(row))).toEqual(
      path.map((name, level) => ({ kind: scopeKinds[level], id: uuidOf(name) })),
    );
    const [hansenRow = -1, cabinRow = -1] = rows;
    expect(rows.map((row) => all.locationRowOf(row))).toEqual([-1, cabinRow, cabinRow, cabinRow, cabinRow]);
    expect(all.locationRowOf(-1)).toBe(-1);
    expect(rows.map((row) => all.nodes.since[row])).toEqual([0, 5, 6, 7, 8]);
    expect(all.nodes.organisation(hansenRow)).toBe(all.organisations.find(volt));
    expect(all.location(uuidOf('cabin'))).toEqual(tree[1]);
    for (const kind of scopeKinds.slice(1)) expect(all.nodeRow({ kind, id: uuidOf('hansen') })).toBe(-1);
  });

  it('what is gone leads nowhere any more', () => {
    const all = table(tree);
    const charger = all.nodeRow({ kind: 'device', id: uuidOf('charger') });
    all.removeNode(uuidOf('garage'));
    expect(all.locationRowOf(charger)).toBe(-1);
    expect(all.nodes.parent(all.nodes.ids.find(uuidOf('garage')))).toBe(-1);
  });

  it('holds as much as comes, however little was expected', () => {
    for (const expected of [0, 1, 2, 7, 8, 9, 40]) {
      const all = new EntitlementTable({
        nodes: expected,
        locations: expected,
        grants: expected,
        memberships: expected,
      });
      const places = Array.from({ length: 30 }, (_, index) =>
        locationFact(`place ${index}`, {
          ownerPersonId: personId(`owner ${index}`),
          ownershipEpoch: index + 1,
          since: epochMilliseconds(index),
          ownershipBeganAt: index % 2 === 0 ? null : epochMilliseconds(index),
          partnersMayShare: index % 3 === 0,
        }),
      );
      const grants = places.map((_place, index) =>
        grantOf(`grant ${index}`, `place ${index}`, `person ${index}`, {
          grantedAt: epochMilliseconds(index),
          expiresAt: index % 2 === 0 ? null : epochMilliseconds(index),
        }),
      );
      for (const [index, place] of places.entries()) {
        all.putNode(place);
        all.putGrant(grants[index]!);
        all.putMembership(memberOf(`person ${index}`, 'volt', 'installer'));
      }
      expect(places.map(({ nodeId }) => all.location(nodeId))).toEqual(places);
      expect(grants.map(({ grantId }) => all.grant(grantId))).toEqual(grants);
      expect(places.map((_, index) => all.membershipsOf(personId(`person ${index}`)))).toEqual(
        places.map((_, index) => [memberOf(`person ${index}`, 'volt', 'installer')]),
      );
    }
  });
});
