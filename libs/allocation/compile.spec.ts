import { describe, expect, it } from '@jest/globals';
import { between, compiled, single, siteTopology, threePhase } from '#libs/testing/site-builder.js';
import { compileSite, connectorKey } from './compile.js';
import type { SiteTopology } from './topology.js';

const codes = (topology: SiteTopology): string[] => {
  const result = compileSite(topology);
  return result.ok ? [] : result.error.map((error) => error.code);
};
const sub = (nodeId: string, parentId: string | null, fuse_A: number) => ({
  nodeId,
  parentId,
  name: nodeId,
  fuse_A: [fuse_A, fuse_A, fuse_A] as const,
  meterDeviceId: null,
});

describe('compiling a site', () => {
  it('puts parents before children and lists the way of each connector to the grid', () => {
    const nodes = [sub('leaf', 'middle', 20), sub('middle', 'grid', 30)];
    const site = compiled(
      siteTopology({ fuse_A: 63, nodes, chargers: [{ wiring: single('L2'), nodeId: 'leaf' }] }),
    );
    expect(site.nodeIds).toEqual(['grid', 'middle', 'leaf']);
    expect(Array.from(site.path, (node) => site.nodeIds[node])).toEqual(['leaf', 'middle', 'grid']);
    expect(site.connectorIndexByKey.get(connectorKey('charger-0', 1))).toBe(0);
  });

  it('maps terminals to lines by rotation and pairs to their own slots', () => {
    const rotated = { kind: 'three-phase' as const, rotation: ['L2', 'L3', 'L1'] as const };
    const site = compiled(
      siteTopology({ fuse_A: 63, chargers: [{ wiring: rotated }, { wiring: between('L3-L1') }] }),
    );
    expect(Array.from(site.terminalSlot)).toEqual([1, 2, 0, 5, -1, -1]);
    expect(Array.from(site.wiredSlots)).toEqual([0b000111, 0b100000]);
  });

  it.each([
    [
      'two grid connections',
      siteTopology({ fuse_A: 63, nodes: [sub('other', null, 20)], chargers: [] }),
      'topology-root',
    ],
    [
      'a loop',
      siteTopology({ fuse_A: 63, nodes: [sub('a', 'b', 20), sub('b', 'a', 20)], chargers: [] }),
      'topology-cycle',
    ],
    [
      'a child fuse above its parent',
      siteTopology({ fuse_A: 63, nodes: [sub('a', 'grid', 80)], chargers: [] }),
      'topology-child-above-parent',
    ],
    [
      'a parent that is not there',
      siteTopology({ fuse_A: 63, nodes: [sub('a', 'nowhere', 20)], chargers: [] }),
      'topology-unknown-node',
    ],
    [
      'the same node twice',
      siteTopology({ fuse_A: 63, nodes: [sub('a', 'grid', 20), sub('a', 'grid', 20)], chargers: [] }),
      'topology-duplicate',
    ],
    [
      'a charger on a line its node lacks',
      siteTopology({ fuse_A: [63, 0, 0], chargers: [{ wiring: single('L2') }] }),
      'topology-missing-line',
    ],
    [
      'a rotation that names a line twice',
      siteTopology({
        fuse_A: 63,
        chargers: [{ wiring: { kind: 'three-phase', rotation: ['L1', 'L1', 'L2'] } }],
      }),
      'topology-rotation',
    ],
    [
      'a fuse that is not a number',
      siteTopology({ fuse_A: Number.NaN, chargers: [] }),
      'topology-not-a-number',
    ],
    ['a negative fuse', siteTopology({ fuse_A: -16, chargers: [] }), 'topology-not-a-number'],
    [
      'a minimum off the step grid',
      siteTopology({ fuse_A: 63, chargers: [{ wiring: threePhase, minimum_A: 6.5 }] }),
      'topology-minimum',
    ],
    [
      'a weight of zero',
      siteTopology({ fuse_A: 63, chargers: [{ wiring: threePhase, weight: 0 }] }),
      'topology-not-a-number',
    ],
  ])('refuses %s', (_, topology, code) => {
    expect(codes(topology)).toContain(code);
  });

  it('names every fault, not only the first', () => {
    const topology = siteTopology({
      fuse_A: 63,
      nodes: [sub('a', 'grid', 80), sub('b', 'nowhere', 20)],
      chargers: [],
    });
    expect([...new Set(codes(topology))].toSorted()).toEqual([
      'topology-child-above-parent',
      'topology-unknown-node',
    ]);
  });
});
