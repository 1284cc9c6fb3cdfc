import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { allocate } from './allocate.js';
import { isUnderSilentMeter } from './capacity.js';
import type { NumberPhases } from './commitments.js';
import type { ConnectorState } from './connector-state.js';
import { tolerance_A } from './load.js';
import { linesForSun } from './modes/solar.js';
import { armedSlots, beginChange, isProving, mayChange } from './phase-switch.js';
import type { SiteState } from './site-state.js';

/**
 * Step 5 of an allocation: on how many lines each charger that switches is to charge. What a car gets on a set of lines is
 * the least headroom among them, times their number; the set that gives it more is chosen. In the order of admission, so
 * that a car that does not fit on three lines is tried on one before it is paused, but takes nothing from those before it.
 * Sets `changingTo` and the slots of `state.allocation` where it changes its mind.
 */
export function choosePhases(state: SiteState, now: EpochMilliseconds, rotation: number): void {
  const { site, allocation } = state;
  if (!site.hasSwitches) return;
  allocate(allocation, rotation);
  for (const index of allocation.order) {
    if (site.switches[index] === 0 || allocation.wants[index] === 0) continue;
    const connector = state.connectors[index]!;
    const wanted = wantedLines(state, connector, now, rotation);
    if (wanted === connector.phases.lines) continue;
    beginChange(connector.phases, wanted, now);
    allocation.slots[index] = armedSlots(site, index, connector.phases, wanted);
    allocate(allocation, rotation);
  }
}

function wantedLines(
  state: SiteState,
  connector: ConnectorState,
  now: EpochMilliseconds,
  rotation: number,
): NumberPhases {
  const { phases, settings } = connector;
  const { policy, allocation } = state;
  const stay = (): NumberPhases => {
    phases.betterSince = null;
    return phases.lines;
  };
  if (phases.changingTo !== null || !phases.isKnown) return stay();
  // It charges on three whatever it is asked for, and is counted so already: no hurry.
  if (phases.proof === 'ignores') return mayChange(phases, now, policy) ? 3 : phases.lines;
  // A person's choice is not held back by budgets.
  if (settings.phases !== 'automatic') return settings.phases === 'one' ? 1 : 3;

  if (isUnderSilentMeter(state, connector, now)) return stay();
  const bySun = linesForSun(state, connector, policy.phaseGain);
  if (bySun === 'as-they-are' || (bySun === 1 && phases.lines === 1)) return stay();
  if (bySun === 1) {
    if (phases.proof === 'none' && someoneProves(state)) return stay();
    phases.betterSince ??= now;
    // A car that has no current yet begins on the right lines at once.
    const patience_ms = connector.allowedSince === null ? 0 : policy.phaseGainPatience;
    return now - phases.betterSince >= patience_ms && mayChange(phases, now, policy) ? 1 : phases.lines;
  }

  const { index } = connector;
  const isIdle = allocation.maximum_A[index]! < allocation.minimum_A[index]!;
  if (isIdle || isResting(connector)) return stay();
  const other: NumberPhases = phases.lines === 1 ? 3 : 1;
  if (other === 1 && phases.proof === 'none' && someoneProves(state)) return stay();
  const got_A = total_A(state, connector, phases.lines);
  const would_A = trial_A(state, connector, other, rotation);
  const lacks = got_A === 0;
  const better = lacks ? would_A > 0 : would_A > got_A * policy.phaseGain + tolerance_A;
  if (!better) return stay();
  phases.betterSince ??= now;
  const patience_ms = !lacks ? policy.phaseGainPatience : phases.hasCharged ? policy.phaseLackPatience : 0;
  if (now - phases.betterSince < patience_ms || !mayChange(phases, now, policy)) return phases.lines;
  return other;
}

/** A car that may draw and does not shows no need: its phases are left alone. */
const isResting = (connector: ConnectorState): boolean =>
  connector.slots === 0 || (connector.allowedSince !== null && connector.notDrawingSince !== null);

/** One charger of a site at a time shows whether it obeys, so that never two put their minimum where there is no room. */
const someoneProves = (state: SiteState): boolean =>
  state.connectors.some(
    (each) =>
      state.site.switches[each.index] === 1 &&
      each.transactionId !== null &&
      isProving(each.phases, state.policy),
  );

/** What the car gets on all its lines together by the allocation just computed. */
const total_A = (state: SiteState, connector: ConnectorState, lines: NumberPhases): number =>
  state.allocation.current_A[connector.index]! * (lines === 1 ? 1 : (connector.phases.carLines ?? 3));

/** The same if it were to charge on `lines` lines. */
function trial_A(state: SiteState, connector: ConnectorState, lines: NumberPhases, rotation: number): number {
  const { allocation, site } = state;
  const { index } = connector;
  const slots = allocation.slots[index]!;
  allocation.slots[index] = armedSlots(site, index, connector.phases, lines);
  allocate(allocation, rotation);
  const would_A = total_A(state, connector, lines);
  allocation.slots[index] = slots;
  allocate(allocation, rotation);
  return would_A;
}
