import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { instantsAt, wallClock, wallClockAt, weekdays } from './modes/local-time.js';
import { isOpen, nextScheduleChange, openTimes, type Window } from './schedule.js';

const at = (iso: string) => epochMilliseconds(Date.parse(iso));
const minute_ms = 60_000;
const always = [...weekdays];
const nightly: readonly Window[] = [{ days: always, from: '23:30', to: '02:30' }];
const text = (instant: number | null): string | null =>
  instant === null ? null : new Date(instant).toISOString().slice(0, 16);

describe('what the clocks of a zone show', () => {
  it('in UTC they show the instant itself, leap days and centuries included', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (second) => {
        const instant = epochMilliseconds(second * 1_000);
        expect(wallClockAt('UTC', instant)).toBe(instant);
      }),
    );
  });

  it('nothing shows the hour that spring skips, two instants the hour that autumn repeats', () => {
    const shown = (iso: string) => wallClock(Date.parse(`${iso}Z`));
    expect(instantsAt('Europe/Oslo', shown('2026-03-29T02:30:00'))).toEqual([]);
    expect(instantsAt('Europe/Oslo', shown('2026-10-25T02:30:00')).map(text)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
    ]);
    expect(instantsAt('Asia/Kolkata', shown('2026-06-01T12:00:00')).map(text)).toEqual(['2026-06-01T06:30']);
  });
});

describe('the next change of a schedule (NB-93)', () => {
  it.each([
    // Oslo skips 02:00-03:00 on 29 March 2026: the window that ends at 02:30 ends when the clocks jump past it.
    ['spring', 'Europe/Oslo', '2026-03-28T20:00:00Z', ['2026-03-28T22:30', '2026-03-29T01:00']],
    // It shows 02:00-03:00 twice on 25 October: the window ends, is open again at the second 02:00, and ends again.
    [
      'autumn',
      'Europe/Oslo',
      '2026-10-24T20:00:00Z',
      ['2026-10-24T21:30', '2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30'],
    ],
    [
      'a zone without summer time, half an hour off',
      'Asia/Kolkata',
      '2026-03-28T12:00:00Z',
      ['2026-03-28T18:00', '2026-03-28T21:00'],
    ],
    [
      'west of midnight',
      'America/Los_Angeles',
      '2026-03-08T00:00:00Z',
      ['2026-03-08T07:30', '2026-03-08T10:00'],
    ],
    [
      'the far east',
      'Pacific/Auckland',
      '2026-04-04T09:00:00Z',
      ['2026-04-04T10:30', '2026-04-04T13:30', '2026-04-04T14:00', '2026-04-04T14:30'],
    ],
  ])('NB-93: %s', (_name, zone, from, expected) => {
    const changes: (string | null)[] = [];
    let now = at(from);
    for (let step = 0; step < expected.length; step++) {
      now = nextScheduleChange(nightly, zone, now) ?? now;
      changes.push(text(now));
    }
    // Auckland turns its clocks back at 03:00 to 02:00, Oslo as well: the same pattern in both.
    expect(changes).toEqual(expected);
  });

  it('NB-93: is the first minute that differs, on any day, in any zone', () => {
    const time = fc
      .record({ hour: fc.nat(23), minute: fc.constantFrom(0, 15, 30, 59) })
      .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    const window = fc.record({ days: fc.subarray(always, { minLength: 1 }), from: time, to: time });
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('Europe/Oslo', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'),
        fc.constantFrom(at('2026-03-28T12:00:00Z'), at('2026-10-24T12:00:00Z'), at('2026-04-04T06:00:00Z')),
        (windows, zone, now) => {
          const next = nextScheduleChange(windows, zone, now);
          const open = isOpen(windows, zone, now);
          // Two days by the minute; beyond them only that nothing came earlier.
          const horizon = now + 2 * 86_400_000;
          let expected: number | null = null;
          for (let each = now + minute_ms; each < horizon && expected === null; each += minute_ms)
            if (isOpen(windows, zone, epochMilliseconds(each)) !== open) expected = each;
          if (expected === null) expect(next === null || next >= horizon).toBe(true);
          else expect(text(next)).toBe(text(expected));
        },
      ),
      { numRuns: propertyRuns(15) },
    );
  });

  it('never comes when every minute is open', () => {
    expect(nextScheduleChange([], 'Europe/Oslo', at('2026-01-05T12:00:00Z'))).toBeNull();
    const whole = [{ days: always, from: '00:00', to: '00:00' }];
    expect(nextScheduleChange(whole, 'Europe/Oslo', at('2026-03-28T12:00:00Z'))).toBeNull();
  });

  it('open times are cut at both ends', () => {
    const [from, until] = [at('2026-01-05T23:00:00Z'), at('2026-01-07T00:00:00Z')];
    const cut = (each: { from: number; until: number }) => [text(each.from), text(each.until)];
    expect(openTimes(nightly, 'Europe/Oslo', from, until).map(cut)).toEqual([
      ['2026-01-05T23:00', '2026-01-06T01:30'],
      ['2026-01-06T22:30', '2026-01-07T00:00'],
    ]);
  });
});
