import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import { createAllocation, type Allocation } from './allocation.js';
import { BaseLoad } from './base-load.js';
import { slotsPerNode, type CompiledSite } from './compile.js';
import { createConnectorState, drawBounds, type ConnectorState } from './connector-state.js';
import { fallbackCurrents_A } from './fallback.js';
import { addLoad, lineCurrent_A } from './load.js';
import { noNodeLimits, type NodeLimits } from './node-limits.js';
import { defaultSolarPolicy } from './modes/solar-policy.js';
import { createSolarState, noteSun, type SolarState } from './modes/solar-state.js';
import type { Policy } from './policy.js';

interface MeterState {
  lastFrameAt: EpochMilliseconds | null;
  /** Longest recent distance between frames: a P1 meter speaks every 10 s and is not silent between. */
  interval_ms: number;
  readonly base: readonly [BaseLoad, BaseLoad, BaseLoad];
}

/** A site's allocator: what it knows and what it has promised. One per site; every function of it takes the time. */
export interface SiteState {
  readonly site: CompiledSite;
  readonly policy: Policy;
  readonly connectors: readonly ConnectorState[];
  /** By node index; null where the node has no meter. */
  readonly meters: readonly (MeterState | null)[];
  /** Jointly feasible fallback per connector, ampere per line (I11). */
  readonly fallback_A: readonly number[];
  readonly allocation: Allocation;
  /** Limits beneath the fuses, as `setNodeLimits` left them. */
  readonly nodeLimits: NodeLimits;
  /** What the sun gives, for the cars that follow it. */
  readonly solar: SolarState;
  /** Space to work in, so that a frame leaves no garbage behind; nothing in it outlives a call. */
  readonly scratch: {
    readonly low_A: Float64Array;
    readonly high_A: Float64Array;
    readonly committed_A: Float64Array;
    /** 1 for connectors that are to be raised. */
    readonly grows: Uint8Array;
  };
  /** Set by a frame, cleared by the decision that used it: nothing is decided twice on the same data. */
  freshFrame: boolean;
}

export function createSiteState(site: CompiledSite, now: EpochMilliseconds, policy: Policy): SiteState {
  const meteredNodes = new Set(
    site.topology.nodes
      .filter((node) => node.meterDeviceId !== null)
      .map((node) => site.nodeIndexById.get(node.nodeId)),
  );
  const assumed = site.topology.assumedBase_A;
  return {
    site,
    policy,
    connectors: Array.from({ length: site.connectorCount }, (_, index) =>
      createConnectorState(site, index, now, policy),
    ),
    meters: Array.from({ length: site.nodeCount }, (_, node) =>
      meteredNodes.has(node)
        ? {
            lastFrameAt: null,
            interval_ms: 0,
            base: [new BaseLoad(assumed[0]), new BaseLoad(assumed[1]), new BaseLoad(assumed[2])],
          }
        : null,
    ),
    fallback_A: fallbackCurrents_A(site),
    allocation: createAllocation(site),
    nodeLimits: noNodeLimits(site),
    solar: createSolarState(site.connectorCount, now, defaultSolarPolicy),
    scratch: {
      low_A: new Float64Array(site.nodeCount * slotsPerNode),
      high_A: new Float64Array(site.nodeCount * slotsPerNode),
      committed_A: new Float64Array(site.nodeCount * slotsPerNode),
      grows: new Uint8Array(site.connectorCount),
    },
    freshFrame: false,
  };
}

/**
 * Takes in one frame of the meter at `node`. Readings that are not numbers are refused (false) and count as silence;
 * a frame older than the last one is ignored.
 */
export function takeMeterFrame(
  state: SiteState,
  node: number,
  at: EpochMilliseconds,
  current_A: PerPhase,
): boolean {
  const meter = state.meters[node];
  if (!meter || !current_A.every((value) => Number.isFinite(value))) return false;
  if (meter.lastFrameAt !== null) {
    if (at <= meter.lastFrameAt) return false;
    meter.interval_ms = Math.min(30_000, Math.max(at - meter.lastFrameAt, meter.interval_ms * 0.9));
  }
  meter.lastFrameAt = at;
  const { low_A: low, high_A: high } = state.scratch;
  // A reading may be as old as the distance between two of them.
  const readingAge_ms = slowestMeter_ms(state);
  low.fill(0);
  high.fill(0);
  for (const connector of state.connectors) {
    const bounds = drawBounds(connector, at, readingAge_ms, state.policy);
    if (bounds.low_A > 0) addLoad(state.site, low, connector.index, connector.slots, bounds.low_A);
    if (bounds.high_A > 0) addLoad(state.site, high, connector.index, connector.slots, bounds.high_A);
  }
  for (let line = 0; line < 3; line++) {
    meter.base[line]!.observe(
      at,
      current_A[line]!,
      lineCurrent_A(low, node, line),
      lineCurrent_A(high, node, line),
      state.policy.baseHold,
      state.policy.longestBaseHold,
    );
  }
  // The grid connection comes first: only there the sun's surplus leaves.
  if (node === 0) noteSun(state.solar, at, current_A, readingAge_ms);
  state.freshFrame = true;
  return true;
}

function slowestMeter_ms(state: SiteState): number {
  let slowest_ms = 0;
  for (const meter of state.meters)
    if (meter && meter.interval_ms > slowest_ms) slowest_ms = meter.interval_ms;
  return slowest_ms;
}

/** True when the node's meter has been silent past its time to live (I12), or has not spoken yet. */
export function isSilent(state: SiteState, node: number, now: EpochMilliseconds): boolean {
  const meter = state.meters[node];
  if (!meter) return false;
  if (meter.lastFrameAt === null) return true;
  return now - meter.lastFrameAt > Math.max(state.policy.meterTimeToLive, meter.interval_ms * 3);
}
