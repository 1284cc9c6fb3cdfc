import { describe, expect, it } from '@jest/globals';
import { between, compiled, siteTopology } from '#libs/testing/site-builder.js';
import { createAllocation } from './allocation.js';
import { primaryConstraint } from './compile.js';
import { levelUntilFull } from './full-level.js';
import { lineCurrent_A, primaryCurrent_A } from './load.js';

const ratio = 2;
const site = compiled(
  siteTopology({
    fuse_A: 500,
    transformers: [{ nodeId: 'sub', ratio, fuse_A: [100, 100, 100] }],
    nodes: [{ nodeId: 'sub', parentId: 'grid', name: 'sub', fuse_A: [500, 500, 500], meterDeviceId: null }],
    chargers: [{ wiring: between('L1-L2'), nodeId: 'sub' }],
  }),
);
const sub = site.nodeIndexById.get('sub')!;

interface Constraint {
  readonly at: number;
  readonly current_A: (sums_A: Float64Array) => number;
}

const constraints: readonly Constraint[] = [0, 1, 2].flatMap((line) => [
  ...[0, sub].map((node) => ({
    at: node * 3 + line,
    current_A: (sums_A: Float64Array) => lineCurrent_A(sums_A, node, line),
  })),
  {
    at: primaryConstraint(site, 0, line),
    current_A: (sums_A: Float64Array) => primaryCurrent_A(sums_A, sub, line, ratio),
  },
]);

/** L1, L2, L3 against neutral, then the three pairs; first of the grid connection, then beneath the transformer. */
type Twelve = readonly number[];
const sums: readonly Twelve[] = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [5, 3, 1, 2, 4, 6, 4, 1, 7, 3, 5, 2],
  [1, 6, 2, 0, 0, 0, 2, 3, 1, 0, 6, 1],
];
const slopes: readonly Twelve[] = [
  [0.5, 0.2, 0.9, 0, 0, 0, 0.4, 0.7, 0.1, 0, 0, 0],
  [0, 0, 0, 0.3, 0.8, 0.1, 0, 0, 0, 0.6, 0.2, 0.9],
  [0.4, 0.1, 0.7, 0.2, 0.5, 0.3, 0.6, 0.2, 0.3, 0.1, 0.9, 0.4],
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1],
];

/** Where a rising current meets the capacity, by bisection: shares nothing with the formula. */
function levelBySearch(current_A: (level: number) => number, capacity_A: number): number {
  let [low, high] = [0, 1_000];
  if (current_A(high) < capacity_A) return Infinity;
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (current_A(middle) < capacity_A) low = middle;
    else high = middle;
  }
  return low;
}

function levelAndFull(sums_A: Twelve, slope: Twelve, capacities: ReadonlyMap<number, number>) {
  const allocation = createAllocation(site);
  allocation.sums_A.set(sums_A);
  allocation.slopes.set(slope);
  allocation.capacity_A.fill(1e9);
  for (const [at, capacity_A] of capacities) allocation.capacity_A[at] = capacity_A;
  const level = levelUntilFull(allocation);
  return { level, fullAt: Array.from(allocation.fill.fullAt) };
}

describe('how far cars may rise together until a line is full', () => {
  it('I1: exactly as far as a search says, on lines and on the primary of a transformer', () => {
    for (const sums_A of sums)
      for (const slope of slopes)
        for (const { at, current_A } of constraints) {
          const capacity_A = 30;
          const wanted = levelBySearch(
            (level) => current_A(Float64Array.from(sums_A, (each, cell) => each + slope[cell]! * level)),
            capacity_A,
          );
          const { level, fullAt } = levelAndFull(sums_A, slope, new Map([[at, capacity_A]]));
          if (wanted === Infinity) {
            // What is full at a thousand million ampere comes first.
            expect(level).toBeGreaterThan(1e6);
            continue;
          }
          expect(level).toBeCloseTo(wanted, 6);
          expect(fullAt.flatMap((each, line) => (each === 0 ? [line] : []))).toEqual([at]);
          expect(fullAt.filter((each) => each === Infinity)).toHaveLength(fullAt.length - 1);
        }
  });

  it('I1: the nearest of several; not at all from a line that is full already or more than full', () => {
    const slope = slopes[3]!;
    expect(levelAndFull(sums[0]!, slope, new Map([...constraints].map(({ at }) => [at, 30]))).level).toBe(
      Math.min(...constraints.map(({ at }) => levelAndFull(sums[0]!, slope, new Map([[at, 30]])).level)),
    );
    for (const capacity_A of [0, 4])
      expect(levelAndFull(sums[1]!, slope, new Map([[sub * 3, capacity_A]])).level).toBe(0);
  });

  it('what rounding leaves of cars that have stopped does not count as a rise', () => {
    const rest = slopes[0]!.map(() => 1e-13);
    expect(levelAndFull(sums[1]!, rest, new Map([[0, 30]])).level).toBe(Infinity);
  });
});
