import { describe, expect, it } from '@jest/globals';
import { personId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { activateService, labelAt, stateAt } from './service-subscription.js';
import { requestConnection } from './connection.js';
import { enrol, type EnrolmentTerms } from './company.js';
import {
  actionsOfCamera,
  mayAdmit,
  reachesSettings,
  shownRequestState,
  stepSettings,
  type SettingsAccess,
} from './hub-access.js';
import { invite, shownState, stepInvitation, type InvitationState } from './invitation.js';
import { stepMembership, type Membership } from './membership.js';
import { initiateTransfer, sameAddress, shownTransferState, stepTransfer } from './transfer.js';
import { coversHours, isWithin, type DailyHours, type WeeklyHours } from './weekly-hours.js';

/** Each guard on its own, in states that the journeys through the machines do not dwell in. */
const now = epochMilliseconds(Date.UTC(2026, 9, 24, 23, 30));
const week_ms = 168 * 3_600_000;
const late = epochMilliseconds(now + week_ms);
const refused = (error: string) => ({ ok: false, error });

describe('5A invitation, guard by guard', () => {
  const made = invite('person', 1, 1, now);
  const accept = { type: 'accept', fits: true, ownershipEpoch: 1, issuerMayShare: true } as const;
  const ended: [InvitationState, string][] = [
    ['accepted', 'already-accepted'],
    ['declined', 'over'],
    ['revoked', 'over'],
    ['superseded', 'over'],
    ['void', 'over'],
  ];

  it.each(ended)('5A, NB-25: one that is %s answers %s, before its end and after', (state, error) => {
    for (const at of [now, late]) {
      expect(shownState({ ...made, state }, at)).toBe(state);
      for (const event of [accept, { type: 'revoke' }, { type: 'void' }] as const) {
        expect(stepInvitation({ ...made, state }, event, at)).toEqual(refused(error));
      }
    }
  });

  it('5A, NB-34: what ends it says so, and does not ask whom it fits', () => {
    expect(stepInvitation(made, { type: 'revoke' }, now)).toEqual({
      ok: true,
      value: { ...made, state: 'revoked' },
    });
    expect(stepInvitation(made, { type: 'supersede' }, now)).toEqual({
      ok: true,
      value: { ...made, state: 'superseded' },
    });
    expect(stepInvitation(made, { type: 'void' }, now)).toEqual({
      ok: true,
      value: { ...made, state: 'void' },
    });
    expect(stepInvitation(made, { type: 'revoke' }, late)).toEqual(refused('expired'));
  });

  it('NB-30: a code is declined for nobody, an invitation by its recipient', () => {
    const decline = { type: 'decline', fits: true } as const;
    expect(stepInvitation(invite('code', 1, 1, now), decline, now)).toEqual(refused('not-yours'));
    expect(stepInvitation(invite('organisation', 1, 1, now), decline, now)).toMatchObject({ ok: true });
  });

  it('NB-36: a code for two stays pending after the first', () => {
    const first = stepInvitation(invite('code', 1, 2, now), accept, now);
    expect(first).toMatchObject({ ok: true, value: { state: 'pending', redemptions: 1 } });
  });
});

describe('5F transfer, guard by guard', () => {
  const start = {
    role: 'owner',
    ownerPersonId: personId('olga'),
    ownerEmail: 'olga@example.test',
    recipientEmail: 'nora@example.test',
    openTransfer: false,
    activeServices: 0,
    ownershipEpoch: 1,
  } as const;

  it('AJ-35: is refused while a service runs', () => {
    expect(initiateTransfer({ ...start, activeServices: 1 }, now)).toEqual(refused('services-active'));
  });

  it('NB-50: a company’s installer begins one where there is no owner, its owner and managers do not', () => {
    const begun = (role: Parameters<typeof initiateTransfer>[0]['role']) =>
      initiateTransfer({ ...start, role, ownerPersonId: null, ownerEmail: null }, now).ok;
    expect(begun('company-installer')).toBe(true);
    expect(begun('company-owner')).toBe(false);
    expect(begun('manager')).toBe(false);
  });

  it('NB-49: answered it stays answered, also after the week', () => {
    const transfer = {
      state: 'accepted',
      recipientEmail: 'nora@example.test',
      expiresAt: late,
      ownershipEpoch: 1,
    } as const;
    expect(shownTransferState(transfer, late)).toBe('accepted');
    expect(shownTransferState({ ...transfer, state: 'initiated' }, late)).toBe('expired');
    expect(stepTransfer({ ...transfer, state: 'rejected' }, { type: 'cancel' }, late)).toEqual(
      refused('over'),
    );
  });

  it('NB-20: an address is the same however it is written', () => {
    expect(sameAddress(' Nora@example.test', 'nora@EXAMPLE.test ')).toBe(true);
    expect(sameAddress('nora@example.test', ' nora@example.test')).toBe(true);
    expect(sameAddress('nora@example.test', 'nora@example.org')).toBe(false);
  });
});

describe('5H membership, guard by guard', () => {
  const invited: Membership = { state: 'invited', role: 'installer', expiresAt: late };
  const active = (role: 'administrator' | 'installer'): Membership => ({ state: 'active', role });
  const removed: Membership = { state: 'removed' };

  it('5H: nobody joins twice, or after the invitation was taken back', () => {
    for (const state of [active('installer'), removed, { state: 'withdrawn' } as const]) {
      expect(stepMembership(state, { type: 'join', fits: true }, now)).toEqual(refused('over'));
      expect(stepMembership(state, { type: 'withdraw' }, now)).toEqual(refused('over'));
    }
    expect(stepMembership(invited, { type: 'withdraw' }, now)).toEqual({
      ok: true,
      value: { state: 'withdrawn' },
    });
  });

  it('5H, NB-05: the last administrator stays one, everybody else changes as wished', () => {
    const change = (
      from: 'administrator' | 'installer',
      to: 'administrator' | 'installer',
      otherAdministrators: number,
    ) => stepMembership(active(from), { type: 'change-role', role: to, otherAdministrators }, now);
    expect(change('administrator', 'installer', 0)).toEqual(refused('last-administrator'));
    expect(change('administrator', 'administrator', 0)).toEqual({ ok: true, value: active('administrator') });
    expect(change('administrator', 'installer', 1)).toEqual({ ok: true, value: active('installer') });
    expect(change('installer', 'administrator', 0)).toEqual({ ok: true, value: active('administrator') });
    expect(stepMembership(active('installer'), { type: 'remove', otherAdministrators: 0 }, now)).toEqual({
      ok: true,
      value: removed,
    });
  });

  it('5H: who is no member changes no role and leaves nothing', () => {
    for (const state of [invited, removed, { state: 'withdrawn' } as const]) {
      const change = { type: 'change-role', role: 'installer', otherAdministrators: 1 } as const;
      expect(stepMembership(state, change, now)).toEqual(refused('not-active'));
      expect(stepMembership(state, { type: 'remove', otherAdministrators: 1 }, now)).toEqual(
        refused('not-active'),
      );
    }
  });
});

describe('AJ-39, AJ-40, AJ-42: hub access, guard by guard', () => {
  const hours = (ranges: number): WeeklyHours => ({
    timeZone: 'UTC',
    ranges: Array.from({ length: ranges }, (): DailyHours => ({ days: [1], from_min: 0, to_min: 60 })),
  });
  const access: SettingsAccess = { until: late, hours: null };

  it('AJ-39: is for ever, never, or up to an instant', () => {
    expect(reachesSettings({ until: 'never', hours: null }, now)).toBe(false);
    expect(reachesSettings({ until: 'always', hours: null }, now)).toBe(true);
    expect(stepSettings(access, { type: 'approved', duration: 'permanent' }, now)).toEqual({
      ok: true,
      value: { until: 'always', hours: null },
    });
    expect(stepSettings(access, { type: 'revoked' }, now)).toEqual({
      ok: true,
      value: { until: 'never', hours: null },
    });
  });

  it('AJ-42: is scheduled in one to five ranges', () => {
    for (const count of [0, 6]) {
      expect(stepSettings(access, { type: 'scheduled', hours: hours(count) }, now)).toEqual(
        refused('too-many-ranges'),
      );
    }
    for (const count of [1, 5]) {
      const value = { until: 'always', hours: hours(count) };
      expect(stepSettings(access, { type: 'scheduled', hours: hours(count) }, now)).toEqual({
        ok: true,
        value,
      });
    }
  });

  it('AJ-42: a live picture is telemetry, recordings are history and events', () => {
    expect(actionsOfCamera).toEqual({ live: ['telemetry'], recordings: ['history', 'events'] });
  });

  it('AJ-39: an answered request does not expire', () => {
    expect(shownRequestState({ state: 'approved', expiresAt: late }, late)).toBe('approved');
  });

  it('AJ-40: says why somebody is not admitted', () => {
    expect(mayAdmit('hub-administrator', 'partner', false)).toEqual(refused('role-beyond-yours'));
    expect(mayAdmit('partner', 'partner', false)).toEqual({ ok: true, value: 'admitted' });
    expect(mayAdmit('partner', 'guest', false)).toEqual(refused('role-beyond-yours'));
    expect(mayAdmit('owner', 'hub-administrator', true)).toEqual(refused('administrator-without-end'));
    expect(mayAdmit('owner', 'hub-administrator', false)).toEqual({ ok: true, value: 'admitted' });
  });
});

describe('AJ-42: hours of the week, guard by guard', () => {
  const hours = (...ranges: DailyHours[]): WeeklyHours => ({ timeZone: 'UTC', ranges });
  const morning: DailyHours = { days: [6], from_min: 0, to_min: 60 };
  const night: DailyHours = { days: [6], from_min: 1_410, to_min: 1_440 };

  it('AJ-42: one of several ranges is enough, to the minute', () => {
    const at = (minute: number) => epochMilliseconds(Date.UTC(2026, 9, 24, 0, minute));
    expect(isWithin(hours(morning, night), now)).toBe(true);
    expect([at(0), at(59), at(60)].map((instant) => isWithin(hours(morning), instant))).toEqual([
      true,
      true,
      false,
    ]);
    expect([at(1_409), at(1_410)].map((instant) => isWithin(hours(night), instant))).toEqual([false, true]);
    expect(isWithin(hours(), now)).toBe(false);
  });

  it('T5: ranges that touch cover together, in whatever order they stand', () => {
    const [a, b, c]: DailyHours[] = [
      { days: [1], from_min: 0, to_min: 60 },
      { days: [1], from_min: 60, to_min: 120 },
      { days: [1], from_min: 120, to_min: 180 },
    ];
    const whole = hours({ days: [1], from_min: 0, to_min: 180 });
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, a, c],
      [c, a, b],
    ]) {
      expect(coversHours(hours(...order.filter((each) => each !== undefined)), whole)).toBe(true);
    }
    expect(a && c && coversHours(hours(a, c), whole)).toBe(false);
  });

  it('T5: every day is covered by ranges of that day, on the same wall', () => {
    const monday: DailyHours = { days: [1], from_min: 0, to_min: 180 };
    const both: DailyHours = { ...monday, days: [1, 2] };
    expect(coversHours(hours(monday), hours(both))).toBe(false);
    expect(coversHours(hours(both), hours(monday))).toBe(true);
    expect(coversHours(hours(both), hours(both))).toBe(true);
    expect(coversHours(hours({ ...monday, days: [2] }), hours(monday))).toBe(false);
    const evening: DailyHours = { days: [1], from_min: 1_000, to_min: 1_060 };
    expect(coversHours(hours(monday), hours(monday, evening))).toBe(false);
    expect(coversHours(hours(monday, evening), hours(monday, evening))).toBe(true);
    expect(coversHours({ ...hours(both), timeZone: 'Europe/Oslo' }, hours(monday))).toBe(false);
  });
});

