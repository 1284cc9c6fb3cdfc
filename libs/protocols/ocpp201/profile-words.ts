import type { ChargingProfile, ProfilePurpose } from '../ocppj/charging-profile.js';
import { toldSchedule, type ProfileChange, type ProfileWords } from '../ocppj/profile-words.js';

const purposes: Readonly<Record<string, ProfilePurpose>> = {
  ChargingStationExternalConstraints: 'ExternalConstraints',
  ChargingStationMaxProfile: 'ChargePointMaxProfile',
  TxDefaultProfile: 'TxDefaultProfile',
  TxProfile: 'TxProfile',
};
const kinds: ReadonlySet<string> = new Set(['Absolute', 'Recurring', 'Relative']);

/** ChargingProfileType as far as OCPP 2.0.1 knows it; OCPP 2.1 adds kinds, purposes and periods without a limit. */
interface ProfileOnTheWire {
  readonly id: number;
  readonly transactionId?: string;
  readonly stackLevel: number;
  readonly chargingProfilePurpose: string;
  readonly chargingProfileKind: string;
  readonly recurrencyKind?: 'Daily' | 'Weekly';
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly chargingSchedule: readonly {
    readonly duration?: number;
    readonly startSchedule?: string;
    readonly chargingRateUnit: 'A' | 'W';
    readonly chargingSchedulePeriod: readonly {
      readonly startPeriod: number;
      readonly limit?: number;
      readonly numberPhases?: number;
    }[];
  }[];
}

/** Of several schedules (ISO 15118) the car chooses one and we do not know which. */
function changeBy(evseId: number, wire: ProfileOnTheWire): ProfileChange {
  const purpose = Object.hasOwn(purposes, wire.chargingProfilePurpose)
    ? purposes[wire.chargingProfilePurpose]
    : undefined;
  const [schedule, ...others] = wire.chargingSchedule;
  const limited = schedule?.chargingSchedulePeriod.every(({ limit }) => limit !== undefined) === true;
  if (!purpose || !schedule || others.length > 0 || !limited || !kinds.has(wire.chargingProfileKind))
    return { kind: 'unreadable' };
  const profile: ChargingProfile = {
    chargingProfileId: wire.id,
    transactionId: wire.transactionId,
    stackLevel: wire.stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: wire.chargingProfileKind as ChargingProfile['chargingProfileKind'],
    recurrencyKind: wire.recurrencyKind,
    validFrom: wire.validFrom,
    validTo: wire.validTo,
    chargingSchedule: schedule as ChargingProfile['chargingSchedule'],
  };
  return { kind: 'set', connector: evseId, profile };
}

interface ClearOnTheWire {
  readonly chargingProfileId?: number;
  readonly chargingProfileCriteria?: {
    readonly evseId?: number;
    readonly chargingProfilePurpose?: string;
    readonly stackLevel?: number;
  };
}

/** OCPP 2.0.1 K01, K08 and K10. */
export const profileWords201: ProfileWords = {
  change: (action, payload) => {
    if (action === 'ClearChargingProfile') {
      const { chargingProfileId: id, chargingProfileCriteria = {} } = payload as ClearOnTheWire;
      const { evseId: connectorId, chargingProfilePurpose, stackLevel } = chargingProfileCriteria;
      const purpose = chargingProfilePurpose && (purposes[chargingProfilePurpose] ?? chargingProfilePurpose);
      return {
        kind: 'clear',
        request: { id, connectorId, chargingProfilePurpose: purpose, stackLevel },
      };
    }
    if (action !== 'SetChargingProfile') return null;
    const { evseId, chargingProfile } = payload as {
      readonly evseId: number;
      readonly chargingProfile: ProfileOnTheWire;
    };
    return changeBy(evseId, chargingProfile);
  },
  question: (evseId, duration) => ({ evseId, duration, chargingRateUnit: 'A' }),
  schedule: (answer) => toldSchedule((answer as { readonly schedule?: unknown } | null)?.schedule),
};
