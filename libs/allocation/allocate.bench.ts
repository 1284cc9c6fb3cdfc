import { createRequire } from 'node:module';
import { Bench } from 'tinybench';
import { compileSite } from './compile.js';
import { allocate } from './allocate.js';
import { createAllocation, type Allocation } from './allocation.js';
import type { FuseNode, SiteTopology } from './topology.js';

// The package is CommonJS and its types describe it as an ES module.
const loadHighs = createRequire(import.meta.url)('highs') as (typeof import('highs'))['default'];

/** A site with sub-fuses of eight chargers each, all rotations, filled so that fuses are tight. */
function busySite(chargers: number): Allocation {
  const groups = Math.ceil(chargers / 8);
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

/** Every car the same share of the tightest line: what a simple balancer does. Fast, safe, and leaves current unused. */
function equalSplit(allocation: Allocation, result: Float64Array): void {
  let share_A = Infinity;
  const { topology, nodeIds } = allocation.site;
  for (let node = 0; node < nodeIds.length; node++) {
    let users = 0;
    for (let index = 0; index < result.length; index++)
      if (node === 0 || topology.connectors[index]!.nodeId === nodeIds[node])
        users += allocation.wants[index]!;
    for (let line = 0; line < 3; line++)
      share_A = Math.min(share_A, allocation.capacity_A[node * 3 + line]! / Math.max(1, users));
  }
  for (let index = 0; index < result.length; index++)
    result[index] = share_A >= 6 ? Math.min(share_A, allocation.maximum_A[index]!) : 0;
}

/** One linear program of the same site (maximise the smallest current): the first of the several an exact fill takes. */
function linearProgram(allocation: Allocation): string {
  const { site } = allocation;
  const rows: string[] = [];
  for (let node = 0; node < site.nodeCount; node++)
    for (let line = 0; line < 3; line++) {
      const terms: string[] = [];
      for (let index = 0; index < site.connectorCount; index++) {
        const below = node === 0 || site.topology.connectors[index]!.nodeId === site.nodeIds[node];
        if (below && allocation.slots[index]! & (1 << line)) terms.push(`x${index}`);
      }
      if (terms.length > 0)
        rows.push(` c${node}_${line}: ${terms.join(' + ')} <= ${allocation.capacity_A[node * 3 + line]}`);
    }
  const cars = Array.from({ length: site.connectorCount }, (_, index) => index);
  return [
    'Maximize',
    ' obj: t',
    'Subject To',
    ...rows,
    ...cars.map((index) => ` f${index}: x${index} - t >= 0`),
    'Bounds',
    ...cars.map((index) => ` 0 <= x${index} <= ${allocation.maximum_A[index]}`),
    'End',
  ].join('\n');
}

/** One allocation is shorter than what it takes to read the clock twice. */
const runsPerTiming = 100;

/** Allocation beside an equal split and beside one LP of the same site, at 10, 50 and 200 chargers. */
export async function bench() {
  const highs = await loadHighs();
  const rows = [];
  for (const chargers of [10, 50, 200]) {
    const allocation = busySite(chargers);
    const scratch = new Float64Array(chargers);
    const program = linearProgram(allocation);
    const runs = new Bench({ time: 400, warmupTime: 100 });
    runs
      .add('busbar', () => {
        for (let run = 0; run < runsPerTiming; run++) allocate(allocation, 0);
      })
      .add('equal split', () => equalSplit(allocation, scratch))
      .add('highs, one LP', () => void highs.solve(program));
    await runs.run();
    const p50_us = (name: string): number => {
      const result = runs.getTask(name)?.result as { latency?: { p50: number } } | undefined;
      return (result?.latency?.p50 ?? Number.NaN) * 1_000;
    };
    const own = p50_us('busbar') / runsPerTiming;
    const given = allocation.current_A.reduce((sum, current) => sum + current, 0);
    rows.push({
      chargers,
      constraints: allocation.site.nodeCount * 3,
      'busbar p50 us': own.toFixed(2),
      'equal split / busbar (time)': (p50_us('equal split') / own).toFixed(2),
      'highs LP / busbar (time)': (p50_us('highs, one LP') / own).toFixed(0),
      'equal split / busbar (current given)': (
        scratch.reduce((sum, current) => sum + current, 0) / given
      ).toFixed(2),
    });
  }
  return { name: 'allocation', rows };
}
