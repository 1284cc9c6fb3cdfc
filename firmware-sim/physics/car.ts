/** A car as the charger meets it. Times are real seconds; only `energyScale` speeds its battery up. */
export interface CarModel {
  readonly maximum_A: number;
  readonly phases: 1 | 2 | 3;
  readonly energyWanted_Wh: number;
  /** How fast its current follows, ampere per second. */
  readonly ramp_A_per_s: number;
  /** IEC 61851-1 gives a car 5 s to follow a new setpoint. */
  readonly reaction_s: number;
  /** Below this it stops: 6 A by IEC 61851-1. */
  readonly minimum_A: number;
  /** Share of `energyWanted_Wh` from which the current falls linearly to the minimum; null charges flat out to the end. */
  readonly taperFrom: number | null;
  /** Some cars sleep after a pause and never start again until they are plugged in anew. */
  readonly wakesAfterPause: boolean;
}

export const ordinaryCar: CarModel = {
  maximum_A: 16,
  phases: 3,
  energyWanted_Wh: 20_000,
  ramp_A_per_s: 4,
  reaction_s: 5,
  minimum_A: 6,
  taperFrom: null,
  wakesAfterPause: true,
};

/** One plugged-in car: follows what the charger offers, with its delay and its ramp, until it has what it wants. */
export class Car {
  current_A = 0;
  delivered_Wh = 0;
  asleep = false;
  private followed_A = 0;
  private hasCharged = false;
  private elapsed_s = 0;
  /** Offers the car has not yet reacted to, oldest first. */
  private readonly offers: { seenAt_s: number; offered_A: number }[] = [];

  constructor(readonly model: CarModel) {}

  get full(): boolean {
    return this.delivered_Wh >= this.model.energyWanted_Wh;
  }

  /** Advances by `dt_s`; `power_W_per_A` is what one ampere of setpoint means in power with this wiring. */
  step(dt_s: number, offered_A: number, power_W_per_A: number, energyScale: number): number {
    this.elapsed_s += dt_s;
    this.notice(offered_A);
    const target_A = this.target_A();
    const reach_A = this.model.ramp_A_per_s * dt_s;
    const before_A = this.current_A;
    // Going off is a contactor, not a ramp, once the car is at its minimum.
    if (target_A === 0 && before_A <= this.model.minimum_A) this.current_A = 0;
    else if (target_A > 0 && before_A === 0) this.current_A = Math.min(target_A, this.model.minimum_A);
    else this.current_A += Math.max(-reach_A, Math.min(reach_A, target_A - before_A));
    if (this.current_A > 0) this.hasCharged = true;

    const asked_Wh = (this.current_A * power_W_per_A * dt_s * energyScale) / 3_600;
    const energy_Wh = Math.min(asked_Wh, Math.max(0, this.model.energyWanted_Wh - this.delivered_Wh));
    this.delivered_Wh += energy_Wh;
    return energy_Wh;
  }

  /** The charger opened its contactor: nothing flows from this instant. */
  cut(): void {
    this.current_A = 0;
    this.offers.length = 0;
    this.followed_A = 0;
  }

  private notice(offered_A: number): void {
    const last_A = this.offers.at(-1)?.offered_A ?? this.followed_A;
    if (offered_A !== last_A) this.offers.push({ seenAt_s: this.elapsed_s, offered_A });
    while (this.offers[0] && this.elapsed_s - this.offers[0].seenAt_s >= this.model.reaction_s) {
      this.followed_A = this.offers.shift()!.offered_A;
      const paused = this.followed_A < this.model.minimum_A && this.hasCharged;
      if (paused && !this.model.wakesAfterPause) this.asleep = true;
    }
  }

  private target_A(): number {
    const { maximum_A, minimum_A, taperFrom, energyWanted_Wh } = this.model;
    if (this.full || this.asleep || this.followed_A < minimum_A) return 0;
    const share = energyWanted_Wh > 0 ? this.delivered_Wh / energyWanted_Wh : 1;
    const wanted_A =
      taperFrom === null || share <= taperFrom
        ? maximum_A
        : maximum_A - ((maximum_A - minimum_A) * (share - taperFrom)) / (1 - taperFrom);
    return Math.max(0, Math.min(this.followed_A, wanted_A, maximum_A));
  }
}
