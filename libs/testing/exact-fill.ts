import type { Allocation } from '#libs/allocation/allocation.js';
import type { LinearProgram, Solve } from './linear-program.js';

export type LinearProgramRow = LinearProgram['rows'][number];

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
export function capacityRows(
  allocation: Allocation,
  name: (index: number) => string,
  factor: (index: number) => number,
  among: readonly number[],
): LinearProgramRow[] {
  return Array.from(allocation.capacity_A, (bound, at): LinearProgramRow => {
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
export function lexicographicMaxMin(
  solve: Solve,
  allocation: Allocation,
  admitted: readonly number[],
): Float64Array {
  const { minimum_A, maximum_A, weight } = allocation;
  const current_A = new Float64Array(allocation.current_A.length);
  const fixed = new Map<number, number>();
  const x = (index: number): string => `x${index}`;
  const capacities = capacityRows(allocation, x, () => 1, admitted);
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
        ...capacities,
        ...open.map((index): LinearProgramRow => ({
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
        rows: capacities,
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
