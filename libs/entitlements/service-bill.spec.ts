import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { billLines, type BilledService } from './service-bill.js';

const at = (text: string) => epochMilliseconds(Date.parse(text));
const service: BilledService = {
  timeZone: 'Europe/Oslo',
  activatedAt: at('2026-11-20T10:00:00Z'),
  endsAt: null,
  stoppedAt: null,
  monthlyPrice_minor: 900,
  trialMonths: 0,
};
const december = at('2026-11-30T23:00:00Z');
const months = (change: Partial<BilledService>, now: number) =>
  billLines({ ...service, ...change }, epochMilliseconds(now)).map(({ month }) => month);

describe('AJ-25: the bill of a service', () => {
  it('AJ-25: has one line for each month begun, from the first instant of the month', () => {
    expect(months({}, service.activatedAt)).toEqual(['2026-11']);
    expect(months({}, december - 1)).toEqual(['2026-11']);
    expect(months({}, december)).toEqual(['2026-11', '2026-12']);
    expect(months({}, at('2027-02-15T00:00:00Z'))).toHaveLength(4);
  });

  it('AJ-27: has none for the month at whose first instant it ended, however late it is looked at', () => {
    expect(months({ endsAt: december }, december + 86_400_000 * 90)).toEqual(['2026-11']);
    expect(months({ endsAt: epochMilliseconds(december + 1) }, december)).toEqual(['2026-11', '2026-12']);
  });

  it('AJ-31: has none after a stop, and the month of the activation even when it was stopped at once', () => {
    expect(months({ stoppedAt: service.activatedAt }, december + 1)).toEqual(['2026-11']);
    expect(months({ stoppedAt: december }, december + 1)).toEqual(['2026-11']);
  });

  it('AJ-37: has free lines for a trial', () => {
    const lines = billLines({ ...service, trialMonths: 2 }, at('2027-01-15T00:00:00Z'));
    expect(lines).toEqual([
      { month: '2026-11', amount_minor: 0, trial: true },
      { month: '2026-12', amount_minor: 0, trial: true },
      { month: '2027-01', amount_minor: 900, trial: false },
    ]);
  });
});
