import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import type { Commitment, NumberPhases } from './commitments.js';
import type { CompiledSite } from './compile.js';
import type { Policy } from './policy.js';

/**
 * What is known of a charger that can charge on terminal 1 alone or on all three, and of its way from one to the other.
 * A change is only ever made through 0 A: nothing else may be in force, and the car has had time to let go, before a
 * setpoint for the other number of lines is sent. So never are two numbers of lines in force with current on them, and
 * never is a current meant for three lines put on one.
 */
export interface PhaseState {
  /** The number of lines that setpoints are for. */
  lines: NumberPhases;
  /** False while the charger may be closed on another number of lines, as after a restart. */
  isKnown: boolean;
  /** The number of lines it will be for once the current is off; null when no change is under way. */
  changingTo: NumberPhases | null;
  /** Since when nothing but 0 A may be in force; null while something may. */
  offSince: EpochMilliseconds | null;
  unknownSince: EpochMilliseconds | null;
  /** Since when the other number of lines would give the car more; null while it would not. */
  betterSince: EpochMilliseconds | null;
  /** When the last change of this session was complete. */
  changedAt: EpochMilliseconds;
  /** Changes by choice: when each of the last hour began, and how many in this session. */
  begunAt: EpochMilliseconds[];
  inSession: number;
  /** The car has been given current in this session. */
  hasCharged: boolean;
  /** How many lines the car uses when it may use all; null: not seen yet. */
  carLines: number | null;
  /** Samples since the change to one line that showed current on terminal 1 alone. */
  shownOnOne: number;
  /** Samples that showed current on other terminals although the setpoint was for one line. */
  contradictions: number;
  /** Whether the charger does what numberPhases says: some accept it and charge on three lines. */
  proof: 'none' | 'obeys' | 'ignores';
}

interface Sample {
  readonly at: EpochMilliseconds;
  readonly current_A: PerPhase;
}

const longAgo = -1e15 as EpochMilliseconds;
const hour_ms = 3_600_000;
/** One contradicting sample can be one that was long under way; two are a charger that does not obey. */
const contradictionsThatProve = 2;

export const createPhaseState = (now: EpochMilliseconds): PhaseState => ({
  lines: 3,
  isKnown: false,
  changingTo: null,
  offSince: null,
  unknownSince: now,
  betterSince: null,
  changedAt: longAgo,
  begunAt: [],
  inSession: 0,
  hasCharged: false,
  carLines: null,
  shownOnOne: 0,
  contradictions: 0,
  proof: 'none',
});

/** Another car: what was learnt of the charger stays. */
export function forgetSession(phases: PhaseState): void {
  // It begins on its standing default, whatever was in force for the car before.
  phases.isKnown = false;
  phases.offSince = null;
  phases.unknownSince = null;
  phases.changingTo = null;
  phases.betterSince = null;
  phases.changedAt = longAgo;
  phases.inSession = 0;
  phases.hasCharged = false;
  phases.carLines = null;
  phases.shownOnOne = 0;
}

/** The slots that a connector loads when it charges on `lines` lines; all of them if it has shown that it ignores that. */
export function armedSlots(
  site: CompiledSite,
  index: number,
  phases: PhaseState,
  lines: NumberPhases,
): number {
  if (lines === 3 || phases.proof === 'ignores' || site.switches[index] === 0) return site.wiredSlots[index]!;
  return terminalOne(site, index);
}

export const terminalOne = (site: CompiledSite, index: number): number => 1 << site.terminalSlot[index * 3]!;

/**
 * Brings the state to what may be in force at `now`, and completes a change whose time has come. True when the number of
 * lines became another, so that what was known of the lines in use is void.
 */
export function followCommitment(
  phases: PhaseState,
  commitment: Commitment,
  sample: Sample | null,
  now: EpochMilliseconds,
  policy: Policy,
): boolean {
  const inForce = commitment.numberPhases(now);
  phases.offSince = inForce === 0 ? (phases.offSince ?? now) : null;
  if (inForce !== null) phases.unknownSince = null;
  else if (phases.unknownSince === null) {
    phases.unknownSince = now;
    phases.isKnown = false;
  }
  if (phases.changingTo !== null) return isOff(phases, sample, now, policy) && complete(phases, now);
  if (inForce === 0) {
    phases.isKnown ||= isOff(phases, sample, now, policy);
    return false;
  }
  const lines = inForce ?? evidence(phases, sample, now, policy);
  phases.isKnown = lines !== null;
  if (lines === null) return false;
  // Its standing default took over while nobody spoke to it, or a restart found it like this.
  const changed = lines !== phases.lines;
  if (changed) phases.shownOnOne = 0;
  phases.lines = lines;
  return changed;
}

