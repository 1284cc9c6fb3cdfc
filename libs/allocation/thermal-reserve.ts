import type { EpochMilliseconds, Milliseconds } from '#libs/units/quantities.js';

/** IEC 60898-1: a breaker carries 1.13 times its rated current for an hour without tripping. */
export const toleratedRatio = 1.13;
/** And trips within an hour at 1.45 times: from there on nothing is borne. */
const conventionalTripRatio = 1.45;

/**
 * What a fuse may still bear above its cap for a short time, per (node, line): heat grows with the square of the current above
 * the cap and is given off below it. A small excess that will be gone in a minute then cuts no car.
 */
export class ThermalReserve {
  private heat_s = 0;
  private last: { readonly at: EpochMilliseconds; readonly ratio: number } | null = null;

  /** Takes in the current that flows at `at` beside the cap, both ampere. Counts at most `longest` since the last one. */
  observe(at: EpochMilliseconds, current_A: number, cap_A: number, longest: Milliseconds): void {
    if (this.last) {
      const elapsed_s = Math.min(longest, Math.max(0, at - this.last.at)) / 1_000;
      this.heat_s = Math.max(0, this.heat_s + elapsed_s * (this.last.ratio ** 2 - 1));
    }
    this.last = { at, ratio: cap_A > 0 ? Math.max(0, current_A) / cap_A : Infinity };
  }

  /**
   * True while an excess may go on: below 1.45 times the rating now, and with less heat than 1.13 times the cap makes in
   * `patience`.
   */
  bears(fuse_A: number, cap_A: number, patience: Milliseconds): boolean {
    if (!this.last) return false;
    const most_s = (patience / 1_000) * (toleratedRatio ** 2 - 1);
    return this.last.ratio * cap_A < fuse_A * conventionalTripRatio && this.heat_s < most_s;
  }
}
