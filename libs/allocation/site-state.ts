import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import { createAllocation, type Allocation } from './allocation.js';
import { BaseLoad } from './base-load.js';
import { slotsPerNode, type CompiledSite } from './compile.js';
import { createConnectorState, drawBounds, type ConnectorState } from './connector-state.js';
import { fallbackCurrents_A } from './fallback.js';
import { addLoad, lineCurrent_A } from './load.js';
import { noNodeLimits, type NodeLimits } from './node-limits.js';
import { terminalOne } from './phase-switch.js';
import { defaultSolarPolicy } from './modes/solar-policy.js';
import { createSolarState, noteSun, type SolarState } from './modes/solar-state.js';
import type { Policy } from './policy.js';
import { ThermalReserve } from './thermal-reserve.js';

interface MeterState {
  lastFrameAt: EpochMilliseconds | null;
  /** What it showed last, ampere per line. */
  reading_A: PerPhase;
  /** Longest recent distance between frames: a P1 meter speaks every 10 s and is not silent between. */
  interval_ms: number;
  readonly base: readonly [BaseLoad, BaseLoad, BaseLoad];
  readonly reserve: readonly [ThermalReserve, ThermalReserve, ThermalReserve];
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
            reading_A: [0, 0, 0],
            interval_ms: 0,
            base: [new BaseLoad(assumed[0]), new BaseLoad(assumed[1]), new BaseLoad(assumed[2])],
            reserve: [new ThermalReserve(), new ThermalReserve(), new ThermalReserve()],
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
  meter.reading_A = current_A;
  const { low_A: low, high_A: high } = state.scratch;
  // A reading may be as old as the distance between two of them.
  const readingAge_ms = slowestMeter_ms(state);
  low.fill(0);
  high.fill(0);
  for (const connector of state.connectors) {
    const bounds = drawBounds(connector, at, readingAge_ms, state.policy);
    if (bounds.low_A > 0) addLoad(state.site, low, connector.index, connector.slots, bounds.low_A);
    if (bounds.high_A > 0) addHigh(state.site, high, connector, bounds.high_A, bounds.highOnAll_A);
  }
  for (let line = 0; line < 3; line++) {
    const cap_A = state.site.fuse_A[node * 3 + line]! - state.site.topology.margin_A;
    meter.reserve[line]!.observe(at, current_A[line]!, cap_A, state.policy.meterTimeToLive);
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

/** A charger that switches may have drawn on terminal 1 what it could not have drawn on the other lines, and vice versa. */
function addHigh(
  site: CompiledSite,
  high: Float64Array,
  connector: ConnectorState,
  high_A: number,
  highOnAll_A: number,
): void {
  const { index, slots, phases } = connector;
  if (site.switches[index] === 0 || high_A === highOnAll_A) return addLoad(site, high, index, slots, high_A);
  const one = terminalOne(site, index);
  // A sample has shown current beyond the one line that was allowed.
  const strays = phases.lines === 1 && (slots & ~one) !== 0;
  const others = (phases.lines === 1 ? site.wiredSlots[index]! : slots) & ~one;
  addLoad(site, high, index, slots & one, high_A);
  addLoad(site, high, index, others, strays ? high_A : highOnAll_A);
}

/** True when a meter on the connector's way to the grid last showed more than a fuse or an agreed limit allows. */
export function isOverloaded(state: SiteState, connector: ConnectorState): boolean {
  const { site, nodeLimits } = state;
  const end = site.pathStart[connector.index + 1]!;
  for (let at = site.pathStart[connector.index]!; at < end; at++) {
    const node = site.path[at]!;
    const meter = state.meters[node];
    if (!meter) continue;
    for (let line = 0; line < 3; line++) {
      const fuse_A = site.fuse_A[node * 3 + line]! - site.topology.margin_A;
      if (meter.reading_A[line]! > Math.min(fuse_A, nodeLimits.limit_A[node * 3 + line]!)) return true;
    }
  }
  return false;
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
