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

const toNeutral: fc.Arbitrary<Wiring> = fc.oneof(
  fc.constantFrom(...rotations).map((rotation): Wiring => ({ kind: 'three-phase', rotation })),
  fc.constantFrom(...lines).map((phase): Wiring => ({ kind: 'single-phase', phase })),
);
const anyWiring: fc.Arbitrary<Wiring> = fc.oneof(
  { arbitrary: toNeutral, weight: 2 },
  fc
    .constantFrom('L1-L2' as const, 'L2-L3' as const, 'L3-L1' as const)
    .map((pair): Wiring => ({ kind: 'line-to-line', lines: pair })),
);

/** Random sound topologies: a root of 20-250 A, up to four sub-fuses in a chain or fan, up to twelve connectors. */
const topologiesOf = (wiring: fc.Arbitrary<Wiring>): fc.Arbitrary<SiteTopology> =>
  fc
    .record({
      root_A: fc.integer({ min: 20, max: 250 }),
      children: fc.array(
        fc.record({ share: fc.double({ min: 0.2, max: 1, noNaN: true }), under: fc.nat(4) }),
        {
          maxLength: 4,
        },
      ),
      chargers: fc.array(
        fc.record({
          wiring,
          at: fc.nat(4),
          maximum_A: fc.integer({ min: 6, max: 40 }),
          weight: fc.constantFrom(0.5, 1, 1, 2, 3),
          priority: fc.constantFrom(0, 0, 0, 1),
          switchesPhases: fc.boolean(),
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
          switchesPhases: charger.switchesPhases,
        })),
      });
    });

export const topologies: fc.Arbitrary<SiteTopology> = topologiesOf(anyWiring);

/** A random allocation problem: some cars absent, some with a learnt minimum, some fuses partly used. */
const problemsOf = (sites: fc.Arbitrary<SiteTopology>): fc.Arbitrary<Allocation> =>
  sites.chain((topology) =>
    fc
      .record({
        wants: fc.array(fc.boolean(), {
          minLength: topology.connectors.length,
          maxLength: topology.connectors.length,
        }),
        minima_A: fc.array(fc.constantFrom(6, 6, 6, 8, 10), {
          minLength: topology.connectors.length,
          maxLength: topology.connectors.length,
        }),
        used: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
          minLength: topology.nodes.length * 3,
          maxLength: topology.nodes.length * 3,
        }),
      })
      .map(({ wants, minima_A, used }) => {
        const allocation = createAllocation(compiled(topology));
        wants.forEach((want, index) => (allocation.wants[index] = Number(want)));
        minima_A.forEach(
          (minimum_A, index) =>
            (allocation.minimum_A[index] = Math.min(minimum_A, allocation.maximum_A[index]!)),
        );
        used.forEach(
          (share, at) => (allocation.capacity_A[at] = allocation.site.fuse_A[at]! * (1 - share * share)),
        );
        return allocation;
      }),
  );

export const problems: fc.Arbitrary<Allocation> = problemsOf(topologies);
/** Without line-to-line wiring every constraint is linear, so that a linear program can be the judge. */
export const problemsWithoutPairs: fc.Arbitrary<Allocation> = problemsOf(topologiesOf(toNeutral));
