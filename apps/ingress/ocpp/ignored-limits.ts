import type { PerPhase } from '#libs/units/phases.js';

export const ignoredLimitRules = {
  /** How far above its limit a terminal must be: by both. Meters and chargers are not exact. */
  above_A: 1,
  above_share: 0.1,
  /** How long it must stay there, and how long it must be back below. */
  holds_ms: 30_000,
  samples: 2,
  /** IEC 61851-1: a car follows a new duty cycle within 5 s, so it is held against what was in force that long ago too. */
  follows_ms: 5_000,
} as const;

export interface LimitVerdict {
  readonly code: 'limit-ignored' | 'limit-obeyed';
  /** Per line. */
  readonly limit_A: number;
  /** The strongest terminal. */
  readonly measured_A: number;
}

interface Stretch {
  readonly above: boolean;
  readonly since: number;
  readonly samples: number;
}

/**
 * Watches one charging session for a charger that accepts its limit and draws more all the same. It tells once that the
 * limit is ignored, and once that it is obeyed again. Instants are milliseconds of one clock, and rise.
 */
export class IgnoredLimits {
  private limit_A: number | null = null;
  /** Limits that were in force until a moment ago. */
  private former: { readonly limit_A: number; readonly until: number }[] = [];
  private stretch: Stretch | null = null;
  private told: LimitVerdict['code'] | null = null;

  /** What is in force from now on; null: nobody knows. */
  limited(at: number, limit_A: number | null): void {
    this.former = this.former.filter(({ until }) => at - until < ignoredLimitRules.follows_ms);
    if (limit_A === this.limit_A) return;
    // Where nobody knew, nobody can say what the car is still following.
    this.former.push({ limit_A: this.limit_A ?? Infinity, until: at });
    this.limit_A = limit_A;
  }

  /** What the terminals showed; null: nothing new is to be told. */
  sampled(at: number, current_A: PerPhase): LimitVerdict | null {
    this.limited(at, this.limit_A);
    if (this.limit_A === null) {
      this.stretch = null;
      return null;
    }
    const { above_A, above_share, holds_ms, samples } = ignoredLimitRules;
    const measured_A = Math.max(...current_A);
    const allowed_A = Math.max(this.limit_A, ...this.former.map((each) => each.limit_A));
    const above = measured_A > allowed_A + above_A && measured_A > allowed_A * (1 + above_share);
    // On its way down to a new limit it neither ignores the limit nor obeys it.
    const isFollowing = !above && measured_A > this.limit_A + above_A && allowed_A > this.limit_A;
    if (isFollowing) return null;
    this.stretch =
      this.stretch?.above === above
        ? { ...this.stretch, samples: this.stretch.samples + 1 }
        : { above, since: at, samples: 1 };
    if (at - this.stretch.since < holds_ms || this.stretch.samples < samples) return null;
    const due = above ? 'limit-ignored' : 'limit-obeyed';
    if (this.told !== (above ? null : 'limit-ignored')) return null;
    this.told = due;
    return { code: due, limit_A: this.limit_A, measured_A };
  }
}
