import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import {
  accessHours,
  actionsOfCamera,
  admitProfessional,
  mayAdmit,
  reachesSettings,
  requestAccess,
  shownRequestState,
  standingActions,
  stepRequest,
  stepSettings,
  type SettingsAccess,
  type SettingsEvent,
} from './hub-access.js';
import { locationMatrix } from './matrix.js';
import { grantRoles } from './role.js';

const now = epochMilliseconds(Date.UTC(2026, 10, 20, 10));
const later = (ms: number) => epochMilliseconds(now + ms);
const hour_ms = 3_600_000;
const step = (access: SettingsAccess, event: SettingsEvent, at = now): SettingsAccess => {
  const next = stepSettings(access, event, at);
  if (!next.ok) throw new Error(next.error);
  return next.value;
};

describe('AJ-39: a professional’s access to the settings', () => {
  const permanent = admitProfessional(false, null, now);

  it('AJ-39: is permanent until the hub has an administrator, and then lasts eight hours to the millisecond', () => {
    expect(reachesSettings(permanent, later(365 * 24 * hour_ms))).toBe(true);
    const left = step(permanent, { type: 'administrators-came' });
    expect(reachesSettings(left, later(8 * hour_ms - 1))).toBe(true);
    expect(reachesSettings(left, later(8 * hour_ms))).toBe(false);
  });

  it('AJ-39: of one who is added to a guarded hub lasts eight hours, or as long as somebody said', () => {
    expect(admitProfessional(true, null, now)).toEqual({ until: later(8 * hour_ms), hours: null });
    expect(admitProfessional(true, later(5), now)).toEqual({ until: later(5), hours: null });
    expect(admitProfessional(false, later(5), now)).toEqual({ until: later(5), hours: null });
  });

  it.each(accessHours)('AJ-39: is given for %s hours on request', (duration) => {
    const given = step({ until: 'never', hours: null }, { type: 'approved', duration });
    expect(reachesSettings(given, later(duration * hour_ms - 1))).toBe(true);
    expect(reachesSettings(given, later(duration * hour_ms))).toBe(false);
  });

  it('AJ-39: an end that was set is not drawn out by an administrator who comes', () => {
    const short = step(permanent, { type: 'approved', duration: 1 });
    expect(step(short, { type: 'administrators-came' })).toEqual(short);
  });

  it('AJ-39: comes back for good when the hub is left without an administrator', () => {
    const revoked = step(permanent, { type: 'revoked' });
    expect(reachesSettings(revoked, now)).toBe(false);
    expect(step(revoked, { type: 'administrators-gone' })).toEqual(permanent);
  });

  it('AJ-42: opens at up to five ranges of the week', () => {
    const range = { days: [1], from_min: 0, to_min: 60 } as const;
    const hours = (count: number) => ({
      timeZone: 'UTC',
      ranges: Array.from({ length: count }, () => range),
    });
    const scheduled = (count: number) =>
      stepSettings(permanent, { type: 'scheduled', hours: hours(count) }, now).ok;
    expect([0, 1, 5, 6].map(scheduled)).toEqual([false, true, true, false]);
  });

  it('AJ-39: without it a professional still sees the hub and manages its services, within the role', () => {
    expect(standingActions).toContain('services');
    for (const action of standingActions) expect(locationMatrix.professional[action]).toBe('all');
    for (const action of ['comfort', 'electrical', 'share', 'history'] as const) {
      expect(standingActions).not.toContain(action);
    }
    for (const action of Object.values(actionsOfCamera).flat()) {
      expect(locationMatrix.professional[action]).toBe('all');
    }
  });
});

describe('AJ-39: a request for access', () => {
  it('is answered once, within 168 hours', () => {
    const asked = requestAccess(now);
    const end = later(168 * hour_ms);
    const outcome = (event: Parameters<typeof stepRequest>[1], at: typeof now) => {
      const next = stepRequest(asked, event, at);
      return next.ok ? next.value.state : next.error;
    };
    expect(outcome('approve', epochMilliseconds(end - 1))).toBe('approved');
    expect(outcome('approve', end)).toBe('over');
    expect([outcome('decline', now), outcome('withdraw', now)]).toEqual(['declined', 'withdrawn']);
    expect(shownRequestState(asked, end)).toBe('expired');
    for (const state of ['approved', 'declined', 'withdrawn'] as const) {
      for (const event of ['approve', 'decline', 'withdraw'] as const) {
        expect(stepRequest({ ...asked, state }, event, now)).toEqual({ ok: false, error: 'over' });
      }
    }
  });
});

describe('AJ-40: who is admitted by whom', () => {
  it('AJ-40: a hub’s administrator admits its people and professionals, nobody else', () => {
    const admitted = grantRoles.filter((role) => mayAdmit('hub-administrator', role, false).ok);
    expect(admitted).toEqual(['hub-administrator', 'hub-limited-administrator', 'hub-user', 'professional']);
    const byOwner = grantRoles.filter((role) => mayAdmit('owner', role, false).ok);
    expect(byOwner).toEqual(['guest', 'partner', ...admitted]);
  });
  it('AJ-39: an administrator is admitted without an end', () => {
    expect(mayAdmit('owner', 'hub-administrator', true).ok).toBe(false);
    expect(mayAdmit('owner', 'hub-user', true).ok).toBe(true);
  });
});
