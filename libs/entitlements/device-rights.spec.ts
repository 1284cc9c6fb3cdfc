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
import type { LocationAction } from './action.js';
import { decide } from './decide.js';
import { atDevice } from './facts.js';

const charger = atDevice(uuidOf('charger'));
const now = epochMilliseconds(1_000);

/** A charger of Olga's that Volt installed, and everybody who comes near it. */
const facts = factsOf(
  [
    locationFact('cabin', {
      ownerPersonId: personId('owner'),
      installedByOrganisationId: organisationId(uuidOf('volt')),
    }),
    partFact('device', 'charger', 'cabin'),
  ],
  [memberOf('installer', 'volt', 'installer'), memberOf('technician', 'volt', 'technician')],
  [
    grantOf('p', 'cabin', 'partner', {}),
    grantOf('s', 'cabin', 'subcontractor', { role: 'subcontractor' }),
    grantOf('b', 'cabin', 'borrower', { role: 'borrower' }),
    grantOf('g', 'cabin', 'guest', { role: 'guest' }),
  ],
);
const people = [
  'owner',
  'installer',
  'technician',
  'partner',
  'subcontractor',
  'borrower',
  'guest',
  'stranger',
] as const;
const electrical = ['installer', 'partner', 'subcontractor'];
const comfort = ['owner', ...electrical];
const history = [...comfort, 'borrower'];
const everybody = [...history, 'technician', 'guest'];

/** Each capability of a device, the right it needs, and who has that over the whole device. */
const capabilities: readonly (readonly [rule: string, action: LocationAction, who: readonly string[]])[] = [
  ['NB-53: the role of a person is told by what he may do', 'telemetry', everybody],
  ['NB-60, NB-67, NB-80: ownership is handed over', 'transfer', ['owner', 'installer']],
  ['NB-61: the installation checklist', 'electrical', electrical],
  ['NB-62: the fallback wait is resolved', 'electrical', electrical],
  ['NB-64: a charger is connected to the mobile network', 'electrical', electrical],
  ['NB-68: the phase rotation', 'electrical', electrical],
  ['NB-69: a fallback of the current is seen', 'telemetry', everybody],
  ['NB-70: the PIN that proves possession', 'electrical', electrical],
  ['NB-71: the cable lock', 'comfort', comfort],
  ['NB-72: the brightness', 'comfort', comfort],
  ['NB-73: a charger or load balancer is added', 'electrical', electrical],
  ['NB-74: the test of the residual-current device', 'electrical', electrical],
  ['NB-75: unexpected behaviour is looked into', 'events', [...history, 'technician']],
  ['NB-76: residual-current protection is configured', 'electrical', electrical],
  ['NB-77: a load balancer is connected', 'electrical', electrical],
  ['NB-78: charging on solar energy', 'comfort', comfort],
  ['NB-79: network and solar terminal of a load balancer', 'electrical', electrical],
  [
    'NB-84: a reset to how it left the factory; while somebody owns it, by him alone',
    'factory-reset',
    ['owner'],
  ],
  ['NB-85: the charging status', 'telemetry', everybody],
  ['NB-86: configuration before the device is online', 'electrical', electrical],
  ['NB-88: the main fuse', 'electrical', electrical],
  ['NB-89: a charger joins a Wi-Fi', 'electrical', electrical],
  ['NB-90: an export of charging data', 'history', history],
  ['NB-91: the tariff', 'comfort', comfort],
  ['NB-92: the largest charging current', 'comfort', comfort],
  ['NB-93: the charging schedule', 'comfort', comfort],
  ['NB-95: a charger is added without its PIN to a location that has an owner', 'electrical', electrical],
  ['NB-96: single-phase charging', 'comfort', comfort],
  ['NB-97: events that a warning would tell of', 'events', [...history, 'technician']],
  ['NB-98: the light is switched off', 'comfort', comfort],
  ['NB-99: the event list', 'events', [...history, 'technician']],
];

describe('who may do what to a device', () => {
  it.each(capabilities)('%s', (_rule, action, who) => {
    const may = people.filter((person) => {
      const decision = decide(facts, personId(person), action, charger, now);
      return decision.allowed && decision.extent === 'all';
    });
    expect(may).toEqual(people.filter((person) => who.includes(person)));
  });

  it('NB-90, NB-99: a guest has history and events of what he did himself', () => {
    for (const action of ['history', 'events'] as const) {
      expect(decide(facts, personId('guest'), action, charger, now)).toMatchObject({
        allowed: true,
        extent: 'own',
      });
    }
  });
});
