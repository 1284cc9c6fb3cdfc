import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadSolver, type LinearProgram, type Solve } from '#libs/testing/linear-program.js';
import { problems, problemsWithoutPairs } from '#libs/testing/site-arbitrary.js';
import { admit } from './admission.js';
import { outcome, type Allocation } from './allocation.js';
import { share } from './allocate.js';
import { fill } from './fill.js';

type Row = LinearProgram['rows'][number];

let solve: Solve;
beforeAll(async () => {
  solve = await loadSolver();
});

/** Which cars load a (node, line), from the topology alone: the oracle shares no arithmetic with the allocator. */
function users(allocation: Allocation, node: number, line: number): readonly number[] {
  const { topology, nodeIds } = allocation.site;
  const parents = new Map(topology.nodes.map((each) => [each.nodeId, each.parentId]));
  const passes = (nodeId: string | null): boolean =>
    nodeId !== null && (nodeId === nodeIds[node] || passes(parents.get(nodeId) ?? null));
  return topology.connectors.flatMap((connector, index) => {
    const { wiring } = connector;
    if (wiring.kind === 'line-to-line') throw new Error('a phasor sum is not linear');
    const loads = wiring.kind === 'three-phase' || wiring.phase === `L${line + 1}`;
    return loads && passes(connector.nodeId) ? [index] : [];
  });
}

/** One row per (node, line): the sum of `factor(car)` times its variable stays within the capacity. */
function rows(
  allocation: Allocation,
  name: (index: number) => string,
  factor: (index: number) => number,
  among: readonly number[],
): Row[] {
  return Array.from(allocation.capacity_A, (bound, at): Row => {
    const terms = users(allocation, Math.floor(at / 3), at % 3)
      .filter((index) => among.includes(index))
      .map((index) => [name(index), factor(index)] as const);
    return { terms: Object.fromEntries(terms), relation: '<=', bound };
  }).filter((row) => Object.keys(row.terms).length > 0);
}

/**
 * Lexicographic max-min by repeated linear programs: raise the common level of all cars not yet fixed as far as it goes,
 * find out which of them cannot grow beyond it, fix those, and go on with the others.
 */
function lexicographicMaxMin(allocation: Allocation, admitted: readonly number[]): Float64Array {
  const { minimum_A, maximum_A, weight } = allocation;
  const current_A = new Float64Array(allocation.current_A.length);
  const fixed = new Map<number, number>();
  const x = (index: number): string => `x${index}`;
  const capacityRows = rows(allocation, x, () => 1, admitted);
  const boundsAt = (level: number) =>
    admitted.map((index): readonly [string, readonly [number, number]] => {
      const known = fixed.get(index);
      if (known !== undefined) return [x(index), [known, known]];
      const low = Math.min(maximum_A[index]!, Math.max(minimum_A[index]!, weight[index]! * level));
      return [x(index), [low, maximum_A[index]!]];
    });
  while (fixed.size < admitted.length) {
    const open = admitted.filter((index) => !fixed.has(index));
    const ceiling = Math.min(...open.map((index) => maximum_A[index]! / weight[index]!));
    const level = solve({
      maximise: { level: 1 },
      rows: [
        ...capacityRows,
        ...open.map((index): Row => ({
          terms: { [x(index)]: 1, level: -weight[index]! },
          relation: '>=',
          bound: 0,
        })),
      ],
      bounds: Object.fromEntries([...boundsAt(0), ['level', [0, ceiling]]]),
      binaries: [],
    }).get('level')!;
    // Whoever grows in some solution is free; all that are left when no sum of growths is above 0 are stuck.
    const bounds = Object.fromEntries(boundsAt(level));
    let stuck = open;
    for (let grew = true; grew && stuck.length > 0;) {
      const solution = solve({
        maximise: Object.fromEntries(stuck.map((index) => [x(index), 1])),
        rows: capacityRows,
        bounds,
        binaries: [],
      });
      const still = stuck.filter((index) => solution.get(x(index))! <= bounds[x(index)]![0] + 1e-7);
      grew = still.length < stuck.length;
      stuck = still;
    }
    if (stuck.length === 0) throw new Error('a maximal level leaves somebody stuck');
    for (const index of stuck) fixed.set(index, bounds[x(index)]![0]);
  }
  for (const [index, value] of fixed) current_A[index] = value;
  return current_A;
}

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
    rows: rows(allocation, z, (index) => allocation.minimum_A[index]!, candidates),
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
  const exact_A = lexicographicMaxMin(allocation, admitted);
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
