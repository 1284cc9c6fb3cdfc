import { describe, expect, it } from '@jest/globals';
import { factsOf, memberOf, uuidOf } from '#libs/testing/entitlement-facts.js';
import { organisationId, personId } from '#libs/units/identifiers.js';
import { organisationActions } from './action.js';
import { commandRights } from './command-right.js';
import { isWider, locationMatrix, type Extent } from './matrix.js';
import { decideOrganisation } from './organisation-right.js';
import { leadingRoles, organisationKinds, organisationRoles, rolesOfKind } from './role.js';

const volt = organisationId(uuidOf('volt'));
const facts = factsOf(
  [],
  [memberOf('ada', 'volt', 'administrator'), memberOf('ivo', 'volt', 'installer')],
  [],
);

describe('rights over an organisation', () => {
  it('NB-05: an administrator manages the members, an installer only sees them', () => {
    expect(decideOrganisation(facts, personId('ada'), 'manage-members', volt).allowed).toBe(true);
    expect(decideOrganisation(facts, personId('ivo'), 'see-members', volt).allowed).toBe(true);
    expect(decideOrganisation(facts, personId('ivo'), 'manage-members', volt)).toEqual({
      allowed: false,
      visible: true,
    });
  });

  it('NB-07: to an outsider the organisation does not exist', () => {
    const outside = { allowed: false, visible: false };
    expect(decideOrganisation(facts, personId('eve'), 'see-members', volt)).toEqual(outside);
    expect(decideOrganisation(facts, personId('ada'), 'see-members', organisationId(uuidOf('ohm')))).toEqual(
      outside,
    );
  });
});

describe('the matrix of an organisation, one row after the other', () => {
  // S see the organisation P see its people M members C customers A shares Q connections V services B bills E enrol
  it.each([
    ['administrator', 'SPMCAQ-B-'],
    ['account-manager', 'SPMCAQ-B-'],
    ['installer', 'SP-C-----'],
    ['manager', 'SP-C-----'],
    ['technician', 'S--------'],
    ['company-owner', 'SPM--QVBE'],
    ['senior-service-manager', 'SP---QVB-'],
    ['service-manager', 'SP---QV--'],
    ['company-installer', 'SP----V--'],
  ] as const)('CS-48, AJ-05, AJ-09, AJ-11: %s: %s', (role, row) => {
    const table = factsOf([], [memberOf('who', 'volt', role)], []);
    const letters = organisationActions.map((action, index) =>
      decideOrganisation(table, personId('who'), action, volt).allowed ? 'SPMCAQVBE'[index] : '-',
    );
    expect(letters.join('')).toBe(row);
  });

  it('NB-23, NB-24, AJ-03: who leads, and which roles each kind has', () => {
    expect(organisationRoles.filter((role) => leadingRoles.has(role))).toEqual([
      'administrator',
      'account-manager',
      'company-owner',
    ]);
    expect(organisationKinds.map((kind) => rolesOfKind[kind])).toEqual([
      organisationRoles.slice(0, 5),
      organisationRoles.slice(5),
    ]);
  });

  it('NB-42: all is wider than the own, and that than none', () => {
    const extents: readonly Extent[] = ['none', 'own', 'all'];
    expect(extents.map((a) => extents.map((b) => isWider(a, b)))).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
    ]);
  });
});

describe('the right a command needs', () => {
  it('NB-62, NB-88: what changes the electrics is refused to owner and guest', () => {
    for (const action of ['change-configuration', 'get-configuration', 'clear-charging-profile'] as const) {
      expect(locationMatrix.owner[commandRights[action]]).toBe('none');
      expect(locationMatrix.guest[commandRights[action]]).toBe('none');
      expect(locationMatrix.partner[commandRights[action]]).toBe('all');
    }
  });

  it('NB-45: a guest starts and stops, and changes no setting', () => {
    expect(locationMatrix.guest[commandRights['remote-start']]).toBe('all');
    expect(locationMatrix.guest[commandRights['set-max-current']]).toBe('none');
  });
});
