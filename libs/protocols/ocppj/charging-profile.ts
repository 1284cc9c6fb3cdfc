/** The most a charger may take, by the central system or by somebody else on site; the default; one transaction's own. */
export type ProfilePurpose =
  'ChargePointMaxProfile' | 'ExternalConstraints' | 'TxDefaultProfile' | 'TxProfile';

/** A charging profile in the terms of OCPP 1.6 7.8, which every edition maps onto. */
export interface ChargingProfile {
  readonly chargingProfileId: number;
  readonly transactionId?: number | string | undefined;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: ProfilePurpose;
  readonly chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrencyKind?: 'Daily' | 'Weekly' | undefined;
  /** ISO 8601; from this instant on. */
  readonly validFrom?: string | undefined;
  /** ISO 8601; up to this instant, which is no longer part of it. */
  readonly validTo?: string | undefined;
  readonly chargingSchedule: {
    /** Seconds; absent: the last period never ends. */
    readonly duration?: number | undefined;
    /** ISO 8601. */
    readonly startSchedule?: string | undefined;
    readonly chargingRateUnit: 'A' | 'W';
    readonly chargingSchedulePeriod: readonly {
      /** Seconds since the start of the schedule. */
      readonly startPeriod: number;
      /** In the unit of the schedule: A per line, or W of all lines together. */
      readonly limit: number;
      /** Absent: three (OCPP 1.6 7.14). */
      readonly numberPhases?: number | undefined;
    }[];
  };
}

export interface RunningTransaction {
  /** Null until the central system has answered StartTransaction. */
  readonly transactionId: number | string | null;
  readonly startedAt_ms: number;
}

/** What profiles allow on a connector at an instant. */
export interface Offer {
  /** Per line. */
  readonly limit_A: number;
  readonly phases: number;
}

/** A profile with its instants parsed once: it is asked for every second. */
export interface TimedProfile {
  readonly profile: ChargingProfile;
  readonly validFrom_ms: number;
  readonly validTo_ms: number;
  /** Null: the schedule names no start. */
  readonly start_ms: number | null;
}

const dayLength_ms = 86_400_000;

export function timed(profile: ChargingProfile): TimedProfile {
  const { validFrom, validTo, chargingSchedule } = profile;
  const start = chargingSchedule.startSchedule;
  return {
    profile,
    validFrom_ms: validFrom === undefined ? -Infinity : Date.parse(validFrom),
    validTo_ms: validTo === undefined ? Infinity : Date.parse(validTo),
    start_ms: start === undefined ? null : Date.parse(start),
  };
}

/**
 * What one profile allows at an instant; null: it says nothing then. Watts become amperes per line by `voltage_V` and the
 * number of phases of the period (OCPP 1.6 7.8, 7.13, 7.14).
 */
export function allowedBy(
  { profile, validFrom_ms, validTo_ms, start_ms }: TimedProfile,
  at_ms: number,
  transaction: RunningTransaction | null,
  voltage_V: number,
): Offer | null {
  // The lease: after validTo the next lower rule holds, which is the standing default.
  if (at_ms < validFrom_ms || at_ms >= validTo_ms) return null;
  const { duration, chargingRateUnit, chargingSchedulePeriod } = profile.chargingSchedule;
  const into_s = secondsIntoSchedule(profile, start_ms, at_ms, transaction);
  if (into_s === null || into_s < 0) return null;
  if (duration !== undefined && into_s >= duration) return null;
  const period = chargingSchedulePeriod.findLast((candidate) => candidate.startPeriod <= into_s);
  if (!period) return null;
  const phases = period.numberPhases ?? 3;
  return { limit_A: chargingRateUnit === 'A' ? period.limit : period.limit / (voltage_V * phases), phases };
}

/** The instants in a span at which a profile may change what it allows: validity, periods, and the end of its schedule. */
export function changesOf(
  { profile, validFrom_ms, validTo_ms, start_ms }: TimedProfile,
  from_ms: number,
  to_ms: number,
  transaction: RunningTransaction | null,
): number[] {
  const { duration, chargingSchedulePeriod } = profile.chargingSchedule;
  const offsets_s = [0, ...chargingSchedulePeriod.map(({ startPeriod }) => startPeriod)];
  if (duration !== undefined) offsets_s.push(duration);
  const instants = [validFrom_ms, validTo_ms];
  for (const origin_ms of originsOf(profile, start_ms, from_ms, to_ms, transaction))
    instants.push(...offsets_s.map((offset_s) => origin_ms + offset_s * 1_000));
  return instants.filter((at_ms) => at_ms > from_ms && at_ms < to_ms);
}

const cycleOf_ms = ({ recurrencyKind }: ChargingProfile): number =>
  recurrencyKind === 'Weekly' ? 7 * dayLength_ms : dayLength_ms;

/** OCPP 1.6 7.8: without startSchedule, and always when relative, a schedule counts from the start of charging. */
const countsFromTransaction = ({ chargingProfileKind }: ChargingProfile, start_ms: number | null): boolean =>
  chargingProfileKind === 'Relative' || (chargingProfileKind === 'Absolute' && start_ms === null);

/** Where the schedule's zero lies, once per cycle that touches the span. */
function originsOf(
  profile: ChargingProfile,
  start_ms: number | null,
  from_ms: number,
  to_ms: number,
  transaction: RunningTransaction | null,
): number[] {
  if (countsFromTransaction(profile, start_ms)) return transaction ? [transaction.startedAt_ms] : [];
  if (start_ms === null) return [];
  if (profile.chargingProfileKind === 'Absolute') return [start_ms];
  const cycle_ms = cycleOf_ms(profile);
  const first = Math.max(0, Math.floor((from_ms - start_ms) / cycle_ms));
  const origins: number[] = [];
  for (let origin_ms = start_ms + first * cycle_ms; origin_ms < to_ms; origin_ms += cycle_ms)
    origins.push(origin_ms);
  return origins;
}

/** Without a transaction a schedule that counts from one stands at its beginning. */
function secondsIntoSchedule(
  profile: ChargingProfile,
  start_ms: number | null,
  at_ms: number,
  transaction: RunningTransaction | null,
): number | null {
  if (countsFromTransaction(profile, start_ms))
    return transaction ? (at_ms - transaction.startedAt_ms) / 1_000 : 0;
  if (start_ms === null) return null;
  const since_ms = at_ms - start_ms;
  if (profile.chargingProfileKind === 'Absolute') return since_ms / 1_000;
  return since_ms < 0 ? null : (since_ms % cycleOf_ms(profile)) / 1_000;
}
