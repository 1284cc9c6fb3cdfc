import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { ConnectorState } from '../connector-state.js';
import { floorToStep } from '../quantise.js';
import { isSilent, type SiteState } from '../site-state.js';
import { lineAmperes, shareLevel, type Sharer } from './solar-share.js';
import { outOfTurn, type SolarState } from './solar-state.js';

/** Node 0 is the grid connection: only there the sun's surplus leaves. */
const connection = 0;
const slack_A = 1e-6;

/**
 * Takes in the latest frame. Surplus is what the solar cars draw minus what flows in. While one of them is on its way to
 * a new setpoint nobody knows what it draws, and the frame says nothing.
 */
function takeFrame(state: SiteState): void {
  const { solar } = state;
  const { fresh, at, net_A, readingAge_ms } = solar.frame;
  if (!fresh) return;
  solar.frame.fresh = false;
  let surplus_A = -net_A;
  let anybody = false;
  for (const connector of state.connectors) {
    if (!followsSun(connector)) continue;
    anybody = true;
    const drawn_A = drawnLineAmperes(state, connector, at, readingAge_ms);
    if (drawn_A === null) return;
    surplus_A += drawn_A;
  }
  if (!anybody) {
    solar.mean_A = null;
    return;
  }
  const weight = solar.mean_A === null ? 1 : 1 - Math.exp((solar.meanAt - at) / solar.policy.smoothing);
  solar.mean_A = (solar.mean_A ?? 0) + weight * (surplus_A - (solar.mean_A ?? 0));
  solar.meanAt = at;
  if (solar.mean_A < solar.budget_A || solar.mean_A > solar.budget_A + solar.policy.raiseBy_A)
    solar.budget_A = solar.mean_A;
}

/** Hands the surplus out: who runs, who starts, who stops, and up to how much (`sunCeiling_A`). */
export function shareSun(state: SiteState, now: EpochMilliseconds): void {
  takeFrame(state);
  const { solar, connectors } = state;
  const running: Sharer[] = [];
  const waiting: ConnectorState[] = [];
  let left_A = sunBudget_A(state, now);
  for (const connector of connectors) {
    const turn = solar.turns[connector.index]!;
    if (!followsSun(connector)) {
      if (turn.followsSince !== null) solar.turns[connector.index] = outOfTurn();
      continue;
    }
    turn.followsSince ??= now;
    if (connector.settings.solar === 'surplus-with-minimum') {
      turn.runsSince ??= now;
      left_A -= minimumLineAmperes(state, connector, true);
      running.push(sharer(state, connector));
    } else waiting.push(connector);
  }
  if (running.length === 0 && waiting.length === 0) {
    solar.budget_A = 0;
    return;
  }
  // Those that run come first, in the order they started: the last one is the first to stop.
  waiting.sort((a, b) => turnOf(solar, a) - turnOf(solar, b) || a.index - b.index);
  let candidate: ConnectorState | null = null;
  for (const connector of waiting) {
    const turn = solar.turns[connector.index]!;
    turn.ceiling_A = 0;
    turn.allotted_A = 0;
    if (turn.runsSince === null) {
      candidate ??= connector;
      if (candidate !== connector) turn.enoughSince = null;
      continue;
    }
    const minimum_A = minimumLineAmperes(state, connector, true);
    if (minimum_A <= left_A + slack_A) turn.shortSince = null;
    else turn.shortSince ??= now;
    if (turn.shortSince !== null && now - turn.shortSince >= solar.policy.stopAfter) {
      turn.runsSince = null;
      turn.shortSince = null;
      turn.enoughSince = null;
      continue;
    }
    left_A -= minimum_A;
    running.push(sharer(state, connector));
  }
  if (candidate && starts(state, candidate, left_A, now)) running.push(sharer(state, candidate));
  allot(state, running, sunBudget_A(state, now));
}

/** What the sun allows a connector, ampere per line; Infinity where it is no limit. Good after `shareSun`. */
export const sunCeiling_A = (state: SiteState, connector: ConnectorState): number =>
  state.solar.turns[connector.index]!.ceiling_A;

/**
 * What the surplus says of the lines of a charger that switches: one as long as it does not carry the minimum on all that
 * the car uses, and no more than one until it carries `gain` times that. Null where the sun does not decide. Good after
 * `shareSun`.
 */
export function linesForSun(
  state: SiteState,
  connector: ConnectorState,
  gain: number,
): 1 | 'as-they-are' | null {
  const runs = state.solar.turns[connector.index]!.runsSince !== null;
  const { carLines, lines } = connector.phases;
  if (!runs || carLines === 1 || !followsSun(connector)) return null;
  const needed_A = state.site.topology.connectors[connector.index]!.minimum_A * (carLines ?? 3);
  const surplus_A = surplusFor(state, connector);
  if (surplus_A < needed_A) return 1;
  return lines === 1 && surplus_A < needed_A * gain ? 'as-they-are' : null;
}

