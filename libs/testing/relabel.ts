import type { SiteTopology, Wiring } from '#libs/allocation/topology.js';
import { phaseIndex, phases, type PerPhase, type Phase } from '#libs/units/phases.js';

/** The same site with its lines renamed: line i becomes `lines[i]`. Electrically nothing changes. */
export function relabel(topology: SiteTopology, lines: PerPhase): SiteTopology {
  const renamed = (phase: Phase): Phase => phases[lines[phaseIndex(phase)]!]!;
  const moved = (values: PerPhase): PerPhase => {
    const out: [number, number, number] = [0, 0, 0];
    values.forEach((value, line) => (out[lines[line]!] = value));
    return out;
  };
  const pair = (lines: 'L1-L2' | 'L2-L3' | 'L3-L1'): 'L1-L2' | 'L2-L3' | 'L3-L1' => {
    const ends = lines.split('-').map((phase) => renamed(phase as Phase));
    if (!ends.includes('L3')) return 'L1-L2';
    return ends.includes('L2') ? 'L2-L3' : 'L3-L1';
  };
  const wiring = (before: Wiring): Wiring => {
    switch (before.kind) {
      case 'three-phase':
        return {
          kind: 'three-phase',
          rotation: [renamed(before.rotation[0]), renamed(before.rotation[1]), renamed(before.rotation[2])],
        };
      case 'single-phase':
        return { kind: 'single-phase', phase: renamed(before.phase) };
      case 'line-to-line':
        return { kind: 'line-to-line', lines: pair(before.lines) };
    }
  };
  return {
    ...topology,
    nodes: topology.nodes.map((node) => ({ ...node, fuse_A: moved(node.fuse_A) })),
    connectors: topology.connectors.map((connector) => ({ ...connector, wiring: wiring(connector.wiring) })),
    assumedBase_A: moved(topology.assumedBase_A),
  };
}
