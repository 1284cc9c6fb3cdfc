import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { outcome } from '../allocation.js';
import { nodeOfConstraint } from '../compile.js';
import type { ConnectorState } from '../connector-state.js';
import { linesOfMask } from '../load.js';
import type { SiteState } from '../site-state.js';

/**
 * By when a waiting car has its turn at the latest, by the bound of I8: the end of the slot that frees a place for it,
 * counting one place per car that waits before it. Null where nobody of its rank or below holds a place: then only more
 * capacity helps. Good for the allocation just computed.
 */
export function waitsUntil(
  state: SiteState,
  connector: ConnectorState,
  now: EpochMilliseconds,
): EpochMilliseconds | null {
  const { allocation, connectors, policy } = state;
  const full = allocation.constraint[connector.index]!;
  const rank = rankOf(state, connector);
  const ends: number[] = [];
  let before = 0;
  let passed = false;
  for (const index of allocation.order) {
    const other = connectors[index]!;
    if (other === connector) passed = true;
    const result = allocation.outcome[index];
    if (result === outcome.waiting) {
      if (!passed && allocation.constraint[index] === full) before++;
      continue;
    }
    if (result === outcome.idle || rankOf(state, other) > rank || !loads(state, other, full)) continue;
    const since = Math.max(other.admittedSince ?? now, other.allowedSince ?? now);
    ends.push(Math.max(now, since + policy.minimumOnTime));
  }
  if (ends.length === 0) return null;
  ends.sort((a, b) => a - b);
  const rounds = Math.floor(before / ends.length);
  return epochMilliseconds(ends[before % ends.length]! + rounds * policy.minimumOnTime);
}

const rankOf = (state: SiteState, { index, settings }: ConnectorState): number =>
  (settings.boosted ? 1e6 : 0) + state.site.topology.connectors[index]!.priority + settings.priority;

/** Whether a connector's current passes the (node, line) that is full. */
function loads({ site }: SiteState, { index, slots }: ConnectorState, full: number): boolean {
  const node = nodeOfConstraint(site, full);
  const isPrimary = full >= site.fuse_A.length;
  const line = full % 3;
  const lines = linesOfMask(slots);
  for (let at = site.pathStart[index]!; at < site.pathStart[index + 1]!; at++)
    if (site.path[at] === node) return isPrimary || (lines & (1 << line)) !== 0;
  return false;
}
