import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capacityRows, lexicographicMaxMin } from '#libs/testing/exact-fill.js';
import { loadSolver, type Solve } from '#libs/testing/linear-program.js';
import { problems, problemsWithoutPairs } from '#libs/testing/site-arbitrary.js';
import { admit } from './admission.js';
import { outcome, type Allocation } from './allocation.js';
import { share } from './allocate.js';
import { fill } from './fill.js';

let solve: Solve;
beforeAll(async () => {
  solve = await loadSolver();
});

/** Who is admitted, by the mixed-integer program whose weights make each car worth more than all after it. */
function lexicographicAdmission(allocation: Allocation): readonly boolean[] {
  const candidates = Array.from(allocation.order).filter((index) => allocation.wants[index]);
  const admitted = Array.from(allocation.wants, () => false);
  if (candidates.length === 0) return admitted;
  const z = (index: number): string => `z${index}`;
  const solution = solve({
    maximise: Object.fromEntries(
      candidates.map((index, at) => [z(index), 2 ** (candidates.length - 1 - at)]),
    ),
    rows: capacityRows(allocation, z, (index) => allocation.minimum_A[index]!, candidates),
    bounds: {},
    binaries: candidates.map(z),
  });
  for (const index of candidates) admitted[index] = solution.get(z(index))! > 0.5;
  return admitted;
}

const expectExactFill = (allocation: Allocation): void => {
  admit(allocation);
  const admitted = Array.from(allocation.outcome.keys()).filter(
    (index) => allocation.outcome[index] === outcome.limited,
  );
  fill(allocation);
  const exact_A = lexicographicMaxMin(solve, allocation, admitted);
  allocation.current_A.forEach((current, index) =>
    expect(Math.abs(current - exact_A[index]!)).toBeLessThanOrEqual(1e-6),
  );
};

describe('against an exact solver', () => {
  it('step 4: the fill is the lexicographic max-min of equal cars, to 1e-6 A', () => {
    fc.assert(
      fc.property(problemsWithoutPairs, (allocation) => {
        allocation.weight.fill(1);
        expectExactFill(allocation);
      }),
      { numRuns: 60 },
    );
  });

  it('step 4: the fill is the weighted lexicographic max-min, to 1e-6 A', () => {
    fc.assert(fc.property(problemsWithoutPairs, expectExactFill), { numRuns: 60 });
  });

  it('step 3: admission is the lexicographic optimum of the mixed-integer program', () => {
    fc.assert(
      fc.property(problemsWithoutPairs, fc.integer(), (allocation, seed) => {
        // Any order must hold, not only that of the wiring.
        const order = Array.from(allocation.order).toSorted(
          (a, b) => (((a + 1) * seed) % 97) - (((b + 1) * seed) % 97),
        );
        allocation.order.set(order);
        admit(allocation);
        const exact = lexicographicAdmission(allocation);
        expect(Array.from(allocation.outcome, (result) => result === outcome.limited)).toEqual(exact);
      }),
      { numRuns: 100 },
    );
  });

  it('I2: a car never gets less than its minimum from the fill, delta supplies included', () => {
    fc.assert(
      fc.property(problems, (allocation) => {
        share(allocation);
        allocation.current_A.forEach((current, index) => {
          const admitted =
            allocation.outcome[index] === outcome.limited || allocation.outcome[index] === outcome.atMaximum;
          if (admitted) expect(current).toBeGreaterThanOrEqual(allocation.minimum_A[index]!);
          else expect(current).toBe(0);
        });
      }),
      { numRuns: 300 },
    );
  });
});
