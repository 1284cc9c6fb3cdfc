import type { Limit } from '#libs/contracts/limit.js';

/** A SetChargingProfile request (OCPP 1.6 6.43). */
export interface SetChargingProfile {
  readonly connectorId: number;
  readonly csChargingProfiles: {
    readonly chargingProfileId: number;
    readonly transactionId?: number;
    readonly stackLevel: number;
    readonly chargingProfilePurpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
    readonly chargingProfileKind: 'Absolute';
    readonly validTo?: string;
    readonly chargingSchedule: {
      readonly chargingRateUnit: 'A';
      readonly startSchedule: string;
      readonly chargingSchedulePeriod: readonly [
        { readonly startPeriod: 0; readonly limit: number; readonly numberPhases?: 1 | 3 },
      ];
    };
  };
}

/** Profile ids are ours: a later profile with the same id, or the same purpose and stack level, replaces the earlier one. */
const personsProfileId = 1;
const standingProfileId = (connector: number): number => 100 + connector;
const leaseProfileId = (connector: number): number => 1_000 + connector;

/** OCPP 1.6 7.13: limits have one decimal; always down, so that rounding never overloads a fuse. */
export const roundDown = (current_A: number): number => Math.floor(current_A * 10 + 1e-6) / 10;

/** The beginning of time: even a charger whose clock stands at 1970 is already inside the schedule's first period. */
const startSchedule = '1970-01-01T00:00:00.000Z';

/**
 * OCPP 1.6 7.14: the number of phases, three when absent. It is left out for chargers that do not switch: some reject a
 * profile that names it.
 */
const schedule = (current_A: number, numberPhases: Limit['numberPhases']) => ({
  chargingRateUnit: 'A' as const,
  startSchedule,
  chargingSchedulePeriod: [
    {
      startPeriod: 0 as const,
      limit: roundDown(current_A),
      ...(numberPhases === null ? {} : { numberPhases }),
    },
  ] as const,
});

/**
 * A limit of the allocator. With a transaction it is a lease: a TxProfile over the standing default that the charger
 * itself ends at `validTo` (OCPP 1.6 3.13.2, stack levels). Without, it is that standing default.
 */
export function limitProfile(limit: Limit): SetChargingProfile {
  if (limit.transactionId === null) {
    return {
      connectorId: limit.connector,
      csChargingProfiles: {
        chargingProfileId: standingProfileId(limit.connector),
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: schedule(limit.current_A, limit.numberPhases),
      },
    };
  }
  return {
    connectorId: limit.connector,
    csChargingProfiles: {
      chargingProfileId: leaseProfileId(limit.connector),
      transactionId: limit.transactionId,
      stackLevel: 1,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      ...(limit.leaseUntil === null ? {} : { validTo: new Date(limit.leaseUntil).toISOString() }),
      chargingSchedule: schedule(limit.current_A, limit.numberPhases),
    },
  };
}

/** The ceiling a person put on the whole charger: a ChargePointMaxProfile, which OCPP 1.6 3.13.1 allows on connector 0 only. */
export function personsMaximumProfile(current_A: number): SetChargingProfile {
  return {
    connectorId: 0,
    csChargingProfiles: {
      chargingProfileId: personsProfileId,
      stackLevel: 0,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: schedule(current_A, null),
    },
  };
}
