import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { between, compiled, siteTopology } from '#libs/testing/site-builder.js';
import { share } from './allocate.js';
import { createAllocation, outcome, type Allocation } from './allocation.js';

const pairs = ['L1-L2', 'L2-L3', 'L3-L1'] as const;

interface Car {
  readonly pair: number;
  readonly maximum_A: number;
  readonly needed_A: number;
  readonly laxity_A: number;
}

const cars: fc.Arbitrary<readonly Car[]> = fc.array(
  fc.record({
    pair: fc.nat(2),
    maximum_A: fc.integer({ min: 8, max: 32 }),
    needed_A: fc.double({ min: 0, max: 32, noNaN: true }),
    laxity_A: fc.double({ min: 0, max: 500, noNaN: true }),
  }),
  { minLength: 1, maxLength: 14 },
);

/** One connection with cars between its lines; `fuse_A` large enough for every minimum. */
function shared(list: readonly Car[], fuse_A: number, departures: boolean): Allocation {
  const site = compiled(
    siteTopology({
      fuse_A,
      metered: false,
      chargers: list.map((car) => ({
        wiring: between(pairs[car.pair]!),
        minimum_A: 1,
        maximum_A: car.maximum_A,
      })),
    }),
  );
  const allocation = createAllocation(site);
  allocation.wants.fill(1);
  allocation.capacity_A.set(site.fuse_A);
  allocation.departures.needed_A.set(allocation.maximum_A);
  if (departures)
    list.forEach((car, index) => {
      allocation.departures.offset_A[index] = car.laxity_A;
      allocation.departures.needed_A[index] = Math.min(car.needed_A, car.maximum_A);
      allocation.departures.missing_Ah[index] = car.needed_A;
    });
  share(allocation);
  return allocation;
}

const sums = (allocation: Allocation, list: readonly Car[]): readonly number[] =>
  pairs.map((_, pair) =>
    list.reduce((sum, car, index) => sum + (car.pair === pair ? allocation.current_A[index]! : 0), 0),
  );

const limits = (list: readonly Car[]): readonly number[] =>
  pairs.map((_, pair) => list.reduce((sum, car) => sum + (car.pair === pair ? car.maximum_A : 0), 0));

const site = fc.record({ list: cars, fuse_A: fc.integer({ min: 40, max: 200 }) });

describe('phases before cars', () => {
  it('step 5: pairs of lines carry the same, but for those whose cars take no more', () => {
    fc.assert(
      fc.property(site, ({ list, fuse_A }) => {
        const allocation = shared(list, fuse_A, false);
        const carried = sums(allocation, list);
        const most = limits(list);
        const highest = Math.max(...carried);
        carried.forEach((sum, pair) => {
          // A pair stays behind only when its cars are at their maximum, or when it alone meets a full line.
          if (sum < most[pair]! - 1e-6 && sum < highest - 1e-4)
            expect(list.some((car, index) => car.pair === pair && allocation.constraint[index]! >= 0)).toBe(
              true,
            );
        });
        if (carried.every((sum, pair) => sum < most[pair]! - 1e-6))
          expect(Math.max(...carried) - Math.min(...carried)).toBeLessThan(1e-3);
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('step 4: of cars on the same lines the less lax is never the one left behind', () => {
    fc.assert(
      fc.property(site, ({ list, fuse_A }) => {
        const allocation = shared(list, fuse_A, true);
        list.forEach((car, index) =>
          list.forEach((other, otherIndex) => {
            if (car.pair !== other.pair || car.laxity_A >= other.laxity_A) return;
            const grew = allocation.current_A[otherIndex]! > 1 + 1e-6;
            if (grew && allocation.current_A[index]! < car.maximum_A - 1e-6)
              expect(allocation.current_A[index]! + car.laxity_A).toBeGreaterThan(
                allocation.current_A[otherIndex]! + other.laxity_A - 1e-4,
              );
          }),
        );
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('I4: who is below the maximum has a full line on the way', () => {
    fc.assert(
      fc.property(site, fc.boolean(), ({ list, fuse_A }, departures) => {
        const allocation = shared(list, fuse_A, departures);
        list.forEach((car, index) => {
          if (allocation.outcome[index] === outcome.limited)
            expect(allocation.constraint[index]).toBeGreaterThanOrEqual(0);
          else expect(allocation.current_A[index]).toBeCloseTo(car.maximum_A, 6);
        });
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('step 5: what is needed comes before what is merely possible', () => {
    const car = { maximum_A: 32, laxity_A: 0 };
    const list = [
      { ...car, pair: 0, needed_A: 30 },
      { ...car, pair: 1, needed_A: 5 },
      { ...car, pair: 2, needed_A: 5 },
    ];
    // Pairs that carry the same would have 40 A / sqrt(3) = 23.1 A each: too little for the first to be ready in time.
    const [first, second, third] = sums(shared(list, 40, true), list);
    expect(first).toBeGreaterThanOrEqual(30);
    expect(second).toBeGreaterThan(5);
    expect(third).toBeCloseTo(second!, 6);
  });
});