describe('companies, connections and services, guard by guard', () => {
  it('AJ-05, AJ-06, AJ-07: enrols in the company’s own context and a served country only', () => {
    const terms: EnrolmentTerms = {
      role: 'company-owner',
      kind: 'company',
      context: { kind: 'company', organisationId: 'ohm' },
      organisationId: 'ohm',
      country: null,
    };
    expect(enrol(terms)).toEqual(refused('country-not-served'));
    expect(enrol({ ...terms, context: { kind: 'personal' } })).toEqual(refused('company-context-needed'));
    expect(enrol({ ...terms, context: { kind: 'company', organisationId: 'volt' } })).toEqual(
      refused('company-context-needed'),
    );
  });

  it('5B, AJ-17: says that there is a connection, or was a request to the reseller', () => {
    expect(requestConnection('sharing', { same: false, earlier: ['active'] })).toEqual(
      refused('already-connected'),
    );
    expect(requestConnection('reseller', { same: false, earlier: ['rejected'] })).toEqual(
      refused('already-connected'),
    );
    expect(requestConnection('sharing', { same: false, earlier: ['rejected', 'closed'] }).ok).toBe(true);
  });

  it('AJ-27, AJ-30: only an expiring service ends by itself', () => {
    expect(stateAt({ state: 'active', endsAt: now }, late)).toBe('active');
    expect(stateAt({ state: 'expiring', endsAt: null }, late)).toBe('expiring');
    expect(stateAt({ state: 'expiring', endsAt: late }, late)).toBe('inactive');
    expect(stateAt({ state: 'stopping', endsAt: now }, late)).toBe('stopping');
  });

  it('AJ-26, AJ-28, AJ-33: is shown as it is', () => {
    const states = ['inactive', 'active', 'expiring', 'stopping'] as const;
    expect(states.map((state) => labelAt({ state, endsAt: late }, now))).toEqual([
      'activation-required',
      'active',
      'expires-soon',
      'stopping',
    ]);
  });

  it('AJ-38: other professionals stand in the way of a card payer, not of a dealer', () => {
    const terms = { present: 'inactive', simPresent: true, countryServed: true, withSim: false } as const;
    const card = { kind: 'card', timeZone: 'UTC' } as const;
    expect(activateService({ ...terms, payer: { ...card, professionals: 1 } })).toEqual(
      refused('professional-present'),
    );
    expect(activateService({ ...terms, payer: { ...card, professionals: 0 } }).ok).toBe(true);
    const dealer = {
      kind: 'dealer',
      enrolled: true,
      connected: true,
      timeZone: 'UTC',
      professionals: 3,
    } as const;
    expect(activateService({ ...terms, payer: dealer }).ok).toBe(true);
  });
});
