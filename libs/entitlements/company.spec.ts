import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import {
  contextOf,
  deleteCompany,
  enrol,
  featuresOf,
  mayBeGiven,
  registerCompany,
  type EnrolmentTerms,
} from './company.js';
import { stepMembership } from './membership.js';
import { organisationRoles, rolesOfKind } from './role.js';

const own = contextOf('volt');
const terms: EnrolmentTerms = {
  organisationId: 'volt',
  kind: 'company',
  country: 'NO',
  role: 'company-owner',
  context: own,
};

describe('companies', () => {
  it('AJ-02, AJ-03: are registered from the personal account, by their owner', () => {
    expect(registerCompany(contextOf(null))).toEqual({ ok: true, value: 'company-owner' });
    expect(registerCompany(own)).toEqual({ ok: false, error: 'personal-context-needed' });
  });

  it.each([
    [{}, 'enrolled'],
    [{ role: 'senior-service-manager' }, 'not-the-owner'],
    [{ role: 'administrator', kind: 'installer' }, 'not-the-owner'],
    [{ kind: 'installer' }, 'not-a-company'],
    [{ context: contextOf(null) }, 'company-context-needed'],
    [{ context: contextOf('ohm') }, 'company-context-needed'],
    [{ country: null }, 'country-not-served'],
    [{ country: 'US' }, 'country-not-served'],
  ] as const)('AJ-05, AJ-06, AJ-07: enrolment with %j: %s', (change, expected) => {
    const enrolled = enrol({ ...terms, ...change });
    expect(enrolled.ok ? enrolled.value : enrolled.error).toBe(expected);
  });

  it('AJ-07, AJ-08: show what they enrolled for and nothing else', () => {
    expect(featuresOf({ dealer: false, reseller: false })).toEqual([]);
    expect(featuresOf({ dealer: true, reseller: false })).toEqual(['services', 'reseller-connections']);
    expect(featuresOf({ dealer: false, reseller: true })).toEqual(['packages', 'dealers']);
  });

  it('AJ-04, AJ-13: give every role of their kind but the owner’s', () => {
    const given = organisationRoles.filter((role) => mayBeGiven('company', role));
    expect(given).toEqual(['senior-service-manager', 'service-manager', 'company-installer']);
    expect(organisationRoles.filter((role) => mayBeGiven('installer', role))).toEqual(rolesOfKind.installer);
  });

  it('AJ-34: are not deleted while services run or locations would be left behind', () => {
    expect(deleteCompany({ liveServices: 1, ownLocations: 0 })).toEqual({
      ok: false,
      error: 'services-active',
    });
    expect(deleteCompany({ liveServices: 0, ownLocations: 1 })).toEqual({
      ok: false,
      error: 'locations-remain',
    });
    expect(deleteCompany({ liveServices: 0, ownLocations: 0 })).toEqual({ ok: true, value: 'deleted' });
  });
});

describe('5H: the owner of a company', () => {
  const now = epochMilliseconds(0);
  const member = (role: (typeof organisationRoles)[number]) => ({ state: 'active', role }) as const;
  it.each(organisationRoles)('AJ-04: neither becomes nor gives way to %s, and stays', (role) => {
    const change = { type: 'change-role', role, otherAdministrators: 1 } as const;
    const stays = { ok: false, error: 'owner-stays' };
    expect(stepMembership(member('company-owner'), change, now)).toEqual(stays);
    if (role === 'company-owner') return;
    const ascent = { ...change, role: 'company-owner' } as const;
    expect(stepMembership(member(role), ascent, now)).toEqual(stays);
    const end = { type: 'remove', otherAdministrators: 1 } as const;
    expect(stepMembership(member(role), end, now)).toEqual({ ok: true, value: { state: 'removed' } });
    expect(stepMembership(member('company-owner'), end, now)).toEqual(stays);
  });
});
