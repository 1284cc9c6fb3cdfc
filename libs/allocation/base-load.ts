import type { EpochMilliseconds, Milliseconds } from '#libs/units/quantities.js';

interface Estimate {
  readonly at: EpochMilliseconds;
  readonly base_A: number;
}

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
  private window: Estimate[] = [];

  /** `carsLow_A` and `carsHigh_A` bound what the cars draw through this line at the instant of the reading. */
  observe(
    at: EpochMilliseconds,
    meter_A: number,
    carsLow_A: number,
    carsHigh_A: number,
    hold: Milliseconds,
  ): void {
    const lowest = meter_A - carsHigh_A;
    const highest = meter_A - carsLow_A;
    this.estimate_A = Math.min(Math.max(this.estimate_A ?? highest, lowest), highest);
    this.window = this.window.filter(
      (entry) => entry.at > at - hold && entry.base_A > (this.estimate_A ?? 0),
    );
    this.window.push({ at, base_A: this.estimate_A });
  }

  /** The largest estimate of the hold time: a fall counts only once it has lasted. Null before the first frame. */
  get held_A(): number | null {
    return this.window[0]?.base_A ?? null;
  }
}