/** Line-amperes of surplus that a connector could have: all of it less what the other solar cars are given. */
export function surplusFor(state: SiteState, connector: ConnectorState): number {
  const others_A = state.solar.turns.reduce(
    (sum, turn, index) => (index === connector.index ? sum : sum + turn.allotted_A),
    0,
  );
  return Math.max(0, state.solar.budget_A - others_A);
}

const followsSun = ({ connected, usable, transactionId, settings }: ConnectorState): boolean =>
  connected &&
  usable &&
  transactionId !== null &&
  settings.solar !== 'off' &&
  settings.pausedBy === null &&
  !settings.boosted;

/** I12: with a silent meter, or none, there is no surplus. */
function sunBudget_A(state: SiteState, now: EpochMilliseconds): number {
  const { solar } = state;
  if (state.meters[connection] === null || isSilent(state, connection, now) || solar.mean_A === null)
    solar.budget_A = 0;
  return Math.max(0, solar.budget_A);
}

const turnOf = (solar: SolarState, { index }: ConnectorState): number => {
  const turn = solar.turns[index]!;
  // Waiting ones stand behind all that run.
  return turn.runsSince ?? 1e15 + turn.followsSince!;
};

/** I10: starts once the surplus has held the minimum for its time. */
function starts(
  state: SiteState,
  candidate: ConnectorState,
  left_A: number,
  now: EpochMilliseconds,
): boolean {
  const turn = state.solar.turns[candidate.index]!;
  if (minimumLineAmperes(state, candidate, false) > left_A + slack_A) {
    turn.enoughSince = null;
    return false;
  }
  turn.enoughSince ??= now;
  if (now - turn.enoughSince < state.solar.policy.startAfter) return false;
  turn.runsSince = now;
  return true;
}

function allot(state: SiteState, running: readonly Sharer[], budget_A: number): void {
  const level_A = shareLevel(running, budget_A);
  const step_A = state.site.topology.step_A;
  for (const { index, weight, minimum_A, maximum_A } of running) {
    const turn = state.solar.turns[index]!;
    const share_A = Math.max(minimum_A, Math.min(level_A, maximum_A));
    turn.allotted_A = weight * share_A;
    // At its own maximum it is not the sun that holds it back.
    turn.ceiling_A = level_A >= maximum_A ? Infinity : Math.max(minimum_A, floorToStep(share_A, step_A));
  }
}

function sharer(state: SiteState, connector: ConnectorState): Sharer {
  const wired = state.site.topology.connectors[connector.index]!;
  return {
    index: connector.index,
    weight: lineAmperes(connector.slots),
    minimum_A: wired.minimum_A,
    maximum_A: Math.min(
      wired.maximum_A,
      connector.settings.personMaximum_A ?? Infinity,
      connector.learntMaximum_A ?? Infinity,
    ),
  };
}

/** A car that waits may begin on one line where its charger switches; one that runs loads the lines it is believed to use. */
function minimumLineAmperes(state: SiteState, connector: ConnectorState, runs: boolean): number {
  const wired = state.site.topology.connectors[connector.index]!;
  const lines =
    !runs && wired.switchesPhases
      ? 1
      : lineAmperes(runs ? connector.slots : state.site.wiredSlots[connector.index]!);
  return wired.minimum_A * lines;
}

/** What a connector draws now, line-amperes; null while it may be on its way from one setpoint to another. */
function drawnLineAmperes(
  state: SiteState,
  connector: ConnectorState,
  at: EpochMilliseconds,
  readingAge_ms: number,
): number | null {
  const { reaction, sampleTimeToLive } = state.policy;
  if (at - connector.setpointChangedAt < reaction + readingAge_ms) return null;
  const { sample } = connector;
  const settled = sample !== null && sample.at - connector.setpointChangedAt >= reaction;
  if (settled && at - sample.at <= sampleTimeToLive) {
    let sum_A = 0;
    for (let terminal = 0; terminal < 3; terminal++) {
      const slot = state.site.terminalSlot[connector.index * 3 + terminal]!;
      if (slot >= 0) sum_A += sample.current_A[terminal]! * lineAmperes(1 << slot);
    }
    return sum_A;
  }
  const inForce_A = connector.commitment.inForce(at)?.current_A ?? 0;
  return Math.min(inForce_A, connector.learntMaximum_A ?? Infinity) * lineAmperes(connector.slots);
}
