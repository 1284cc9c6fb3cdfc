import { describe, expect, it } from '@jest/globals';
import { factsOf } from '#libs/testing/entitlement-facts.js';
import { grantId, organisationId, personId, siteId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { locationActions, type LocationAction } from './action.js';
import { decide, proofHolds } from './decide.js';
import type { GrantFact, MembershipFact } from './facts.js';
import { entitlementOf } from './proof.js';

const cabin = siteId('cabin');
const shop = siteId('shop');
const volt = organisationId('volt');
const ohm = organisationId('ohm');
const now = epochMilliseconds(1_000);

const member = (who: string, of: typeof volt, role: 'administrator' | 'installer'): MembershipFact => ({
  membershipId: `${who}@${of}`,
  organisationId: of,
  personId: personId(who),
  role,
});
const grant = (id: string, to: GrantFact['grantee'], more: Partial<GrantFact>): GrantFact => ({
  grantId: grantId(id),
  locationId: cabin,
  grantee: to,
  role: 'partner',
  grantedBy: personId('olga'),
  expiresAt: null,
  suspended: false,
  ...more,
});

/** olga owns the cabin, volt installed it; ohm was given partner access, pia a partner and gus a guest access. */
const facts = factsOf(
  [
    {
      locationId: cabin,
      ownerPersonId: personId('olga'),
      ownershipEpoch: 1,
      ownershipBeganAt: null,
      installedByOrganisationId: volt,
      grants: [
        grant('to-ohm', { kind: 'organisation', organisationId: ohm }, {}),
        grant(
          'to-pia',
          { kind: 'person', personId: personId('pia') },
          { expiresAt: epochMilliseconds(2_000) },
        ),
        grant('to-gus', { kind: 'person', personId: personId('gus') }, { role: 'guest' }),
      ],
    },
    {
      locationId: shop,
      ownerPersonId: personId('olga'),
      ownershipEpoch: 1,
      ownershipBeganAt: null,
      installedByOrganisationId: null,
      grants: [],
    },
  ],
  [
    member('ada', volt, 'administrator'),
    member('ivo', volt, 'installer'),
    member('oma', ohm, 'administrator'),
    member('oli', ohm, 'installer'),
  ],
);
const may = (who: string, action: LocationAction, where = cabin, at = now) =>
  decide(facts, personId(who), action, where, at);
const extents = (who: string) =>
  locationActions.map((action) => {
    const decision = may(who, action);
    return decision.allowed ? decision.extent : '-';
  });

describe('who may do what at a location (matrix of section 6)', () => {
  it.each([
    //          T      H      E      U      C      L      I      K      O
    [
      'olga',
      ['all', 'all', 'all', 'all', 'all', '-', 'all', 'all', 'all'],
      'NB-44, NB-62: the owner, but not the electrics',
    ],
    [
      'ada',
      ['all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all'],
      'NB-02: administrator of the installer',
    ],
    [
      'ivo',
      ['all', 'all', 'all', 'all', 'all', 'all', 'all', 'own', 'all'],
      'NB-02: installer, revokes what he gave',
    ],
    [
      'pia',
      ['all', 'all', 'all', 'all', 'all', 'all', '-', '-', '-'],
      'NB-41: partner as if installed, not as owner',
    ],
    [
      'oma',
      ['all', 'all', 'all', 'all', 'all', 'all', '-', '-', '-'],
      'NB-10: administrator of a granted organisation',
    ],
    [
      'oli',
      ['all', 'all', 'all', 'all', 'all', 'all', '-', '-', '-'],
      'NB-10: installer of a granted organisation',
    ],
    ['gus', ['all', 'own', 'own', 'all', '-', '-', '-', '-', '-'], 'NB-45: a guest uses, and sees his own'],
    ['eve', ['-', '-', '-', '-', '-', '-', '-', '-', '-'], 'NB-03: a stranger'],
  ])('%s: %j (%s)', (who, expected) => {
    expect(extents(who)).toEqual(expected);
  });

  it('NB-11: a share of one location shows no other', () => {
    for (const who of ['ada', 'ivo', 'pia', 'oma', 'oli', 'gus', 'eve']) {
      expect(may(who, 'telemetry', shop)).toEqual({ allowed: false, visible: false, nearly: [] });
    }
  });

  it('NB-35: a grant ends at the very instant of its expiry', () => {
    expect(may('pia', 'use', cabin, epochMilliseconds(1_999)).allowed).toBe(true);
    expect(may('pia', 'use', cabin, epochMilliseconds(2_000))).toMatchObject({
      allowed: false,
      visible: false,
      nearly: [{ missing: { requirement: 'expired' } }],
    });
  });

  it('tells by which fact, and what is missing on the way that nearly allowed it', () => {
    const allowed = may('oli', 'use');
    expect(allowed.allowed && entitlementOf(allowed.proof)).toBe('grant:to-ohm');
    expect(allowed.allowed && allowed.proof).toMatchObject({ through: { membershipId: 'oli@ohm' } });
    expect(may('gus', 'comfort')).toMatchObject({
      allowed: false,
      visible: true,
      nearly: [{ role: 'guest', missing: { requirement: 'right-of-role' } }],
    });
  });

  it('T8: a proof holds only as long as its own fact, even when another way remains', () => {
    const withoutGrant = factsOf(
      [
        {
          locationId: cabin,
          ownerPersonId: personId('olga'),
          ownershipEpoch: 1,
          ownershipBeganAt: null,
          installedByOrganisationId: volt,
          grants: [grant('to-ivo', { kind: 'person', personId: personId('ivo') }, {})],
        },
      ],
      [],
    );
    const opened = may('ivo', 'telemetry');
    if (!opened.allowed) throw new Error('ivo must see the cabin');
    expect(proofHolds(facts, personId('ivo'), 'telemetry', cabin, opened.proof, now)).toBe(true);
    expect(decide(withoutGrant, personId('ivo'), 'telemetry', cabin, now).allowed).toBe(true);
    expect(proofHolds(withoutGrant, personId('ivo'), 'telemetry', cabin, opened.proof, now)).toBe(false);
  });
});
