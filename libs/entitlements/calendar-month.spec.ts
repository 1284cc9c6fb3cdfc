import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { monthBegan, monthIndex, monthName, monthsBegun, nextMonthBegins } from './calendar-month.js';

const at = (text: string) => epochMilliseconds(Date.parse(text));
const text = (instant: number) => new Date(instant).toISOString();

describe('5E: the first instant of the next month', () => {
  it.each([
    // zone, an instant of the month, the first instant of the next one
    ['Europe/Oslo', '2026-11-15T12:00:00Z', '2026-11-30T23:00:00.000Z'],
    // Summer time began, or ended, in between.
    ['Europe/Oslo', '2026-03-15T12:00:00Z', '2026-03-31T22:00:00.000Z'],
    ['Europe/Oslo', '2026-10-10T12:00:00Z', '2026-10-31T23:00:00.000Z'],
    // The year ends.
    ['Europe/Oslo', '2026-12-31T22:59:59.999Z', '2026-12-31T23:00:00.000Z'],
    ['UTC', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
    // A short and a leap February.
    ['Europe/London', '2026-02-10T00:00:00Z', '2026-03-01T00:00:00.000Z'],
    ['Europe/London', '2028-02-29T23:59:59.999Z', '2028-03-01T00:00:00.000Z'],
    // Far from Greenwich, and by odd offsets.
    ['Pacific/Kiritimati', '2026-11-10T00:00:00Z', '2026-11-30T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-11-10T00:00:00Z', '2026-12-01T11:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-10T00:00:00Z', '2026-11-30T18:15:00.000Z'],
    // Midnight of the first was skipped: the month began at one o'clock.
    ['America/Asuncion', '2023-09-20T00:00:00Z', '2023-10-01T04:00:00.000Z'],
    // The first hour of the first came twice: the month began with the first of the two.
    ['America/Havana', '2020-10-20T00:00:00Z', '2020-11-01T04:00:00.000Z'],
  ])('of %s after %s is %s', (zone, instant, expected) => {
    expect(text(nextMonthBegins(zone, at(instant)))).toBe(expected);
  });

  it('5E: belongs to the new month itself: a command at 00:00:00.000 has the whole month before it', () => {
    const december = at('2026-11-30T23:00:00.000Z');
    expect(text(nextMonthBegins('Europe/Oslo', december))).toBe('2026-12-31T23:00:00.000Z');
    expect(nextMonthBegins('Europe/Oslo', epochMilliseconds(december - 1))).toBe(december);
  });

  it('is in the next month, one millisecond after the present one, from any instant in any zone', () => {
    const zones = [
      'Europe/Oslo',
      'America/Asuncion',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'Pacific/Apia',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2035, 0, 1) }),
        (zone, instant) => {
          const now = epochMilliseconds(instant);
          const next = nextMonthBegins(zone, now);
          expect(next).toBeGreaterThan(now);
          expect(monthIndex(zone, next)).toBe(monthIndex(zone, now) + 1);
          expect(monthIndex(zone, epochMilliseconds(next - 1))).toBe(monthIndex(zone, now));
          expect(monthBegan(zone, now)).toBeLessThanOrEqual(now);
          expect(monthBegan(zone, next)).toBe(next);
        },
      ),
      { numRuns: propertyRuns(300) },
    );
  });
});

describe('the months that began', () => {
  it('AJ-25: are counted from the one of the activation to the last one begun before the end', () => {
    const names = (from: string, until: string) =>
      monthsBegun('Europe/Oslo', at(from), at(until)).map(monthName);
    expect(names('2026-11-30T22:59:59.999Z', '2026-11-30T23:00:00.000Z')).toEqual(['2026-11']);
    expect(names('2026-11-30T22:59:59.999Z', '2026-11-30T23:00:00.001Z')).toEqual(['2026-11', '2026-12']);
    expect(names('2026-11-30T23:00:00.000Z', '2027-01-31T23:00:00.000Z')).toEqual(['2026-12', '2027-01']);
    expect(names('2026-11-30T23:00:00.000Z', '2026-11-30T23:00:00.000Z')).toEqual([]);
    expect(names('2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z')).toEqual([]);
    expect(names('2026-11-20T10:00:00.000Z', '2026-11-20T09:00:00.000Z')).toEqual([]);
  });
});
