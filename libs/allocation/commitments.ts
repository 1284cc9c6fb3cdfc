import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** On how many lines a setpoint lets a car charge: terminal 1 alone, or all that are wired. */
export type NumberPhases = 1 | 3;

interface Setpoint {
  readonly limitId: string;
  readonly current_A: number;
  /** Null: the charger does not switch. */
  readonly numberPhases: NumberPhases | null;
  readonly leaseUntil: EpochMilliseconds;
}

/** Null lines: whatever is wired, because the charger does not switch or nobody knows. */
interface StandingDefault {
  readonly current_A: number;
  readonly numberPhases: NumberPhases | null;
}

/**
 * What may be in force at one connector (I1): the last accepted setpoint, every later one whose answer is out, and the
 * fallback behind their leases. Until a setpoint has been accepted nothing is known, and the charger's maximum counts.
 *
 * A charger receives setpoints in the order they were sent (one connection, one call at a time), so an accepted one
 * supersedes all that were sent before it.
 *
 * Of a charger that switches, each set of lines counts for itself: a setpoint for one line loads terminal 1 only, any
 * other one all that are wired.
 */
export class Commitment {
  private accepted: Setpoint | null = null;
  private open: Setpoint[] = [];
  /** Before this instant a lease given by an earlier life of ours may still hold. */
  private unknownUntil: EpochMilliseconds;
  /** Standing default at the charger: null until it has confirmed one. */
  private fallback: StandingDefault | null = null;
  private offeredFallback: (StandingDefault & { readonly limitId: string }) | null = null;
  private readonly unknown: StandingDefault;

  constructor(maximum_A: number, unknownUntil: EpochMilliseconds) {
    this.unknown = { current_A: maximum_A, numberPhases: null };
    this.unknownUntil = unknownUntil;
  }

  sent(setpoint: Setpoint): void {
    this.open.push(setpoint);
  }

  /** A standing default confirmed before this life of ours; the charger keeps it over restarts of both sides. */
  knowFallback(current_A: number): void {
    this.fallback ??= { current_A, numberPhases: null };
  }

  sentFallback(limitId: string, current_A: number, numberPhases: NumberPhases | null): void {
    this.fallback = this.standing();
    this.offeredFallback = { limitId, current_A, numberPhases };
  }

  /** The charger answered, or the edge gave up on an answer. Unknown ids are ignored: late or duplicated. */
  answered(limitId: string, result: 'accepted' | 'rejected' | 'unknown' | 'undelivered'): void {
    if (this.offeredFallback?.limitId === limitId) {
      if (result === 'accepted') this.fallback = this.offeredFallback;
      if (result === 'unknown') this.fallback = this.standing();
      this.offeredFallback = null;
      return;
    }
    const at = this.open.findIndex((setpoint) => setpoint.limitId === limitId);
    if (at < 0) return;
    if (result === 'accepted') {
      this.accepted = this.open[at] ?? null;
      this.open = this.open.slice(at + 1);
    } else if (result !== 'unknown') {
      this.open.splice(at, 1);
    }
  }

  /** A new transaction starts without a setpoint of its own: OCPP drops a TxProfile with its transaction. */
  restarted(): void {
    this.accepted = null;
    this.open = [];
    if (this.fallback !== null) this.unknownUntil = 0 as EpochMilliseconds;
  }

  /** The largest current per line that may be in force now. */
  largest_A(now: EpochMilliseconds): number {
    let largest_A = this.foundation(now).current_A;
    for (const setpoint of this.open)
      largest_A = Math.max(largest_A, this.unlessOver(setpoint, now).current_A);
    return largest_A;
  }

  /** The largest current that may be in force now on every wired line: setpoints for one line left out. */
  largestOnAll_A(now: EpochMilliseconds): number {
    let largest_A = onAll_A(this.foundation(now));
    for (const setpoint of this.open)
      largest_A = Math.max(largest_A, onAll_A(this.unlessOver(setpoint, now)));
    return largest_A;
  }

  /** The largest current that may be in force now on terminal 1 alone. */
  largestOnOne_A(now: EpochMilliseconds): number {
    let largest_A = onOne_A(this.foundation(now));
    for (const setpoint of this.open)
      largest_A = Math.max(largest_A, onOne_A(this.unlessOver(setpoint, now)));
    return largest_A;
  }

  /** How many lines may carry current now: 0 when only 0 A may be in force, null when that is unknown or undecided. */
  numberPhases(now: EpochMilliseconds): NumberPhases | 0 | null {
    let lines: NumberPhases | 0 | null = linesOf(this.foundation(now));
    for (const setpoint of this.open) {
      const its = linesOf(this.unlessOver(setpoint, now));
      if (its === 0 || its === lines) continue;
      if (lines !== 0) return null;
      lines = its;
    }
    return lines;
  }

  /** The smallest current per line that may be in force now. */
  smallest_A(now: EpochMilliseconds): number {
    let smallest =
      this.accepted && this.accepted.leaseUntil > now
        ? this.accepted.current_A
        : (this.fallback?.current_A ?? 0);
    for (const setpoint of this.open)
      if (setpoint.leaseUntil > now) smallest = Math.min(smallest, setpoint.current_A);
    return smallest;
  }

  /** The accepted setpoint while its lease lasts. */
  inForce(now: EpochMilliseconds): Setpoint | null {
    return this.accepted && this.accepted.leaseUntil > now ? this.accepted : null;
  }

  /** The latest setpoint without an answer whose lease lasts. */
  latestOpen(now: EpochMilliseconds): Setpoint | null {
    this.open = this.open.filter((setpoint) => setpoint.leaseUntil > now);
    return this.open.at(-1) ?? null;
  }

  get confirmedFallback(): StandingDefault | null {
    return this.fallback;
  }

  /** What holds if no open setpoint has arrived. */
  private foundation(now: EpochMilliseconds): StandingDefault {
    return this.accepted ? this.unlessOver(this.accepted, now) : this.beneath(now);
  }

  private unlessOver(setpoint: Setpoint, now: EpochMilliseconds): StandingDefault {
    return setpoint.leaseUntil > now ? setpoint : this.beneath(now);
  }

  private beneath(now: EpochMilliseconds): StandingDefault {
    return this.unknownUntil > now ? this.unknown : (this.standing() ?? this.unknown);
  }

  /** The standing default, or either of two while the answer to another one is out. */
  private standing(): StandingDefault | null {
    const { fallback, offeredFallback: offered } = this;
    if (!fallback || !offered) return fallback;
    const same = fallback.current_A === offered.current_A && fallback.numberPhases === offered.numberPhases;
    if (same) return fallback;
    return {
      current_A: Math.max(fallback.current_A, offered.current_A),
      numberPhases: fallback.numberPhases === offered.numberPhases ? fallback.numberPhases : null,
    };
  }
}

const onAll_A = (each: StandingDefault): number => (each.numberPhases === 1 ? 0 : each.current_A);
const onOne_A = (each: StandingDefault): number => (each.numberPhases === 1 ? each.current_A : 0);
const linesOf = (each: StandingDefault): NumberPhases | 0 | null =>
  each.current_A === 0 ? 0 : each.numberPhases;
