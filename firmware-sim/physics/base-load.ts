import { phaseIndex, type PerPhase, type Phase } from '#libs/units/phases.js';
import type { Random } from './random.js';

/** A load that switches itself: a cooking plate, a boiler. */
export interface ApplianceModel {
  readonly name: string;
  readonly phases: readonly Phase[];
  readonly current_A: number;
  readonly on_s: number;
  readonly off_s: number;
}

export interface BaseLoadModel {
  readonly constant_A: PerPhase;
  readonly appliances: readonly ApplianceModel[];
  /** Factor on `constant_A` for each hour of the day; null is 1 all day. */
  readonly daily: readonly number[] | null;
  /** A roof that feeds in; null: none. */
  readonly sun: SunModel | null;
}

/** A clear day: the current rises from sunrise to its peak at noon and falls until sunset, as a half sine. */
export interface SunModel {
  /** What the roof gives at noon, per line. */
  readonly peak_A: PerPhase;
  readonly rises_h: number;
  readonly sets_h: number;
}

/** What a roof gives at a time of the day, as a share of its peak. */
export function sunShare({ rises_h, sets_h }: SunModel, dayTime_s: number): number {
  const hour = ((((dayTime_s / 3_600) % 24) + 24) % 24) - rises_h;
  const day_h = sets_h - rises_h;
  return hour <= 0 || hour >= day_h ? 0 : Math.sin((hour / day_h) * Math.PI);
}

/** What the people of a node use besides charging. Appliances switch in real time, +-30 % around their mean times. */
export class BaseLoad {
  private readonly appliances: { model: ApplianceModel; on: boolean; left_s: number }[];

  constructor(
    private readonly model: BaseLoadModel,
    private readonly random: Random,
  ) {
    this.appliances = model.appliances.map((appliance) => ({
      model: appliance,
      on: false,
      left_s: appliance.off_s * random.uniform(),
    }));
  }

  step(dt_s: number): void {
    for (const appliance of this.appliances) {
      appliance.left_s -= dt_s;
      if (appliance.left_s > 0) continue;
      appliance.on = !appliance.on;
      const mean_s = appliance.on ? appliance.model.on_s : appliance.model.off_s;
      appliance.left_s = mean_s * this.random.between(0.7, 1.3);
    }
  }

  /** Current per line now, negative where the roof gives more than the people take; `dayTime_s` is the scenario's time since midnight. */
  current_A(dayTime_s: number): PerPhase {
    const hour = Math.floor((((dayTime_s % 86_400) + 86_400) % 86_400) / 3_600);
    const factor = this.model.daily?.[hour] ?? 1;
    const total: [number, number, number] = [
      this.model.constant_A[0] * factor,
      this.model.constant_A[1] * factor,
      this.model.constant_A[2] * factor,
    ];
    for (const { model, on } of this.appliances) {
      if (on) for (const line of model.phases) total[phaseIndex(line)] += model.current_A;
    }
    const { sun } = this.model;
    if (sun) {
      const share = sunShare(sun, dayTime_s);
      sun.peak_A.forEach((peak_A, line) => (total[line as 0 | 1 | 2] -= peak_A * share));
    }
    return total;
  }
}
