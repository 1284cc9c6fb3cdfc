import { describe, expect, it } from '@jest/globals';
import { between, compiled, single, siteTopology } from '#libs/testing/site-builder.js';
import { admitPhases } from './admit-phases.js';
import { createAllocation } from './allocation.js';
import { primaryConstraint } from './compile.js';
import { fillPhases } from './fill-phases.js';
import { primaryCurrent_A } from './load.js';
import type { Wiring } from './topology.js';

const ratio = 4;
const loads: readonly Wiring[] = [
  ...(['L1', 'L2', 'L3'] as const).map(single),
  ...(['L1-L2', 'L2-L3', 'L3-L1'] as const).map(between),
];

/** Cars of 1 A at least and 32 A at most beneath a transformer; nothing else limits them yet. */
function beneath(wirings: readonly Wiring[]) {
  const topology = siteTopology({
    fuse_A: 500,
    transformers: [{ nodeId: 'sub', ratio, fuse_A: [4, 4, 4] }],
    nodes: [{ nodeId: 'sub', parentId: 'grid', name: 'sub', fuse_A: [500, 500, 500], meterDeviceId: null }],
    chargers: wirings.map((wiring) => ({ wiring, nodeId: 'sub', minimum_A: 1 })),
  });
  const site = compiled(topology);
  const allocation = createAllocation(site);
  allocation.wants.fill(1);
  allocation.capacity_A.fill(500);
  return { allocation, site };
}

/** The largest current of a primary line, of 4 A each, when the cars are filled beneath it. */
function fullest_A(wirings: readonly Wiring[], fixed_A: number): number {
  const { allocation, site } = beneath(wirings);
  const node = site.nodeIndexById.get('sub')!;
  for (let line = 0; line < 3; line++) {
    allocation.capacity_A[primaryConstraint(site, 0, line)] = 4;
    allocation.fixed_A[node * 6 + line] = fixed_A;
  }
  admitPhases(allocation);
  fillPhases(allocation);
  expect(Math.min(...allocation.current_A)).toBeGreaterThanOrEqual(1);
  return Math.max(...[0, 1, 2].map((line) => primaryCurrent_A(allocation.sums_A, node, line, ratio)));
}

describe('filling beneath a transformer (I1, I4)', () => {
  it('I1: the fullest line of the primary is full and not overloaded, under one load and two of any kind', () => {
    for (const one of loads)
      for (const other of [null, ...loads])
        for (const fixed_A of [0, 2])
          expect(fullest_A(other ? [one, other] : [one], fixed_A)).toBeCloseTo(4, 3);
  });

  it('I4: a full line of the primary stops nobody who puts nothing on it', () => {
    const { allocation, site } = beneath(
      ['L2', 'L3', 'L1'].map((phase) => single(phase as 'L1' | 'L2' | 'L3')),
    );
    // L1 puts its current on the first and the second line of the primary, L2 on the second and the third, and so on.
    allocation.capacity_A[primaryConstraint(site, 0, 2)] = 3;
    for (const line of [0, 1]) allocation.capacity_A[primaryConstraint(site, 0, line)] = 5;
    admitPhases(allocation);
    fillPhases(allocation);
    const [l2, l3, l1] = Array.from(allocation.current_A, (each) => Math.round(each * 1_000) / 1_000);
    expect([l2, l3, l1]).toEqual([6, 6, 14]);
  });
});
