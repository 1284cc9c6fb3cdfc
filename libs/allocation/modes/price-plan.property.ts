import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { chargesAt, nextPlanChange, planCheapest, type ChargingNeed, type PriceSlot } from './price-plan.js';

const minute_ms = 60_000;
const at = (minute: number) => epochMilliseconds(minute * minute_ms);
const power_W = 6_000;
/** One minute of the full power. */
const minute_Wh = 100;

/** Ascending slots of whole minutes with gaps; few prices, so that equal ones are common. */
const seriesArbitrary = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0, 0, 5, 30),
      length: fc.constantFrom(15, 30, 60),
      perKWh: fc.integer({ min: -2, max: 5 }),
    }),
    { maxLength: 12 },
  )
  .map((parts) => {
    let minute = 0;
    return parts.map(({ gap, length, perKWh }): PriceSlot => {
      const from = minute + gap;
      minute = from + length;
      return { from: at(from), until: at(minute), perKWh };
    });
  });
const caseArbitrary = fc.record({
  series: seriesArbitrary,
  now: fc.integer({ min: 0, max: 120 }),
  stay: fc.integer({ min: 1, max: 600 }),
  minutes: fc.integer({ min: 1, max: 500 }),
  closed: fc.option(
    fc.record({ from: fc.integer({ min: 0, max: 400 }), length: fc.integer({ min: 1, max: 200 }) }),
  ),
});
type Case = typeof caseArbitrary extends fc.Arbitrary<infer T> ? T : never;

const needOf = ({ now, stay, minutes, closed }: Case): ChargingNeed => {
  const departure = at(now + stay);
  const whole = [{ from: at(now), until: departure }];
  const within = closed
    ? [
        { from: at(now), until: at(Math.max(now, closed.from)) },
        { from: at(closed.from + closed.length), until: departure },
      ]
    : whole;
  return { energy_Wh: minutes * minute_Wh, power_W, departure, within };
};

/** Brute force, minute by minute: the cheapest minutes, a minute without a price last, the earlier of equal ones first. */
function oracle(series: readonly PriceSlot[], need: ChargingNeed, now: number): Set<number> {
  const priceOf = (minute: number): number =>
    series.find(({ from, until }) => at(minute) >= from && at(minute) < until)?.perKWh ?? Infinity;
  const open: number[] = [];
  for (let minute = now; at(minute) < need.departure; minute++)
    if (need.within.some(({ from, until }) => at(minute) >= from && at(minute) < until)) open.push(minute);
  const byCost = open.toSorted((a, b) => {
    const [first, second] = [priceOf(a), priceOf(b)];
    return first === second ? a - b : first - second;
  });
  return new Set(byCost.slice(0, need.energy_Wh / minute_Wh));
}

describe('the cheapest plan (NB-91)', () => {
  it('NB-91: charges in exactly the minutes that a brute-force search finds cheapest', () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const need = needOf(each);
        const plan = planCheapest(each.series, need, at(each.now));
        const expected = oracle(each.series, need, each.now);
        const actual = new Set<number>();
        for (let minute = each.now; minute < each.now + each.stay; minute++)
          if (chargesAt(plan, at(minute))) actual.add(minute);
        expect([...actual]).toEqual([...expected].toSorted((a, b) => a - b));
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('delivers the energy before the departure, or says exactly what is missing', () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const need = needOf(each);
        const plan = planCheapest(each.series, need, at(each.now));
        const planned_ms = plan.charging.reduce((sum, { from, until }) => sum + until - from, 0);
        const planned_Wh = (planned_ms / minute_ms) * minute_Wh;
        expect(planned_Wh + plan.shortfall_Wh).toBeCloseTo(need.energy_Wh, 6);
        if (plan.shortfall_Wh > 0.01) {
          const open = need.within.reduce(
            (sum, { from, until }) =>
              sum + Math.max(0, Math.min(until, need.departure) - Math.max(from, at(each.now))),
            0,
          );
          expect(planned_ms).toBe(open);
        }
      }),
    );
  });

  it('intervals ascend, lie apart, and nextPlanChange walks their edges', () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const now = at(each.now);
        const plan = planCheapest(each.series, needOf(each), now);
        const edges = plan.charging.flatMap(({ from, until }) => [from, until]);
        expect(edges).toEqual([...new Set(edges)].toSorted((a, b) => a - b));
        let step = nextPlanChange(plan, now);
        const walked: number[] = [];
        while (step !== null) {
          walked.push(step);
          expect(chargesAt(plan, step)).not.toBe(chargesAt(plan, epochMilliseconds(step - 1)));
          step = nextPlanChange(plan, step);
        }
        expect(walked).toEqual(edges.filter((edge) => edge > now));
      }),
    );
  });
});
