import { describe, expect, it } from '@jest/globals';
import { factsOf, memberOf, uuidOf } from '#libs/testing/entitlement-facts.js';
import { organisationId, personId } from '#libs/units/identifiers.js';
import { commandRights } from './command-right.js';
import { locationMatrix } from './matrix.js';
import { decideOrganisation } from './organisation-right.js';

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
