import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { isOpen, type Window } from './schedule.js';

const at = (iso: string) => epochMilliseconds(Date.parse(iso));
const everyDay: Window['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

describe('schedule windows (NB-93)', () => {
  it('is always open without windows', () => {
    expect(isOpen([], 'Europe/Oslo', at('2026-01-05T12:00:00Z'))).toBe(true);
  });

  it('opens at the first and closes at the last minute, in the zone of the location', () => {
    const windows = [{ days: everyDay, from: '22:00', to: '23:30' }];
    expect(isOpen(windows, 'Europe/Oslo', at('2026-01-05T20:59:59Z'))).toBe(false);
    expect(isOpen(windows, 'Europe/Oslo', at('2026-01-05T21:00:00Z'))).toBe(true);
    expect(isOpen(windows, 'Europe/Oslo', at('2026-01-05T22:29:59Z'))).toBe(true);
    expect(isOpen(windows, 'Europe/Oslo', at('2026-01-05T22:30:00Z'))).toBe(false);
  });

  it('one open window of several is enough', () => {
    const windows = [
      { days: everyDay, from: '01:00', to: '02:00' },
      { days: everyDay, from: '12:00', to: '13:00' },
    ];
    expect(isOpen(windows, 'UTC', at('2026-01-05T12:30:00Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', at('2026-01-05T14:00:00Z'))).toBe(false);
  });

  it('crosses midnight and belongs to the day it begins on', () => {
    const windows = [{ days: ['mon' as const], from: '22:00', to: '06:00' }];
    expect(isOpen(windows, 'UTC', at('2026-01-05T23:00:00Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', at('2026-01-06T05:59:00Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', at('2026-01-06T06:00:00Z'))).toBe(false);
    expect(isOpen(windows, 'UTC', at('2026-01-05T05:00:00Z'))).toBe(false);
    expect(isOpen(windows, 'UTC', at('2026-01-06T23:00:00Z'))).toBe(false);
  });

  it('means the whole day when both ends are equal', () => {
    const windows = [{ days: ['sat' as const], from: '00:00', to: '00:00' }];
    expect(isOpen(windows, 'UTC', at('2026-01-10T00:00:00Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', at('2026-01-10T23:59:00Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', at('2026-01-11T00:00:00Z'))).toBe(false);
  });

  it('keeps wall-clock times over a change to summer time', () => {
    const windows = [{ days: everyDay, from: '06:00', to: '07:00' }];
    // Oslo: +01:00 on 28 March 2026, +02:00 on 29 March.
    expect(isOpen(windows, 'Europe/Oslo', at('2026-03-28T05:30:00Z'))).toBe(true);
    expect(isOpen(windows, 'Europe/Oslo', at('2026-03-29T04:30:00Z'))).toBe(true);
    expect(isOpen(windows, 'Europe/Oslo', at('2026-03-29T05:30:00Z'))).toBe(false);
  });
});
