import type { PerPhase } from '#libs/units/phases.js';

/** IEC 60898-1 table 7: 1.13 In must not trip within 1 h (In <= 63 A; 2 h above, so 1 h is the strict reading). */
const conventionalNoTripRatio = 1.13;
const conventionalTime_s = 3_600;
/** 2.55 In: the earliest permitted trip is at 1 s. */
const fastRatio = 2.55;
const fastTime_s = 1;
/** Type B: from 3 In the magnetic release may act within 0.1 s. */
const magneticRatio = 3;
const magneticTime_s = 0.1;
/** A bimetal below its rated current is cold again after about ten minutes. */
const cooling_s = 600;

const slope = Math.log(conventionalTime_s / fastTime_s) / Math.log(fastRatio / conventionalNoTripRatio);

/** For how long a breaker certainly holds at `ratio` x In: the lower edge of its trip band, straight in log-log. */
export function noTripTime_s(ratio: number): number {
  if (ratio <= conventionalNoTripRatio) return Infinity;
  if (ratio >= magneticRatio) return magneticTime_s;
  return conventionalTime_s * (conventionalNoTripRatio / ratio) ** slope;
}

/** One pole of a breaker: adds up dt / t(ratio); at 1 the breaker may have tripped. */
export class BreakerPole {
  /** 0 cold, 1 at the edge of the no-trip curve. */
  damage = 0;
  maximumRatio = 0;
  outsideNoTripCurve_s = 0;

  constructor(readonly rating_A: number) {}

  step(current_A: number, dt_s: number): void {
    const magnitude_A = Math.abs(current_A);
    // A line without a fuse carries nothing by definition; current on it is a defect worth reporting.
    const ratio = magnitude_A === 0 ? 0 : this.rating_A > 0 ? magnitude_A / this.rating_A : Infinity;
    this.maximumRatio = Math.max(this.maximumRatio, ratio);
    if (ratio > conventionalNoTripRatio) {
      this.damage += dt_s / noTripTime_s(ratio);
      if (this.damage > 1) this.outsideNoTripCurve_s += dt_s;
    } else if (ratio <= 1) {
      this.damage = Math.max(0, this.damage - dt_s / cooling_s);
    }
  }
}

export interface BreakerReport {
  readonly maximumRatio: PerPhase;
  readonly outsideNoTripCurve_s: number;
  readonly mayHaveTripped: boolean;
}

/** A three-pole fuse or breaker. It never opens here: the simulation goes on and reports what it would have done. */
export class Breaker {
  private readonly poles: readonly [BreakerPole, BreakerPole, BreakerPole];

  constructor(rating_A: PerPhase) {
    this.poles = [new BreakerPole(rating_A[0]), new BreakerPole(rating_A[1]), new BreakerPole(rating_A[2])];
  }

  step(current_A: PerPhase, dt_s: number): void {
    this.poles.forEach((pole, index) => pole.step(current_A[index] ?? 0, dt_s));
  }

  get damage(): number {
    return Math.max(...this.poles.map((pole) => pole.damage));
  }

  report(): BreakerReport {
    const [one, two, three] = this.poles;
    const outsideNoTripCurve_s = Math.max(...this.poles.map((pole) => pole.outsideNoTripCurve_s));
    return {
      maximumRatio: [one.maximumRatio, two.maximumRatio, three.maximumRatio],
      outsideNoTripCurve_s,
      mayHaveTripped: outsideNoTripCurve_s > 0,
    };
  }
}
