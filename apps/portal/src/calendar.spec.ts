import { describe, expect, it } from '@jest/globals';
import { dayAfter, dayIn, firstOfMonth, startOfDay } from './calendar.js';

describe("days by a location's calendar", () => {
  it.each([
    ['2026-11-22', 'Europe/Oslo', '2026-11-21T23:00:00.000Z'],
    ['2026-07-01', 'Europe/Oslo', '2026-06-30T22:00:00.000Z'],
    // The clocks change within these days, after their midnight.
    ['2026-03-29', 'Europe/Oslo', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Oslo', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Oslo', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Oslo', '2026-10-25T23:00:00.000Z'],
    ['2026-01-01', 'America/New_York', '2026-01-01T05:00:00.000Z'],
    ['2026-01-01', 'Pacific/Auckland', '2025-12-31T11:00:00.000Z'],
    ['2026-01-01', 'UTC', '2026-01-01T00:00:00.000Z'],
    // Put forward at midnight: this day begins with 01:00.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
    // Put back at the midnight that ends the day before, whose last hour comes twice.
    ['2026-04-05', 'America/Santiago', '2026-04-05T04:00:00.000Z'],
  ])('%s in %s begins at %s', (day, timeZone, instant) => {
    expect(startOfDay(day, timeZone)).toBe(instant);
    expect(dayIn(timeZone, Date.parse(instant))).toBe(day);
    expect(dayIn(timeZone, Date.parse(instant) - 1)).not.toBe(day);
  });

  it('the day after and the first of the month go by the calendar', () => {
    expect(dayAfter('2028-02-28')).toBe('2028-02-29');
    expect(dayAfter('2026-12-31')).toBe('2027-01-01');
    expect(firstOfMonth('2026-12-31')).toBe('2026-12-01');
  });
});