/** Sets out for `lines` by choice, within the budget; the current goes off first. */
export function beginChange(phases: PhaseState, lines: NumberPhases, now: EpochMilliseconds): void {
  phases.begunAt = [...phases.begunAt.filter((begun) => now - begun < hour_ms), now];
  phases.inSession++;
  phases.betterSince = null;
  phases.changingTo = lines;
}

/** I10: dwell time and budgets. A pause needs none of them, so a fuse never waits for one. */
export function mayChange(phases: PhaseState, now: EpochMilliseconds, policy: Policy): boolean {
  return (
    now - phases.changedAt >= policy.phaseDwell &&
    phases.inSession < policy.phaseChangesPerSession &&
    phases.begunAt.filter((begun) => now - begun < hour_ms).length < policy.phaseChangesPerHour
  );
}

/**
 * True while a setpoint for one line has not been seen to be obeyed: the car then gets its minimum only, so that a charger
 * that ignores the number of lines loads the two others with no more than that until its samples give it away.
 */
export function isProving(phases: PhaseState, policy: Policy): boolean {
  return (
    (phases.changingTo ?? phases.lines) === 1 &&
    phases.proof === 'none' &&
    phases.carLines !== 1 &&
    (phases.changingTo === 1 || phases.shownOnOne < policy.proofSamples)
  );
}

/** What a sample with current says while all lines, or one, are allowed. `used` are the slots that carry current. */
export function noteLines(
  phases: PhaseState,
  used: number,
  one: number,
  obliged: NumberPhases | 0 | null,
  policy: Policy,
): void {
  if (used === 0) return;
  if (phases.lines === 3) {
    if (phases.changingTo === null && countBits(used) > 1)
      phases.carLines = Math.max(phases.carLines ?? 0, countBits(used));
    return;
  }
  if (!(used & ~one)) {
    phases.shownOnOne++;
    if (phases.shownOnOne >= policy.proofSamples && (phases.carLines ?? 1) > 1 && phases.proof === 'none')
      phases.proof = 'obeys';
    return;
  }
  phases.shownOnOne = 0;
  if (!phases.isKnown || obliged !== 1) return;
  phases.contradictions++;
  if (phases.contradictions >= contradictionsThatProve) phases.proof = 'ignores';
}

export function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function complete(phases: PhaseState, now: EpochMilliseconds): boolean {
  const changed = phases.changingTo !== phases.lines;
  phases.lines = phases.changingTo!;
  phases.changingTo = null;
  phases.isKnown = true;
  if (!changed) return false;
  phases.changedAt = now;
  phases.shownOnOne = 0;
  return true;
}

/** Nothing but 0 A may be in force for the time a car may take to follow, and no sample since shows current. */
function isOff(phases: PhaseState, sample: Sample | null, now: EpochMilliseconds, policy: Policy): boolean {
  const { offSince } = phases;
  if (offSince === null || now - offSince < policy.reaction) return false;
  if (!sample || sample.at <= offSince || now - sample.at >= policy.sampleTimeToLive) return true;
  return sample.current_A.every((each) => each < policy.unusedLine_A);
}

/**
 * What a sample tells about a charger of which it is not known what is in force: current on two lines or more means it is
 * closed on all. Current on terminal 1 alone may be either, and then one line can be asked for without a risk: the two
 * other contacts carry nothing.
 */
function evidence(
  phases: PhaseState,
  sample: Sample | null,
  now: EpochMilliseconds,
  policy: Policy,
): NumberPhases | null {
  // An older one may be from before the charger's standing default took over.
  if (!sample || now - sample.at > policy.phaseEvidence) return null;
  if (phases.unknownSince === null || sample.at <= phases.unknownSince) return null;
  const [first, ...others] = sample.current_A;
  if (others.some((each) => each >= policy.unusedLine_A)) return 3;
  return first >= policy.unusedLine_A ? 1 : null;
}
