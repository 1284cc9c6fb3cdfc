import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { nextDeparture, type DailyDeparture } from './departure.js';

const instant = (iso: string) => epochMilliseconds(Date.parse(iso));
const next = (departures: readonly DailyDeparture[], now: string, timeZone = 'UTC'): string | null => {
  const found = nextDeparture(departures, timeZone, instant(now));
  return found === null ? null : new Date(found).toISOString().slice(0, 16);
};
const monday = '2026-01-05';
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

describe('the next departure of the week', () => {
  it('is the nearest of all, of another day, too, and never the one that is now', () => {
    const both: DailyDeparture[] = [
      { days: weekdays, at: '17:00' },
      { days: weekdays, at: '07:30' },
    ];
    expect(next(both, `${monday}T06:00:00Z`)).toBe(`${monday}T07:30`);
    expect(next(both, `${monday}T07:29:59Z`)).toBe(`${monday}T07:30`);
    expect(next(both, `${monday}T07:30:00Z`)).toBe(`${monday}T17:00`);
    expect(next(both, `${monday}T17:00:00Z`)).toBe('2026-01-06T07:30');
    expect(next(both.toReversed(), '2026-01-09T18:00:00Z')).toBe('2026-01-12T07:30');
  });

  it('is a week later for one of a single weekday that has just gone', () => {
    expect(next([{ days: ['mon'], at: '07:30' }], `${monday}T08:00:00Z`)).toBe('2026-01-12T07:30');
    expect(next([{ days: ['mon'], at: '07:30' }], `${monday}T07:00:00Z`)).toBe(`${monday}T07:30`);
  });

  it('is none where none is set', () => {
    expect(next([], `${monday}T08:00:00Z`)).toBeNull();
    expect(next([{ days: [], at: '07:30' }], `${monday}T08:00:00Z`)).toBeNull();
  });

  it('goes by the clocks of the location, over the hour that is skipped in spring', () => {
    // 2026-03-29 02:00 becomes 03:00 in Amsterdam.
    expect(next([{ days: ['sun'], at: '02:30' }], '2026-03-28T12:00:00Z', 'Europe/Amsterdam')).toBe(
      '2026-03-29T01:00',
    );
    expect(next([{ days: ['mon'], at: '07:30' }], '2026-03-29T12:00:00Z', 'Europe/Amsterdam')).toBe(
      '2026-03-30T05:30',
    );
  });
});
