import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConnectorState } from './connector-state.js';
import { isSilent, type SiteState } from './site-state.js';

/**
 * Fills in what is available to cars per (node, line): the lower of fuse - margin and any agreed limit, less the base load.
 * A silent meter counts as its assumed load. The sun lends no room under a fuse: a cloud would take it back at once.
 */
export function computeCapacity(state: SiteState, now: EpochMilliseconds): void {
  const { site, allocation } = state;
  const { margin_A, assumedBase_A } = site.topology;
  for (let node = 0; node < site.nodeCount; node++) {
    const meter = state.meters[node];
    const silent = isSilent(state, node, now);
    for (let line = 0; line < 3; line++) {
      let base_A = site.carriesBase[node] ? assumedBase_A[line]! : 0;
      if (meter) {
        const held_A = meter.base[line]!.held_A;
        // Silence is overload: never less than assumed, never less than last seen.
        if (held_A !== null) base_A = Math.max(silent ? base_A : 0, held_A);
      }
      const at = node * 3 + line;
      const cap_A = Math.min(site.fuse_A[at]! - margin_A, state.nodeLimits.limit_A[at]!);
      allocation.capacity_A[at] = Math.max(0, cap_A - base_A);
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

/** What a connector may draw at most now without any further word from us, ampere per line (I1). */
export function committed_A(connector: ConnectorState, now: EpochMilliseconds): number {
  const mayDraw = connector.transactionId !== null || connector.pluggedIn;
  return mayDraw ? connector.commitment.largest_A(now) : 0;
}
