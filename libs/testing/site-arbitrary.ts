import fc from 'fast-check';
import { createAllocation, type Allocation } from '#libs/allocation/allocation.js';
import type { FuseNode, SiteTopology, Wiring } from '#libs/allocation/topology.js';
import type { Phase } from '#libs/units/phases.js';
import { compiled, siteTopology } from './site-builder.js';

const lines: readonly Phase[] = ['L1', 'L2', 'L3'];
const rotations = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
  ['L1', 'L3', 'L2'],
] as const;

const wiring: fc.Arbitrary<Wiring> = fc.oneof(
  fc.constantFrom(...rotations).map((rotation): Wiring => ({ kind: 'three-phase', rotation })),
  fc.constantFrom(...lines).map((phase): Wiring => ({ kind: 'single-phase', phase })),
  fc
    .constantFrom('L1-L2' as const, 'L2-L3' as const, 'L3-L1' as const)
    .map((pair): Wiring => ({ kind: 'line-to-line', lines: pair })),
);

/** Random sound topologies: a root of 20-250 A, up to four sub-fuses in a chain or fan, up to twelve connectors. */
export const topologies: fc.Arbitrary<SiteTopology> = fc
  .record({
    root_A: fc.integer({ min: 20, max: 250 }),
    children: fc.array(fc.record({ share: fc.double({ min: 0.2, max: 1, noNaN: true }), under: fc.nat(4) }), {
      maxLength: 4,
    }),
    chargers: fc.array(
      fc.record({
        wiring,
        at: fc.nat(4),
        maximum_A: fc.integer({ min: 6, max: 40 }),
        weight: fc.constantFrom(0.5, 1, 1, 2, 3),
        priority: fc.constantFrom(0, 0, 0, 1),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ root_A, children, chargers }) => {
    const nodes: FuseNode[] = [];
    children.forEach((child, index) => {
      const parent = child.under < index ? nodes[child.under] : undefined;
      const fuse_A = Math.floor((parent?.fuse_A[0] ?? root_A) * child.share);
      nodes.push({
        nodeId: `sub-${index}`,
        parentId: parent?.nodeId ?? 'grid',
        name: `sub ${index}`,
        fuse_A: [Math.max(1, fuse_A), Math.max(1, fuse_A), Math.max(1, fuse_A)],
        meterDeviceId: null,
      });
    });
    return siteTopology({
      fuse_A: root_A,
      nodes,
      chargers: chargers.map((charger) => ({
        wiring: charger.wiring,
        nodeId: nodes[charger.at]?.nodeId ?? 'grid',
        maximum_A: charger.maximum_A,
        weight: charger.weight,
        priority: charger.priority,
      })),
    });
  });

/** A random allocation problem: some cars absent, some fuses partly used. */
export const problems: fc.Arbitrary<Allocation> = topologies.chain((topology) =>
  fc
    .record({
      wants: fc.array(fc.boolean(), {
        minLength: topology.connectors.length,
        maxLength: topology.connectors.length,
      }),
      used: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: topology.nodes.length * 3,
        maxLength: topology.nodes.length * 3,
      }),
    })
    .map(({ wants, used }) => {
      const allocation = createAllocation(compiled(topology));
      wants.forEach((want, index) => (allocation.wants[index] = Number(want)));
      used.forEach(
        (share, at) => (allocation.capacity_A[at] = allocation.site.fuse_A[at]! * (1 - share * share)),
      );
      return allocation;
    }),
);
