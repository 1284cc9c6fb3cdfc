import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConnectorState } from './connector-state.js';
import type { SiteState } from './site-state.js';

/**
 * Writes the order of admission: boost and priority; who can hardly wait any more to be ready in time; cars that draw before cars that only hold a warm slot; those within their
 * minimum on-time; the longest waiting; those already admitted; position. A waiting car overtakes as soon as an admitted
 * one has had its slot, which bounds every wait (I8).
 */
export function orderConnectors(state: SiteState, now: EpochMilliseconds): void {
  const { order } = state.allocation;
  for (let at = 1; at < order.length; at++) {
    const index = order[at]!;
    let back = at - 1;
    while (back >= 0 && compare(state, order[back]!, index, now) > 0) {
      order[back + 1] = order[back]!;
      back--;
    }
    order[back + 1] = index;
  }
  if (state.site.hasPairs) noteClasses(state, now);
}

/** Cars are of one rank when only how long they have waited sets them apart. */
function noteClasses(state: SiteState, now: EpochMilliseconds): void {
  const { order, orderClass } = state.allocation;
  let rank = 0;
  for (let at = 0; at < order.length; at++) {
    if (at > 0 && compareRank(state, order[at - 1]!, order[at]!, now) !== 0) rank++;
    orderClass[order[at]!] = rank;
  }
}

function compare(state: SiteState, left: number, right: number, now: EpochMilliseconds): number {
  const a = state.connectors[left]!;
  const b = state.connectors[right]!;
  return (
    compareRank(state, left, right, now) ||
    waited(b, now) - waited(a, now) ||
    Number(a.admittedSince === null) - Number(b.admittedSince === null) ||
    left - right
  );
}

function compareRank(state: SiteState, left: number, right: number, now: EpochMilliseconds): number {
  const a = state.connectors[left]!;
  const b = state.connectors[right]!;
  const { critical } = state.allocation.departures;
  return (
    priorityOf(state, b) - priorityOf(state, a) ||
    critical[right]! - critical[left]! ||
    idle(state, a, now) - idle(state, b, now) ||
    unprotected(state, a, now) - unprotected(state, b, now)
  );
}

/** Above every priority that can be set. */
const boost = 1_000;

const priorityOf = (state: SiteState, { index, settings }: ConnectorState): number =>
  state.site.topology.connectors[index]!.priority + settings.priority + (settings.boosted ? boost : 0);

const idle = (state: SiteState, connector: ConnectorState, now: EpochMilliseconds): number =>
  Number(connector.notDrawingSince !== null && now - connector.notDrawingSince > state.policy.idleAfter);

/**
 * 0 within the minimum on-time, which counts from the first setpoint above 0 A; 1 for a car that is admitted and still waits
 * until others have reduced, so that it never takes the place of one that draws; 2 for all others.
 */
function unprotected(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): number {
  const { admittedSince, allowedSince } = connector;
  if (admittedSince === null) return 2;
  if (allowedSince === null) return 1;
  return now - Math.max(admittedSince, allowedSince) < state.policy.minimumOnTime ? 0 : 2;
}

const waited = (connector: ConnectorState, now: EpochMilliseconds): number =>
  connector.waitingSince === null ? 0 : now - connector.waitingSince;
