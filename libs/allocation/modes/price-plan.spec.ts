import { describe, expect, it } from '@jest/globals';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { chargesAt, nextPlanChange, planCheapest, type ChargingNeed, type PriceSlot } from './price-plan.js';

const at = (iso: string) => epochMilliseconds(Date.parse(iso));
const hour_ms = 3_600_000;

/** One price per hour of a day, beginning at an instant. */
const hourly = (start: string, prices: readonly number[]): PriceSlot[] =>
  prices.map((perKWh, hour) => ({
    from: epochMilliseconds(at(start) + hour * hour_ms),
    until: epochMilliseconds(at(start) + (hour + 1) * hour_ms),
    perKWh,
  }));
const need = (from: string, departure: string, hours: number): ChargingNeed => ({
  energy_Wh: hours * 10_000,
  power_W: 10_000,
  departure: at(departure),
  within: [{ from: at(from), until: at(departure) }],
});
const texts = (plan: ReturnType<typeof planCheapest>): string[] =>
  plan.charging.map(({ from, until }) =>
    [from, until].map((each) => new Date(each).toISOString().slice(11, 16)).join('-'),
  );

describe('price plans', () => {
  const now = '2026-01-05T18:00:00Z';
  const evening = hourly(now, [9, 8, 4, 3, 2, 2, 1, 5]);

  it('NB-91: takes the cheapest hours, the dearest of them only as far as it is needed', () => {
    const plan = planCheapest(evening, need(now, '2026-01-06T02:00:00Z', 2.5), at(now));
    expect(texts(plan)).toEqual(['22:00-23:30', '00:00-01:00']);
    expect(plan.shortfall_Wh).toBe(0);
  });

  it('of equal prices the earlier comes first', () => {
    const flat = hourly(now, [3, 3, 3, 3]);
    expect(texts(planCheapest(flat, need(now, '2026-01-05T22:00:00Z', 1.5), at(now)))).toEqual([
      '18:00-19:30',
    ]);
  });

  it('a missing price never costs the departure: without any, it charges at once', () => {
    expect(texts(planCheapest([], need(now, '2026-01-05T22:00:00Z', 2), at(now)))).toEqual(['18:00-20:00']);
  });

  it('an hour without a price is used only when those with one do not suffice', () => {
    const gap = [...hourly(now, [9]), ...hourly('2026-01-05T20:00:00Z', [8])];
    const until = '2026-01-05T21:00:00Z';
    expect(texts(planCheapest(gap, need(now, until, 2), at(now)))).toEqual(['18:00-19:00', '20:00-21:00']);
    expect(texts(planCheapest(gap, need(now, until, 2.5), at(now)))).toEqual(['18:00-19:30', '20:00-21:00']);
  });

  it('a known price goes before an unknown one, whichever comes first', () => {
    const later = hourly('2026-01-05T19:00:00Z', [9]);
    expect(texts(planCheapest(later, need(now, '2026-01-05T21:00:00Z', 1), at(now)))).toEqual([
      '19:00-20:00',
    ]);
  });

  it('a charger without power delivers nothing: all of it is missing', () => {
    const powerless = { ...need(now, '2026-01-05T22:00:00Z', 2), power_W: 0 };
    const plan = planCheapest(evening, powerless, at(now));
    expect([texts(plan), plan.shortfall_Wh]).toEqual([['18:00-22:00'], 20_000]);
  });

  it('at the departure itself it is late: it charges, and no clock ends that', () => {
    const late = planCheapest(evening, need('2026-01-05T17:00:00Z', now, 1), at(now));
    expect([chargesAt(late, at('2026-02-01T00:00:00Z')), late.shortfall_Wh]).toEqual([true, 0]);
    expect(nextPlanChange(late, at(now))).toBeNull();
    const plan = planCheapest(evening, need(now, '2026-01-05T21:00:00Z', 1), at(now));
    expect(nextPlanChange(plan, at(now))).toBe(at('2026-01-05T20:00:00Z'));
  });

  it('needs all the time that is left: all of it is used, whatever it costs', () => {
    const plan = planCheapest(evening, need(now, '2026-01-05T20:00:00Z', 3), at(now));
    expect(texts(plan)).toEqual(['18:00-20:00']);
    expect(plan.shortfall_Wh).toBeCloseTo(10_000);
  });

  it('after the departure, what is missing is charged at once; with nothing missing, nothing is', () => {
    const late = need('2026-01-05T17:00:00Z', '2026-01-05T17:30:00Z', 1);
    const plan = planCheapest(evening, late, at(now));
    expect(chargesAt(plan, at(now))).toBe(true);
    expect(chargesAt(plan, at('2030-01-01T00:00:00Z'))).toBe(true);
    expect(planCheapest(evening, { ...late, energy_Wh: 0 }, at(now)).charging).toEqual([]);
  });

  it('energy is worth taking where its price is below zero', () => {
    const windy = hourly(now, [1, 0, -2, 3]);
    expect(texts(planCheapest(windy, need(now, '2026-01-05T22:00:00Z', 1), at(now)))).toEqual([
      '20:00-21:00',
    ]);
  });

  it.each([
    ['the day of 23 hours', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 23],
    ['the day of 25 hours', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 25],
  ])('%s: every hour of it can be the cheapest', (_, midnight, nextMidnight, hours) => {
    for (let cheapest = 0; cheapest < hours; cheapest++) {
      const day = hourly(
        midnight,
        Array.from({ length: hours }, (__, hour) => (hour === cheapest ? 1 : 2)),
      );
      expect(day.at(-1)?.until).toBe(at(nextMidnight));
      const plan = planCheapest(day, need(midnight, nextMidnight, 1), at(midnight));
      expect(plan.charging).toEqual([{ from: day[cheapest]?.from, until: day[cheapest]?.until }]);
    }
  });
});
