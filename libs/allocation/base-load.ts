import type { EpochMilliseconds, Milliseconds } from '#libs/units/quantities.js';

interface Estimate {
  readonly at: EpochMilliseconds;
  readonly base_A: number;
}

/** A change of base load below this is noise, ampere. */
const noticeable_A = 1;

/**
 * Base load of one metered (node, line): what flows there besides the cars.
 *
 * The meter is fresh, the chargers' own samples are seconds older, so what the cars draw at the instant of a frame is
 * known only as an interval. The estimate stays where it was unless the frame proves otherwise and then moves just far
 * enough: a car that ramps is not mistaken for an appliance. Because the upper end of the interval is what the cars may
 * draw at most, an overloaded meter always leads to a cut of at least the overload in the same frame (I13).
 */
export class BaseLoad {
  private estimate_A: number | null = null;

  /**
   * `assumed_A` is the first guess, before the chargers have told what they draw: what the site was planned for. Taking all
   * that the meter shows for base load would pause every car whenever an allocator starts.
   */
  constructor(private readonly assumed_A: number) {}

  /** Falling estimates, each with the last instant it was reached; the first is the largest of the hold time. */
  private readonly window: Estimate[] = [];
  /** The last load that was let go because it had not come back within the hold time. */
  private released: Estimate | null = null;
  /** Hold time that the appliances here have taught, and when they last did. */
  private learntHold_ms = 0;
  private learntAt = 0;

  /** `carsLow_A` and `carsHigh_A` bound what the cars draw through this line at the instant of the reading. */
  observe(
    at: EpochMilliseconds,
    meter_A: number,
    carsLow_A: number,
    carsHigh_A: number,
    hold: Milliseconds,
    longestHold: Milliseconds,
  ): void {
    const lowest = meter_A - carsHigh_A;
    const highest = meter_A - carsLow_A;
    const estimate_A = Math.min(Math.max(this.estimate_A ?? this.assumed_A, lowest), highest);
    this.estimate_A = estimate_A;
    this.learn(at, estimate_A, longestHold);
    while (this.window.length > 0 && this.window.at(-1)!.base_A <= estimate_A) this.window.pop();
    this.window.push({ at, base_A: estimate_A });
    const until = at - Math.max(hold, this.learntHold_ms);
    let gone: Estimate | null = null;
    while (this.window[0]!.at <= until) gone = this.window.shift()!;
    if (gone && gone.base_A - this.window[0]!.base_A >= noticeable_A) this.released = gone;
  }

  /** The largest estimate of the hold time: a fall counts only once it has lasted. Null before the first frame. */
  get held_A(): number | null {
    return this.window[0]?.base_A ?? null;
  }

  /** An appliance that comes back soon after it was let go cycles: its next pause is waited out (no yo-yo). */
  private learn(at: EpochMilliseconds, estimate_A: number, longestHold: Milliseconds): void {
    if (at - this.learntAt > 2 * longestHold) this.learntHold_ms = 0;
    const held_A = this.held_A;
    if (held_A === null) return;
    // It came back while its pause was still being waited out: the lesson holds.
    if (this.window.length > 1 && estimate_A > held_A - noticeable_A) this.learntAt = at;
    if (estimate_A - held_A < noticeable_A || !this.released) return;
    const pause_ms = at - this.released.at;
    this.released = null;
    if (pause_ms > longestHold) return;
    this.learntHold_ms = Math.min(longestHold, Math.max(this.learntHold_ms, pause_ms * 1.5));
    this.learntAt = at;
  }
}
