import { connectorKey } from './compile.js';
import type { SiteState } from './site-state.js';

/**
 * Takes over from `before` what is known of connectors whose wiring did not change, when a site's description was edited
 * while it runs. Changed connectors start as unknown, so the worst is assumed of them; so does a node with another meter.
 */
export function carryOver(before: SiteState, fresh: SiteState): void {
  const meters = fresh.meters as SiteState['meters'][number][];
  const meterOf = (state: SiteState, nodeId: string) =>
    state.site.topology.nodes.find((node) => node.nodeId === nodeId)?.meterDeviceId ?? null;
  fresh.site.nodeIds.forEach((nodeId, index) => {
    const old = before.site.nodeIndexById.get(nodeId);
    if (old === undefined || meterOf(before, nodeId) !== meterOf(fresh, nodeId)) return;
    meters[index] = before.meters[old] ?? null;
  });
  const connectors = fresh.connectors as SiteState['connectors'][number][];
  fresh.site.topology.connectors.forEach((wired, index) => {
    const old = before.site.connectorIndexByKey.get(connectorKey(wired.deviceId, wired.connector));
    const known = old === undefined ? undefined : before.connectors[old];
    if (old === undefined || !known) return;
    const earlier = before.site.topology.connectors[old]!;
    const sameWiring =
      JSON.stringify(earlier.wiring) === JSON.stringify(wired.wiring) &&
      earlier.switchesPhases === wired.switchesPhases;
    if (!sameWiring || earlier.maximum_A > wired.maximum_A) return;
    connectors[index] = { ...known, index };
    fresh.solar.turns[index] = before.solar.turns[old]!;
  });
  // The sun is measured at the grid connection, the first node.
  if (fresh.meters[0] !== null && fresh.meters[0] === before.meters[0]) {
    fresh.solar.mean_A = before.solar.mean_A;
    fresh.solar.meanAt = before.solar.meanAt;
    fresh.solar.budget_A = before.solar.budget_A;
  }
}
