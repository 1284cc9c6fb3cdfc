import type { PerPhase, Phase } from '#libs/units/phases.js';

/** How a connector's terminals meet the site's lines. */
export type Wiring =
  /** Terminals 1, 2, 3 on these lines, e.g. ['L2', 'L3', 'L1'] for a charger rotated by one. */
  | { readonly kind: 'three-phase'; readonly rotation: readonly [Phase, Phase, Phase] }
  /** One line against neutral. */
  | { readonly kind: 'single-phase'; readonly phase: Phase }
  /** Between two lines of a supply without neutral (IT or a delta secondary). */
  | { readonly kind: 'line-to-line'; readonly lines: 'L1-L2' | 'L2-L3' | 'L3-L1' };

/** A place in the site's fuse tree. Exactly one node has no parent: the grid connection. */
export interface FuseNode {
  readonly nodeId: string;
  readonly parentId: string | null;
  readonly name: string;
  /** Rated current of the fuse per line, ampere. */
  readonly fuse_A: PerPhase;
  /** The Zen whose reading is the current through this node; null when it is not metered. */
  readonly meterDeviceId: string | null;
}

/** A delta-wye transformer that feeds a node: the lines of its primary have fuses of their own. */
export interface Transformer {
  readonly nodeId: string;
  /** Difference of two secondary line currents for each ampere of a primary line; 4 for 480 V to 208 V. */
  readonly ratio: number;
  /** Rated current per primary line, ampere. */
  readonly fuse_A: PerPhase;
}

export interface WiredConnector {
  readonly deviceId: string;
  readonly connector: number;
  readonly nodeId: string;
  readonly wiring: Wiring;
  /** What the charger and its own fuse allow, ampere per line. */
  readonly maximum_A: number;
  /** Below this the car must pause: 6 A by IEC 61851-1. */
  readonly minimum_A: number;
  /** Share of spare current relative to others; 1 is ordinary. */
  readonly weight: number;
  /** True when the charger has relays that let a three-phase car charge on terminal 1 alone. */
  readonly switchesPhases: boolean;
  /** Higher is admitted first when not every car can have its minimum. */
  readonly priority: number;
}

/** The electrical description of a site: everything the allocator must know and cannot measure. */
export interface SiteTopology {
  readonly nodes: readonly FuseNode[];
  readonly transformers: readonly Transformer[];
  readonly connectors: readonly WiredConnector[];
  /** Kept free under every fuse, ampere per line. */
  readonly margin_A: number;
  /** Base load to assume on a metered node while its meter is silent, ampere per line. */
  readonly assumedBase_A: PerPhase;
  /** Step of the setpoints the chargers accept, ampere. */
  readonly step_A: number;
}
