import type { ChargingProfile } from './charging-profile.js';
import type { ClearRequest } from './profile-store.js';

/** What a call changes about the charging profiles of a charger that accepts it. */
export type ProfileChange =
  | { readonly kind: 'set'; readonly connector: number; readonly profile: ChargingProfile }
  | { readonly kind: 'clear'; readonly request: ClearRequest }
  /** It sets a profile that says more than we can compute. */
  | { readonly kind: 'unreadable' };

/** A composite schedule as a charger told it, in A per line. */
export interface ToldSchedule {
  /** Seconds from its start that it speaks of; null: as long as was asked for. */
  readonly duration_s: number | null;
  /** In order of time. */
  readonly periods: readonly { readonly from_s: number; readonly limit_A: number }[];
}

/** How one OCPP version speaks of charging profiles. */
export interface ProfileWords {
  /** Null: the call is not about charging profiles. */
  change(action: string, payload: object): ProfileChange | null;
  /** A GetCompositeSchedule request, in A. */
  question(connector: number, duration_s: number): object;
  /** The schedule in the answer to it; null: it holds none that can be read. */
  schedule(answer: unknown): ToldSchedule | null;
}

/** Volts by which watts become amperes wherever nobody measured. */
export const assumedVoltage_V = 230;

interface Schedule {
  readonly duration?: unknown;
  readonly chargingRateUnit?: unknown;
  readonly chargingSchedulePeriod?: unknown;
}

/** The part of a schedule that both generations write alike; null where it cannot be read. */
export function toldSchedule(schedule: unknown): ToldSchedule | null {
  const { duration, chargingRateUnit, chargingSchedulePeriod } = (schedule ?? {}) as Schedule;
  if (!Array.isArray(chargingSchedulePeriod) || chargingSchedulePeriod.length === 0) return null;
  const inWatts = chargingRateUnit === 'W';
  const periods: { from_s: number; limit_A: number }[] = [];
  for (const period of chargingSchedulePeriod as Record<string, unknown>[]) {
    const { startPeriod, limit, numberPhases } = period;
    if (typeof startPeriod !== 'number' || typeof limit !== 'number') return null;
    // OCPP 1.6 7.14: three phases unless the period says otherwise.
    const phases = typeof numberPhases === 'number' && numberPhases > 0 ? numberPhases : 3;
    periods.push({ from_s: startPeriod, limit_A: inWatts ? limit / (assumedVoltage_V * phases) : limit });
  }
  return {
    duration_s: typeof duration === 'number' ? duration : null,
    periods: periods.toSorted((a, b) => a.from_s - b.from_s),
  };
}
