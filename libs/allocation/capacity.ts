import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConnectorState } from './connector-state.js';
import { committedSums_A } from './committed-load.js';
import { primaryConstraint } from './compile.js';
import { lineCurrent_A } from './load.js';
import { isSilent, type SiteState } from './site-state.js';
import { toleratedRatio } from './thermal-reserve.js';

/**
 * Fills in what is available to cars per (node, line): the lower of fuse - margin and any agreed limit, less the base load.
 * A silent meter counts as its assumed load. The sun lends no room under a fuse: a cloud would take it back at once.
 */
export function computeCapacity(state: SiteState, now: EpochMilliseconds): void {
  computeRoom(state, now);
  bearExcess(state, now);
}

function computeRoom(state: SiteState, now: EpochMilliseconds): void {
  const { site, allocation } = state;
  for (let node = 0; node < site.nodeCount; node++) {
    const silent = isSilent(state, node, now);
    for (let line = 0; line < 3; line++) {
      const at = node * 3 + line;
      allocation.capacity_A[at] = Math.max(0, capOf_A(state, at) - baseOf_A(state, node, line, silent));
    }
  }
  site.transformers.forEach(({ node, ratio, fuse_A }, number) => {
    const silent = isSilent(state, node, now);
    for (let line = 0; line < 3; line++) {
      // Nobody knows the phase of the base load: it counts as adding up.
      const base_A = baseOf_A(state, node, line, silent) + baseOf_A(state, node, (line + 2) % 3, silent);
      allocation.capacity_A[primaryConstraint(site, number, line)] = Math.max(
        0,
        fuse_A[line]! - site.topology.margin_A - base_A / ratio,
      );
    }
  });
}

/** What counts as base load on a line of a node, ampere. */
function baseOf_A(state: SiteState, node: number, line: number, silent: boolean): number {
  const { site } = state;
  const assumed_A = site.carriesBase[node] ? site.topology.assumedBase_A[line]! : 0;
  const held_A = state.meters[node]?.base[line]!.held_A ?? null;
  // Silence is overload: never less than assumed, never less than last seen.
  return held_A === null ? assumed_A : Math.max(silent ? assumed_A : 0, held_A);
}

/** What may flow at (node, line) in all, ampere: the fuse less the margin, or an agreed limit below that. */
export const capOf_A = (state: SiteState, at: number): number =>
  Math.min(state.site.fuse_A[at]! - state.site.topology.margin_A, state.nodeLimits.limit_A[at]!);

/**
 * Lets cars that charge keep their minimum where the fuse bears the excess for a while (IEC 60898-1): they are throttled at
 * once, but a kettle does not pause them. Only under a meter that speaks, never above 1.13 times the rating, never above an
 * agreed limit, and never room to grow.
 */
function bearExcess(state: SiteState, now: EpochMilliseconds): void {
  const { site, allocation, policy } = state;
  allocation.heldCapacity_A.set(allocation.capacity_A);
  let committed: Float64Array | null = null;
  for (let node = 0; node < site.nodeCount; node++) {
    const meter = state.meters[node];
    if (!meter || isSilent(state, node, now)) continue;
    for (let line = 0; line < 3; line++) {
      const at = node * 3 + line;
      const fuse_A = site.fuse_A[at]!;
      if (state.nodeLimits.limit_A[at]! < fuse_A) continue;
      if (!meter.reserve[line]!.bears(fuse_A, capOf_A(state, at), policy.excessPatience)) continue;
      committed ??= committedSums_A(state, now);
      const held_A = lineCurrent_A(committed, node, line);
      const most_A = fuse_A * toleratedRatio - Math.max(0, meter.base[line]!.held_A ?? 0);
      const bearable_A = Math.min(held_A, most_A);
      if (bearable_A > allocation.capacity_A[at]!) allocation.heldCapacity_A[at] = bearable_A;
    }
  }
}

/** True when any meter between the connector and the grid is silent. */
export function isUnderSilentMeter(
  state: SiteState,
  connector: ConnectorState,
  now: EpochMilliseconds,
): boolean {
  const { path, pathStart } = state.site;
  for (let at = pathStart[connector.index]!; at < pathStart[connector.index + 1]!; at++)
    if (isSilent(state, path[at]!, now)) return true;
  return false;
}
