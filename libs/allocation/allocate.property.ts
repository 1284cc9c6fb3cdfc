import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { problems, problemsWithoutPairs } from '#libs/testing/site-arbitrary.js';
import { relabel } from '#libs/testing/relabel.js';
import { allocate, share } from './allocate.js';
import { createAllocation, outcome, type Allocation } from './allocation.js';
import { compileSite } from './compile.js';
import { admit } from './admission.js';
import { addLoad, firstOverload, lineCurrent_A } from './load.js';
import { quantise } from './quantise.js';

const loads = (allocation: Allocation, current_A: ArrayLike<number>): Float64Array => {
  const sums = new Float64Array(allocation.sums_A.length);
  for (let index = 0; index < current_A.length; index++)
    addLoad(allocation.site, sums, index, allocation.slots[index]!, current_A[index]!);
  return sums;
};

const worstExcess_A = (allocation: Allocation): number => {
  const sums = loads(allocation, allocation.current_A);
  let worst = -Infinity;
  for (let at = 0; at < allocation.capacity_A.length; at++)
    worst = Math.max(worst, lineCurrent_A(sums, Math.floor(at / 3), at % 3) - allocation.capacity_A[at]!);
  return worst;
};

describe('one allocation', () => {
  it('I1 keeps the sum on every (node, line) within its capacity', () => {
    fc.assert(
      fc.property(problems, (allocation) => {
        allocate(allocation, 0);
        expect(worstExcess_A(allocation)).toBeLessThan(1e-4);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('I2 gives 0 or between minimum and maximum, on the step grid', () => {
    fc.assert(
      fc.property(problems, fc.nat(20), (allocation, rotation) => {
        allocate(allocation, rotation);
        allocation.current_A.forEach((current, index) => {
          if (current === 0) return;
          expect(current).toBeGreaterThanOrEqual(allocation.minimum_A[index]!);
          expect(current).toBeLessThanOrEqual(allocation.maximum_A[index]!);
          expect(Math.abs(current - Math.round(current))).toBeLessThan(1e-9);
        });
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('I3 stops each admitted car at its maximum or at a full line where nobody who could still grow has a higher level', () => {
    fc.assert(
      fc.property(problems, (allocation) => {
        share(allocation);
        const sums = loads(allocation, allocation.current_A);
        const level = (index: number) => allocation.current_A[index]! / allocation.weight[index]!;
        allocation.current_A.forEach((current, index) => {
          if (current === 0) return;
          if (current >= allocation.maximum_A[index]! - 1e-6) return;
          const full = allocation.constraint[index]!;
          expect(full).toBeGreaterThanOrEqual(0);
          expect(lineCurrent_A(sums, Math.floor(full / 3), full % 3)).toBeGreaterThan(
            allocation.capacity_A[full]! - 1e-4,
          );
          allocation.current_A.forEach((other, otherIndex) => {
            // With loads between lines, the groups of cars on the same lines are filled before the cars in them.
            const sameGroup =
              !allocation.site.hasPairs || allocation.slots[otherIndex] === allocation.slots[index];
            const sameLine =
              sameGroup &&
              allocation.constraint[otherIndex] === full &&
              other > allocation.minimum_A[otherIndex]! + 1e-6 &&
              other < allocation.maximum_A[otherIndex]! - 1e-6;
            if (sameLine && current > allocation.minimum_A[index]! + 1e-6)
              expect(level(otherIndex)).toBeCloseTo(level(index), 4);
          });
        });
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('I4 leaves no admitted car below its maximum that could take one more step', () => {
    fc.assert(
      fc.property(problems, (allocation) => {
        allocate(allocation, 3);
        const sums = loads(allocation, allocation.current_A);
        allocation.current_A.forEach((current, index) => {
          if (current === 0 || current + 1 > allocation.maximum_A[index]!) return;
          addLoad(allocation.site, sums, index, allocation.slots[index]!, 1);
          expect(
            firstOverload(allocation.site, sums, allocation.capacity_A, index, allocation.slots[index]!),
          ).not.toBe(-1);
          addLoad(allocation.site, sums, index, allocation.slots[index]!, -1);
        });
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('I5 never lowers the sorted vector lexicographically when a capacity rises and admission stays', () => {
    fc.assert(
      fc.property(
        problemsWithoutPairs,
        fc.nat(),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (allocation, where, more_A) => {
          allocation.weight.fill(1);
          admit(allocation);
          const admitted = Array.from(allocation.outcome, (result) => Number(result === outcome.limited));
          allocation.wants.set(admitted);
          const solve = () => {
            share(allocation);
            return Array.from(allocation.current_A).toSorted((a, b) => a - b);
          };
          const before = solve();
          allocation.capacity_A[where % allocation.capacity_A.length]! += more_A;
          const higher = solve();
          const differs = before.findIndex((value, at) => Math.abs(value - higher[at]!) > 1e-6);
          if (differs >= 0) expect(higher[differs]!).toBeGreaterThan(before[differs]!);
        },
      ),
      { numRuns: propertyRuns(500) },
    );
  });

  it('I6 permutes its result when the chargers are permuted', () => {
    fc.assert(
      fc.property(problems, (allocation) => {
        const { topology } = allocation.site;
        const reversed = compileSite({ ...topology, connectors: topology.connectors.toReversed() });
        if (!reversed.ok) throw new Error('a permuted topology stays sound');
        const mirror = createAllocation(reversed.value);
        const last = topology.connectors.length - 1;
        allocation.wants.forEach((want, index) => (mirror.wants[last - index] = want));
        allocation.minimum_A.forEach((minimum, index) => (mirror.minimum_A[last - index] = minimum));
        mirror.capacity_A.set(allocation.capacity_A);
        mirror.order.forEach((_, at) => (mirror.order[at] = last - at));
        for (const each of [allocation, mirror]) {
          share(each);
        }
        allocation.current_A.forEach((current, index) =>
          expect(mirror.current_A[last - index]).toBeCloseTo(current, 6),
        );
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it.each([
    ['rotated', [1, 2, 0]],
    ['rotated twice', [2, 0, 1]],
    ['exchanged', [1, 0, 2]],
    ['reversed', [2, 1, 0]],
  ] as const)('I6 gives the same currents when the lines of the whole site are %s', (_, lines) => {
    fc.assert(
      fc.property(problems, (allocation) => {
        const relabelled = compileSite(relabel(allocation.site.topology, lines));
        if (!relabelled.ok) throw new Error('a relabelled topology stays sound');
        const mirror = createAllocation(relabelled.value);
        mirror.wants.set(allocation.wants);
        mirror.minimum_A.set(allocation.minimum_A);
        allocation.capacity_A.forEach(
          (capacity, at) => (mirror.capacity_A[at - (at % 3) + lines[at % 3]!] = capacity),
        );
        for (const each of [allocation, mirror]) {
          share(each);
        }
        expect(Array.from(mirror.outcome)).toEqual(Array.from(allocation.outcome));
        mirror.current_A.forEach((current, index) =>
          expect(current).toBeCloseTo(allocation.current_A[index]!, 6),
        );
        for (const each of [allocation, mirror]) quantise(each, 2);
        expect(Array.from(mirror.current_A)).toEqual(Array.from(allocation.current_A));
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  it('I7 does not lower a car for an overload on a line it does not use', () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(0, 1, 2), (allocation, line) => {
        // Each line alone: with single-phase cars only, lines do not touch each other.
        for (let index = 0; index < allocation.slots.length; index++)
          allocation.slots[index] = 1 << (index % 3);
        allocate(allocation, 0);
        const before = Array.from(allocation.current_A);
        for (let node = 0; node < allocation.site.nodeCount; node++)
          allocation.capacity_A[node * 3 + line] = 0;
        allocate(allocation, 0);
        allocation.current_A.forEach((current, index) => {
          if (index % 3 !== line) expect(current).toBe(before[index]);
        });
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('comes to an end and stays inside every capacity whatever the weights are', () => {
    fc.assert(
      fc.property(
        problems,
        fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 12, maxLength: 12 }),
        (allocation, weights) => {
          allocation.weight.forEach((_, index) => (allocation.weight[index] = weights[index]!));
          allocate(allocation, 1);
          expect(worstExcess_A(allocation)).toBeLessThan(1e-4);
        },
      ),
      { numRuns: propertyRuns(500) },
    );
  });
});
