import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { CompiledSite } from './compile.js';
import type { ConnectorState } from './connector-state.js';
import { addLoad } from './load.js';
import { armedSlots } from './phase-switch.js';
import type { SiteState } from './site-state.js';

/** What a connector may draw at most now without any further word from us, ampere per line (I1). */
export function committed_A(connector: ConnectorState, now: EpochMilliseconds): number {
  const mayDraw = connector.transactionId !== null || connector.pluggedIn;
  return mayDraw ? connector.commitment.largest_A(now) : 0;
}

/**
 * Adds to `sums_A` what a connector may draw now without any further word from us, each set of lines for itself (I1): what
 * setpoints for one line allow on terminal 1, and what all others allow on every line.
 */
export function addCommittedLoad(
  site: CompiledSite,
  sums_A: Float64Array,
  connector: ConnectorState,
  now: EpochMilliseconds,
): void {
  const largest_A = committed_A(connector, now);
  if (largest_A <= 0) return;
  const { index, phases, commitment, slots } = connector;
  if (site.switches[index] === 0) return addLoad(site, sums_A, index, slots, largest_A);
  const onAll_A = commitment.largestOnAll_A(now);
  const all = phases.lines === 3 ? slots : site.wiredSlots[index]!;
  const one = phases.lines === 1 ? slots : armedSlots(site, index, phases, 1);
  if (onAll_A > 0) addLoad(site, sums_A, index, all, onAll_A);
  const onOne_A = commitment.largestOnOne_A(now);
  if (onOne_A > 0) addLoad(site, sums_A, index, one & ~all, onOne_A);
  if (onOne_A > onAll_A) addLoad(site, sums_A, index, one & all, onOne_A - onAll_A);
}

/** What may be in force now on every line that the connector's next setpoint would load, ampere. */
export function committedOnLines_A(connector: ConnectorState, now: EpochMilliseconds): number {
  const largest_A = committed_A(connector, now);
  if (largest_A === 0 || connector.phases.lines === 1) return largest_A;
  // A setpoint for one line says nothing of the two others.
  return connector.commitment.largestOnAll_A(now);
}

/** Sums of what may be in force everywhere now, per (node, slot), ampere (I1); good until the next call. */
export function committedSums_A(state: SiteState, now: EpochMilliseconds): Float64Array {
  const sums_A = state.scratch.committed_A.fill(0);
  for (const connector of state.connectors) addCommittedLoad(state.site, sums_A, connector, now);
  return sums_A;
}
