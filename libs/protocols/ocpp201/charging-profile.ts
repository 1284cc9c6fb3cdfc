import type { Limit } from '#libs/contracts/limit.js';
import { roundDown } from '../ocpp16/charging-profile.js';

/** A SetChargingProfile request (OCPP 2.0.1 K01); OCPP 2.1 takes the same one. */
export interface SetChargingProfile {
  readonly evseId: number;
  readonly chargingProfile: {
    readonly id: number;
    readonly transactionId?: string;
    readonly stackLevel: number;
    readonly chargingProfilePurpose: 'ChargingStationMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
    readonly chargingProfileKind: 'Absolute';
    readonly validTo?: string;
    readonly chargingSchedule: readonly [
      {
        readonly id: number;
        readonly chargingRateUnit: 'A';
        readonly startSchedule: string;
        readonly chargingSchedulePeriod: readonly [
          { readonly startPeriod: 0; readonly limit: number; readonly numberPhases?: 1 | 3 },
        ];
      },
    ];
  };
}

/** Profile ids are ours; a later profile with the same id replaces the earlier one (K01.FR.05). The same ids as for OCPP 1.6. */
const personsProfileId = 1;
const standingProfileId = (evse: number): number => 100 + evse;
const leaseProfileId = (evse: number): number => 1_000 + evse;

/** The beginning of time: even a station whose clock stands at 1970 is already inside the schedule's first period. */
const startSchedule = '1970-01-01T00:00:00.000Z';

const scheduleOf = (id: number, current_A: number, numberPhases: Limit['numberPhases']) =>
  [
    {
      id,
      chargingRateUnit: 'A' as const,
      startSchedule,
      chargingSchedulePeriod: [
        {
          startPeriod: 0 as const,
          limit: roundDown(current_A),
          // Left out for stations that do not switch: ChargingSchedulePeriodType lets them assume three.
          ...(numberPhases === null ? {} : { numberPhases }),
        },
      ] as const,
    },
  ] as const;

/** A lease of the allocator: a TxProfile over the standing default, which the station itself ends at `validTo`. K01. */
export function leaseProfile(limit: Limit, stationTransactionId: string): SetChargingProfile {
  const id = leaseProfileId(limit.connector);
  return {
    evseId: limit.connector,
    chargingProfile: {
      id,
      transactionId: stationTransactionId,
      stackLevel: 1,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      ...(limit.leaseUntil === null ? {} : { validTo: new Date(limit.leaseUntil).toISOString() }),
      chargingSchedule: scheduleOf(id, limit.current_A, limit.numberPhases),
    },
  };
}

/** What an EVSE falls back to when no lease is in force (K01, TxDefaultProfile). */
export function standingProfile(limit: Limit): SetChargingProfile {
  const id = standingProfileId(limit.connector);
  return {
    evseId: limit.connector,
    chargingProfile: {
      id,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: scheduleOf(id, limit.current_A, limit.numberPhases),
    },
  };
}

/** The ceiling a person put on the whole station: K01.FR.38 allows it on EVSE 0 only. */
export function personsMaximumProfile(current_A: number): SetChargingProfile {
  return {
    evseId: 0,
    chargingProfile: {
      id: personsProfileId,
      stackLevel: 0,
      chargingProfilePurpose: 'ChargingStationMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: scheduleOf(personsProfileId, current_A, null),
    },
  };
}
