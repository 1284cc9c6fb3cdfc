import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { between, compiled, siteTopology } from '#libs/testing/site-builder.js';
import { allocate, share } from './allocate.js';
import { createAllocation, outcome, type Allocation } from './allocation.js';
import { compileSite, nodeOfConstraint, primaryConstraint, slotsPerNode } from './compile.js';
import { fallbackCurrents_A } from './fallback.js';
import { addLoad, primaryCurrent_A } from './load.js';

const pairs = ['L1-L2', 'L2-L3', 'L3-L1'] as const;
const current_A = fc.double({ min: 0, max: 100, noNaN: true });

/** |I_line - I_previous| / ratio from phasors, as complex numbers: shares no arithmetic with the allocator. */
function exact_A(loads_A: readonly [number, number, number], line: number, ratio: number): number {
  const phasor = (pair: number): readonly [number, number] => {
    const angle = (-2 * Math.PI * pair) / 3;
    return [loads_A[pair]! * Math.cos(angle), loads_A[pair]! * Math.sin(angle)];
  };
  // A line carries the pair that begins in it less the pair that ends in it.
  const through = (at: number): readonly [number, number] => {
    const [begins, ends] = [phasor(at), phasor((at + 2) % 3)];
    return [begins[0] - ends[0], begins[1] - ends[1]];
  };
  const [own, previous] = [through(line), through((line + 2) % 3)];
  return Math.hypot(own[0] - previous[0], own[1] - previous[1]) / ratio;
}

const site = fc.record({
  cars: fc.array(fc.record({ pair: fc.nat(2), maximum_A: fc.integer({ min: 8, max: 32 }) }), {
    minLength: 1,
    maxLength: 12,
  }),
  fuse_A: fc.integer({ min: 40, max: 200 }),
  primary_A: fc.integer({ min: 3, max: 80 }),
});

function problem({
  cars,
  fuse_A,
  primary_A,
}: {
  cars: readonly { pair: number; maximum_A: number }[];
  fuse_A: number;
  primary_A: number;
}): Allocation {
  const compiledSite = compiled(
    siteTopology({
      fuse_A,
      metered: false,
      transformers: [{ nodeId: 'grid', ratio: 4, fuse_A: [primary_A, primary_A, primary_A] }],
      chargers: cars.map((car) => ({ wiring: between(pairs[car.pair]!), maximum_A: car.maximum_A })),
    }),
  );
  const allocation = createAllocation(compiledSite);
  allocation.wants.fill(1);
  allocation.capacity_A.fill(fuse_A, 0, 3);
  allocation.capacity_A.fill(primary_A, 3);
  allocation.departures.needed_A.set(allocation.maximum_A);
  return allocation;
}

const pairSums = (allocation: Allocation, cars: readonly { pair: number }[]): [number, number, number] => {
  const sums: [number, number, number] = [0, 0, 0];
  cars.forEach((car, index) => (sums[car.pair as 0 | 1 | 2] += allocation.current_A[index]!));
  return sums;
};

describe('a delta-wye transformer', () => {
  it('I1: its primary carries no more than is counted, even when any of the loads are smaller than they are counted', () => {
    fc.assert(
      fc.property(
        fc.tuple(current_A, current_A, current_A),
        fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
        fc.nat(2),
        (loads_A, shares, line) => {
          const sums_A = new Float64Array(slotsPerNode);
          loads_A.forEach((load_A, pair) => (sums_A[3 + pair] = load_A));
          const counted_A = primaryCurrent_A(sums_A, 0, line, 4);
          const real: [number, number, number] = [
            loads_A[0] * shares[0],
            loads_A[1] * shares[1],
            loads_A[2] * shares[2],
          ];
          expect(exact_A(real, line, 4)).toBeLessThanOrEqual(counted_A + 1e-9);
          // And no more is counted than some of the loads together can make.
          const subsets = [
            loads_A,
            [loads_A[0], 0, loads_A[2]],
            [0, loads_A[1], loads_A[2]],
            [loads_A[0], loads_A[1], 0],
          ] as const;
          expect(counted_A).toBeLessThanOrEqual(
            Math.max(...subsets.map((each) => exact_A([each[0], each[1], each[2]], line, 4))) + 1e-9,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('I1: no allocation overloads the primary', () => {
    fc.assert(
      fc.property(site, (given) => {
        const allocation = problem(given);
        allocate(allocation, 0);
        const sums = pairSums(allocation, given.cars);
        for (let line = 0; line < 3; line++)
          expect(exact_A(sums, line, 4)).toBeLessThanOrEqual(given.primary_A + 1e-4);
      }),
      { numRuns: 500 },
    );
  });

  it('I4: who is below the maximum could not take more without overloading what is named as the reason', () => {
    fc.assert(
      fc.property(site, (given) => {
        const allocation = problem(given);
        share(allocation);
        given.cars.forEach((car, index) => {
          if (allocation.outcome[index] === outcome.atMaximum)
            return expect(allocation.current_A[index]).toBeCloseTo(car.maximum_A, 6);
          const full = allocation.constraint[index]!;
          expect(nodeOfConstraint(allocation.site, full)).toBe(0);
          const sums_A = Float64Array.from(allocation.sums_A);
          addLoad(
            allocation.site,
            sums_A,
            index,
            allocation.slots[index]!,
            0.01 + (allocation.outcome[index] === outcome.waiting ? 6 : 0),
          );
          const over = [0, 1, 2].some(
            (line) =>
              primaryCurrent_A(sums_A, 0, line, 4) >
                allocation.capacity_A[primaryConstraint(allocation.site, 0, line)]! ||
              Math.sqrt(lineSquared(sums_A, line)) > allocation.capacity_A[line]!,
          );
          expect(over).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('I11: the standing defaults stay inside its primary', () => {
    fc.assert(
      fc.property(site, (given) => {
        const defaults = fallbackCurrents_A(problem(given).site);
        const sums: [number, number, number] = [0, 0, 0];
        given.cars.forEach((car, index) => (sums[car.pair as 0 | 1 | 2] += defaults[index]!));
        for (let line = 0; line < 3; line++)
          expect(exact_A(sums, line, 4)).toBeLessThanOrEqual(given.primary_A + 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused where it feeds no node, feeds one twice, or is no transformer', () => {
    const wrong = (transformers: Parameters<typeof siteTopology>[0]['transformers']) => {
      const result = compileSite(
        siteTopology({ fuse_A: 25, chargers: [], ...(transformers ? { transformers } : {}) }),
      );
      return result.ok ? [] : result.error.map((error) => error.code);
    };
    const sound = { nodeId: 'grid', ratio: 4, fuse_A: [10, 10, 10] } as const;
    expect(wrong([sound])).toEqual([]);
    expect(wrong([{ ...sound, nodeId: 'cellar' }])).toEqual(['topology-unknown-node']);
    expect(wrong([sound, sound])).toEqual(['topology-duplicate']);
    expect(wrong([{ ...sound, ratio: 0 }])).toEqual(['topology-not-a-number']);
  });
});

function lineSquared(sums_A: Float64Array, line: number): number {
  const here = sums_A[3 + line]!;
  const previous = sums_A[3 + ((line + 2) % 3)]!;
  return here * here + previous * previous + here * previous;
}
