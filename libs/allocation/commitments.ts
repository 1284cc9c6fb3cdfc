import type { EpochMilliseconds } from '#libs/units/quantities.js';

interface Setpoint {
  readonly limitId: string;
  readonly current_A: number;
  readonly leaseUntil: EpochMilliseconds;
}

/**
 * What may be in force at one connector (I1): the last accepted setpoint, every later one whose answer is out, and the
 * fallback behind their leases. Until a setpoint has been accepted nothing is known, and the charger's maximum counts.
 *
 * A charger receives setpoints in the order they were sent (one connection, one call at a time), so an accepted one
 * supersedes all that were sent before it.
 */
export class Commitment {
  private accepted: Setpoint | null = null;
  private open: Setpoint[] = [];
  /** Before this instant a lease given by an earlier life of ours may still hold. */
  private unknownUntil: EpochMilliseconds;
  /** Standing default at the charger: null until it has confirmed one. */
  private fallback_A: number | null = null;
  private offeredFallback: { readonly limitId: string; readonly current_A: number } | null = null;

  constructor(
    private readonly maximum_A: number,
    unknownUntil: EpochMilliseconds,
  ) {
    this.unknownUntil = unknownUntil;
  }

  sent(setpoint: Setpoint): void {
    this.open.push(setpoint);
  }

  /** A standing default confirmed before this life of ours; the charger keeps it over restarts of both sides. */
  knowFallback(current_A: number): void {
    this.fallback_A ??= current_A;
  }

  sentFallback(limitId: string, current_A: number): void {
    this.offeredFallback = { limitId, current_A };
  }

  /** The charger answered, or the edge gave up on an answer. Unknown ids are ignored: late or duplicated. */
  answered(limitId: string, result: 'accepted' | 'rejected' | 'unknown' | 'undelivered'): void {
    if (this.offeredFallback?.limitId === limitId) {
      if (result === 'accepted') this.fallback_A = this.offeredFallback.current_A;
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
    if (this.fallback_A !== null) this.unknownUntil = 0 as EpochMilliseconds;
  }

  /** The largest current per line that may be in force now. */
  largest_A(now: EpochMilliseconds): number {
    let largest =
      this.accepted && this.accepted.leaseUntil > now ? this.accepted.current_A : this.beneath_A(now);
    for (const setpoint of this.open) {
      largest = Math.max(largest, setpoint.leaseUntil > now ? setpoint.current_A : this.beneath_A(now));
    }
    return largest;
  }

  /** The smallest current per line that may be in force now. */
  smallest_A(now: EpochMilliseconds): number {
    let smallest =
      this.accepted && this.accepted.leaseUntil > now ? this.accepted.current_A : (this.fallback_A ?? 0);
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

  get confirmedFallback_A(): number | null {
    return this.fallback_A;
  }

  get fallbackIsOffered(): boolean {
    return this.offeredFallback !== null;
  }

  private beneath_A(now: EpochMilliseconds): number {
    if (this.fallback_A === null || this.unknownUntil > now) return this.maximum_A;
    return this.fallback_A;
  }
}
