import { compileSite, type CompiledSite } from '#libs/allocation/compile.js';
import type {
  FuseNode,
  SiteTopology,
  Transformer,
  Wiring,
  WiredConnector,
} from '#libs/allocation/topology.js';
import type { PerPhase } from '#libs/units/phases.js';

/** A grid connection with one Zen and the given chargers below it; everything can be overridden. */
export function siteTopology(options: {
  readonly fuse_A: number | PerPhase;
  readonly chargers: readonly (Partial<WiredConnector> & { readonly wiring: Wiring })[];
  readonly nodes?: readonly FuseNode[];
  readonly transformers?: readonly Transformer[];
  readonly metered?: boolean;
  readonly margin_A?: number;
  readonly assumedBase_A?: number;
  readonly step_A?: number;
}): SiteTopology {
  const fuse: PerPhase =
    typeof options.fuse_A === 'number' ? [options.fuse_A, options.fuse_A, options.fuse_A] : options.fuse_A;
  const base = options.assumedBase_A ?? 0;
  return {
    nodes: [
      {
        nodeId: 'grid',
        parentId: null,
        name: 'grid',
        fuse_A: fuse,
        meterDeviceId: options.metered === false ? null : 'zen',
      },
      ...(options.nodes ?? []),
    ],
    transformers: options.transformers ?? [],
    connectors: options.chargers.map((charger, index) => ({
      deviceId: `charger-${index}`,
      connector: 1,
      nodeId: 'grid',
      maximum_A: 32,
      minimum_A: 6,
      weight: 1,
      priority: 0,
      switchesPhases: false,
      ...charger,
    })),
    margin_A: options.margin_A ?? 0,
    assumedBase_A: [base, base, base],
    step_A: options.step_A ?? 1,
  };
}

/** Compiles a topology that the test knows to be sound. */
export function compiled(topology: SiteTopology): CompiledSite {
  const result = compileSite(topology);
  if (!result.ok) throw new Error(result.error.map((error) => `${error.path}: ${error.message}`).join('\n'));
  return result.value;
}

export const threePhase: Wiring = { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] };
export const single = (phase: 'L1' | 'L2' | 'L3'): Wiring => ({ kind: 'single-phase', phase });
export const between = (lines: 'L1-L2' | 'L2-L3' | 'L3-L1'): Wiring => ({ kind: 'line-to-line', lines });
