import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import { Commitment } from './commitments.js';
import type { CompiledSite } from './compile.js';
import { plainSettings, type ConnectorSettings } from './connector-settings.js';
import {
  armedSlots,
  countBits,
  createPhaseState,
  forgetSession,
  noteLines,
  terminalOne,
  type PhaseState,
} from './phase-switch.js';
import type { Policy } from './policy.js';

interface Sample {
  readonly at: EpochMilliseconds;
  /** Terminal currents. */
  readonly current_A: PerPhase;
}

/** Everything the allocator knows of one connector. Plain data, changed only by the functions of this file and site.ts. */
export interface ConnectorState {
  readonly index: number;
  readonly commitment: Commitment;
  readonly phases: PhaseState;
  connected: boolean;
  /** A cable is in and a transaction may begin at any moment. */
  pluggedIn: boolean;
  transactionId: number | null;
  /** The newest transaction heard of; ids rise, so a start at or below it is an old word repeated. */
  latestTransactionId: number;
  /** A faulted or unavailable connector gets nothing. */
  usable: boolean;
  sample: Sample | null;
  settings: ConnectorSettings;
  /** Slots the car is believed to load; a line is released after proof and taken back at once. 0: it holds a warm slot only. */
  slots: number;
  unusedSamples: number;
  /** Ceiling learnt from a car that draws less than it may; null: none. */
  learntMaximum_A: number | null;
  belowLimitSamples: number;
  /** Since when the car has been admitted or has waited; null while neither. */
  admittedSince: EpochMilliseconds | null;
  waitingSince: EpochMilliseconds | null;
  /** Since when the car has been allowed to draw anything; null while it is paused. */
  allowedSince: EpochMilliseconds | null;
  /** Since when an admitted car has drawn nothing; null while it draws. */
  notDrawingSince: EpochMilliseconds | null;
  lastSentAt: EpochMilliseconds;
  lastIncreaseAt: EpochMilliseconds;
  setpointChangedAt: EpochMilliseconds;
  /** The largest setpoint that may have been in force of late, and when it last was: see `drawBounds`. */
  recentLargest_A: number;
  recentLargestAt: EpochMilliseconds;
  /** The same for setpoints on every wired line. */
  recentOnAll_A: number;
  recentOnAllAt: EpochMilliseconds;
  fallbackSentAt: EpochMilliseconds;
  /** The charger connected anew and gets its standing default again, whatever it said before. */
  fallbackIsDue: boolean;
}

const longAgo = -1e15 as EpochMilliseconds;

export function createConnectorState(
  site: CompiledSite,
  index: number,
  now: EpochMilliseconds,
  policy: Policy,
): ConnectorState {
  return {
    index,
    commitment: new Commitment(
      site.topology.connectors[index]!.maximum_A,
      (now + policy.lease) as EpochMilliseconds,
    ),
    phases: createPhaseState(now),
    connected: false,
    pluggedIn: false,
    transactionId: null,
    latestTransactionId: 0,
    usable: true,
    sample: null,
    settings: plainSettings,
    slots: site.wiredSlots[index]!,
    unusedSamples: 0,
    learntMaximum_A: null,
    belowLimitSamples: 0,
    admittedSince: null,
    waitingSince: null,
    allowedSince: null,
    notDrawingSince: null,
    lastSentAt: longAgo,
    lastIncreaseAt: longAgo,
    setpointChangedAt: longAgo,
    recentLargest_A: 0,
    recentLargestAt: longAgo,
    recentOnAll_A: 0,
    recentOnAllAt: longAgo,
    fallbackSentAt: longAgo,
    fallbackIsDue: true,
  };
}

/** A new car, or the same one plugged in again: everything learnt about it is void. */
export function forgetCar(site: CompiledSite, state: ConnectorState): void {
  state.slots = armedSlots(site, state.index, state.phases, state.phases.lines);
  state.unusedSamples = 0;
  state.learntMaximum_A = null;
  state.belowLimitSamples = 0;
  state.admittedSince = null;
  state.waitingSince = null;
  state.allowedSince = null;
  state.notDrawingSince = null;
  state.sample = null;
  state.recentLargest_A = 0;
  state.recentOnAll_A = 0;
  forgetSession(state.phases);
}

/** Takes in what the charger measured: detects which lines the car uses and how much it wants. */
export function takeSample(site: CompiledSite, state: ConnectorState, sample: Sample, policy: Policy): void {
  if (state.sample && sample.at < state.sample.at) return;
  state.sample = sample;
  const drawn_A = Math.max(...sample.current_A);
  const inForce = state.commitment.inForce(sample.at);
  // A car that we paused, or that has not had time to wake since, cannot show whether it would draw.
  const mayDraw =
    inForce !== null &&
    state.allowedSince !== null &&
    sample.at - state.allowedSince >= policy.reaction &&
    sample.at - state.phases.changedAt >= policy.phaseRelay;
  if (drawn_A >= policy.unusedLine_A || !mayDraw) state.notDrawingSince = null;
  else state.notDrawingSince ??= sample.at;
  detectLines(site, state, sample, mayDraw, policy);

  if (!inForce || !mayDraw) {
    state.belowLimitSamples = 0;
    return;
  }
  // Still on its way to a new setpoint: no evidence for or against.
  if (sample.at - state.setpointChangedAt < policy.reaction) return;
  const ceiling = drawn_A + policy.growthRoom_A;
  if (ceiling >= inForce.current_A) {
    state.belowLimitSamples = 0;
    // It draws what it may: it could want more, so the ceiling goes.
    if (drawn_A + policy.growthRoom_A * (2 / 3) >= inForce.current_A) state.learntMaximum_A = null;
    return;
  }
  state.belowLimitSamples++;
  if (state.belowLimitSamples >= policy.proofSamples) state.learntMaximum_A = ceiling;
}

