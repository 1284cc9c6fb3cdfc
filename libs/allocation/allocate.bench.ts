import { Bench } from 'tinybench';
import { lexicographicMaxMin } from '#libs/testing/exact-fill.js';
import { loadSolver } from '#libs/testing/linear-program.js';
import { admit } from './admission.js';
import { allocate } from './allocate.js';
import { createAllocation, type Allocation } from './allocation.js';
import { compileSite } from './compile.js';
import { fill } from './fill.js';
import { admittedOf, equalSplit, sequentialGreedy, sliceAuction } from './peers.bench.js';
import type { FuseNode, SiteTopology } from './topology.js';

/** Chargers, and sub-fuses they hang on: trees of 9, 48 and 123 constraints. */
const sizes = [
  [10, 2],
  [50, 15],
  [200, 40],
] as const;

/** A site with sub-fuses, all rotations, filled so that fuses are tight. */
function busySite(chargers: number, groups: number): Allocation {
  const nodes: FuseNode[] = [
    {
      nodeId: 'root',
      parentId: null,
      name: 'root',
      fuse_A: [chargers * 6, chargers * 6, chargers * 6],
      meterDeviceId: null,
    },
  ];
  for (let group = 0; group < groups; group++)
    nodes.push({
      nodeId: `g${group}`,
      parentId: 'root',
      name: `g${group}`,
      fuse_A: [63, 63, 63],
      meterDeviceId: null,
    });
  const lines = ['L1', 'L2', 'L3'] as const;
  const topology: SiteTopology = {
    nodes: nodes.map((node) => ({
      ...node,
      fuse_A: [Math.max(63, node.fuse_A[0]), Math.max(63, node.fuse_A[1]), Math.max(63, node.fuse_A[2])],
    })),
    transformers: [],
    connectors: Array.from({ length: chargers }, (_, index) => ({
      deviceId: `c${index}`,
      connector: 1,
      nodeId: `g${index % groups}`,
      wiring:
        index % 3 === 0
          ? {
              kind: 'three-phase' as const,
              rotation: [lines[index % 3]!, lines[(index + 1) % 3]!, lines[(index + 2) % 3]!] as const,
            }
          : { kind: 'single-phase' as const, phase: lines[index % 3]! },
      maximum_A: 16 + (index % 3) * 8,
      minimum_A: 6,
      weight: 1,
      priority: 0,
      switchesPhases: false,
    })),
    margin_A: 0,
    assumedBase_A: [0, 0, 0],
    step_A: 1,
  };
  const site = compileSite(topology);
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  const allocation = createAllocation(site.value);
  allocation.wants.fill(1);
  allocation.capacity_A.set(site.value.fuse_A);
  return allocation;
}

/** One allocation is shorter than what it takes to read the clock twice. */
const runsPerTiming = 100;

const peers = {
  'equal split': equalSplit,
  'sequential greedy': sequentialGreedy,
  'slice auction': sliceAuction,
};

/**
 * Allocation beside simple balancers and beside the exact lexicographic max-min of the same site by linear programs, whose
 * answer must be the same to 1e-6 A. "Smallest share" is what the worst-off car has, of what it has with Busbar.
 */
export async function bench() {
  const solve = await loadSolver();
  const rows = [];
  for (const [chargers, groups] of sizes) {
    const allocation = busySite(chargers, groups);
    admit(allocation);
    const admitted = admittedOf(allocation);
    fill(allocation);
    const exact_A = lexicographicMaxMin(solve, allocation, admitted);
    const worst_A = Math.max(
      ...exact_A.map((value, index) => Math.abs(value - allocation.current_A[index]!)),
    );
    if (worst_A > 1e-6) throw new Error(`the exact answer differs by ${worst_A} A`);

    const results = new Map(Object.keys(peers).map((name) => [name, new Float64Array(chargers)]));
    const runs = new Bench({ time: 400, warmupTime: 100 });
    runs.add('busbar', () => {
      for (let run = 0; run < runsPerTiming; run++) allocate(allocation, 0);
    });
    for (const [name, peer] of Object.entries(peers))
      runs.add(name, () => peer(allocation, results.get(name)!));
    runs.add('exact', () => void lexicographicMaxMin(solve, allocation, admitted));
    await runs.run();
    allocate(allocation, 0);

    const p50_us = (name: string): number => {
      const result = runs.getTask(name)?.result as { latency?: { p50: number } } | undefined;
      return (result?.latency?.p50 ?? Number.NaN) * 1_000;
    };
    const own_us = p50_us('busbar') / runsPerTiming;
    const sum = (currents: Float64Array) => currents.reduce((total, current) => total + current, 0);
    const smallest = (currents: Float64Array) => Math.min(...currents);
    const row = (name: string, currents: Float64Array, time_us: number) => ({
      chargers,
      constraints: allocation.site.nodeCount * 3,
      allocator: name,
      'p50 us': time_us.toFixed(2),
      'time / busbar': (time_us / own_us).toFixed(2),
      'current given / busbar': (sum(currents) / sum(allocation.current_A)).toFixed(3),
      'smallest share / busbar': (smallest(currents) / smallest(allocation.current_A)).toFixed(2),
    });
    rows.push(row('busbar', allocation.current_A, own_us));
    for (const [name, currents] of results) rows.push(row(name, currents, p50_us(name)));
    rows.push(row('exact, by linear programs (HiGHS)', exact_A, p50_us('exact')));
  }
  return { name: 'allocation', rows };
}
