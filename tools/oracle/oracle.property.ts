import { describe, expect, it } from '@jest/globals';
import { milliseconds, epochMilliseconds } from '#libs/units/quantities.js';
import { isWithin } from '#libs/entitlements/weekly-hours.js';
import { nextMonthBegins } from '#libs/entitlements/calendar-month.js';
import type { Attempt } from './history.js';
import { isOpen } from './naive-access.js';
import { succeeds } from './naive-guards.js';
import { replay, shrink } from './replay.js';
import { Story } from './story.js';
import { nextMonth, timeZones } from './wall-clock.js';

const hour_ms = milliseconds(3_600_000);
const noon = Date.UTC(2026, 9, 24, 12);

/** Tells the histories from `from` on and fails with the shortest one in which engine and oracle part. */
function agree(from: number, histories: number) {
  const tally = { events: 0, refused: 0, questions: 0, allowed: 0 };
  for (let index = from; index < from + histories; index++) {
    const story = new Story(7, index);
    if (story.tell()) {
      const smallest = shrink(story.run.attempts);
      expect({ seed: 7, index, disagreement: replay(smallest), smallest }).toBeNull();
    }
    for (const key of Object.keys(tally) as (keyof typeof tally)[]) tally[key] += story.run.tally[key];
  }
  return tally;
}

describe('the engine against the rules read naively', () => {
  it('T5, CS-21, NB-35, NB-51, AJ-27, 5A, 5B, 5D, 5E, 5F, 5H: agree on random histories', () => {
    const tally = agree(0, 2_000);
    // Enough of either answer, so that agreement says something.
    expect(tally.questions).toBeGreaterThan(20_000);
    expect(tally.allowed).toBeGreaterThan(4_000);
    expect(tally.refused).toBeGreaterThan(8_000);
    expect(tally.events - tally.refused).toBeGreaterThan(20_000);
  });
});

describe('the oracle itself', () => {
  const place: Attempt = {
    at: noon,
    do: 'place',
    node: 1,
    kind: 'location',
    parent: null,
    organisation: 0,
    owner: 0,
    partnersMayShare: false,
  };
  const invitation: Attempt = {
    at: noon,
    do: 'invite',
    invitation: 2,
    node: 1,
    by: 0,
    kind: 'person',
    to: { person: 1, organisation: null },
    maximum: 1,
  };
  const accept = (at: number): Attempt => ({ at, do: 'accept', invitation: 2, person: 1, grant: 3 });

  it('NB-35: counts 168 hours over the change to winter time, half-open', () => {
    expect(succeeds([place, invitation], accept(noon + 168 * hour_ms - 1))).toBe(true);
    expect(succeeds([place, invitation], accept(noon + 168 * hour_ms))).toBe(false);
  });

  it('CS-21: locks after 72:00:00.000, and binds neither the owner nor who leaves', () => {
    const limits = { expiresAt: null, actions: null, hours: null, maximumCurrent_A: null };
    const history: Attempt[] = [
      place,
      { at: noon, do: 'connect', connection: 4, kind: 'sharing', from: 0, to: 1 },
      { at: noon, do: 'step-connection', connection: 4, by: 1, step: 'approve' },
      {
        at: noon,
        do: 'delegate',
        grant: 5,
        by: 0,
        from: 0,
        to: 1,
        role: 'installation-manager',
        node: 1,
        parent: null,
        limits,
        includeFuture: false,
      },
      { at: noon + 1, do: 'take-over', grant: 5 },
    ];
    const revoke = (by: 'grantor' | 'owner' | 'grantee', at: number): boolean =>
      succeeds(history, { at, do: 'revoke', grant: 5, by, anchor: 'grantedAt' });
    expect(revoke('grantor', noon + 72 * hour_ms)).toBe(true);
    expect(revoke('grantor', noon + 72 * hour_ms + 1)).toBe(false);
    expect(revoke('owner', noon + 72 * hour_ms + 1)).toBe(true);
    expect(revoke('grantee', noon + 72 * hour_ms + 1)).toBe(true);
    expect(
      succeeds(history.slice(0, 4), {
        at: noon + 999 * hour_ms,
        do: 'revoke',
        grant: 5,
        by: 'grantor',
        anchor: 'grantedAt',
      }),
    ).toBe(true);
  });

  it('AJ-27: its calendar and its wall clock, made from the laws, are those that the engine reads from Intl', () => {
    for (const timeZone of timeZones)
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += 157 * hour_ms)
        expect(nextMonth(timeZone, at)).toBe(nextMonthBegins(timeZone, epochMilliseconds(at)));
    for (const timeZone of timeZones) {
      const hours = { timeZone, ranges: [{ days: [7 as const, 1 as const], from_min: 90, to_min: 200 }] };
      for (let at = Date.UTC(2026, 8, 20); at < Date.UTC(2026, 10, 10); at += 0.25 * hour_ms)
        expect([at, isOpen(hours, at)]).toEqual([at, isWithin(hours, epochMilliseconds(at))]);
    }
  });
});