/**
 * Releases lines after consecutive samples below 1 A: the ones a car leaves alone while it draws on others, or all of them
 * when it may draw and does not. One sample above takes back every line that the setpoint allows, and all that are wired
 * if it shows current where the setpoint allows none.
 */
function detectLines(
  site: CompiledSite,
  state: ConnectorState,
  sample: Sample,
  mayDraw: boolean,
  policy: Policy,
): void {
  const { index, phases } = state;
  let used = 0;
  for (let terminal = 0; terminal < 3; terminal++) {
    const slot = site.terminalSlot[index * 3 + terminal]!;
    if (slot >= 0 && sample.current_A[terminal]! >= policy.unusedLine_A) used |= 1 << slot;
  }
  if (site.switches[index] === 1)
    noteLines(phases, used, terminalOne(site, index), state.commitment.numberPhases(sample.at), policy);
  if (used & ~state.slots) {
    const armed = armedSlots(site, index, phases, phases.lines);
    state.slots = used & ~armed ? site.wiredSlots[index]! : armed;
    state.unusedSamples = 0;
    return;
  }
  if (used === state.slots || (used === 0 && !mayDraw)) {
    state.unusedSamples = 0;
    return;
  }
  state.unusedSamples++;
  if (state.unusedSamples < policy.proofSamples) return;
  state.slots = used;
  if (phases.lines === 3 && used !== 0) phases.carLines = Math.max(phases.carLines ?? 0, countBits(used));
}

/** The charger now charges on another number of lines: what was learnt on the former ones is void. */
export function rearm(site: CompiledSite, state: ConnectorState): void {
  state.slots = armedSlots(site, state.index, state.phases, state.phases.lines);
  state.unusedSamples = 0;
  state.learntMaximum_A = null;
  state.belowLimitSamples = 0;
}

/** Remembers what may be in force at `now`; called before anything may lower it, because a car follows late. */
export function noteCommitted(state: ConnectorState, now: EpochMilliseconds): void {
  const largest_A = state.commitment.largest_A(now);
  if (largest_A >= state.recentLargest_A) {
    state.recentLargest_A = largest_A;
    state.recentLargestAt = now;
  }
  const onAll_A = state.commitment.largestOnAll_A(now);
  if (onAll_A < state.recentOnAll_A) return;
  state.recentOnAll_A = onAll_A;
  state.recentOnAllAt = now;
}

/** Forgets what was in force longer ago than a car takes to follow. */
function dropRecent(state: ConnectorState, now: EpochMilliseconds, follows_ms: number): void {
  if (now - state.recentLargestAt > follows_ms) {
    state.recentLargest_A = state.commitment.largest_A(now);
    state.recentLargestAt = now;
  }
  if (now - state.recentOnAllAt > follows_ms) {
    state.recentOnAll_A = state.commitment.largestOnAll_A(now);
    state.recentOnAllAt = now;
  }
}

/**
 * Bounds, ampere per line, of what the car drew when a reading was taken that reaches us at `now` and is at most
 * `readingAge_ms` old: the charger's last sample and the setpoints since. What a car draws above any setpoint that may
 * have been in force is not the car's: it counts as base load, so that an overload is always paid for (I13).
 * `highOnAll_A` leaves out setpoints for one line: it is the upper bound for all lines but that of terminal 1.
 */
export function drawBounds(
  state: ConnectorState,
  now: EpochMilliseconds,
  readingAge_ms: number,
  policy: Policy,
): { low_A: number; high_A: number; highOnAll_A: number } {
  if (state.transactionId === null) return { low_A: 0, high_A: 0, highOnAll_A: 0 };
  noteCommitted(state, now);
  const follows_ms = policy.reaction + readingAge_ms;
  dropRecent(state, now, follows_ms);
  const { sample, recentLargest_A, recentOnAll_A } = state;
  if (!sample || now - sample.at > policy.sampleTimeToLive)
    return { low_A: 0, high_A: recentLargest_A, highOnAll_A: recentOnAll_A };
  const drawn_A = Math.max(0, ...sample.current_A);
  // A relay that is still on its way tells nothing: when the car starts behind it, that is no appliance.
  const settled =
    sample.at - state.setpointChangedAt >= follows_ms &&
    sample.at - state.phases.changedAt >= policy.phaseRelay;
  return {
    low_A: Math.min(drawn_A, state.commitment.smallest_A(now)),
    high_A: settled ? Math.min(drawn_A, recentLargest_A) : recentLargest_A,
    highOnAll_A: settled ? Math.min(drawn_A, recentOnAll_A) : recentOnAll_A,
  };
}
