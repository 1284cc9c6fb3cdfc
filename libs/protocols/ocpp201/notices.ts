import type { Notice } from '#libs/devices/device-event.js';
import { securityEventSeverity } from '../ocppj/security-event.js';

/** Notifications that become a notice for people to read, as the schemas have proven them (OCPP 2.0.1). */
export interface ProgressNotification {
  readonly status: string;
  readonly requestId?: number;
}
export interface SecurityEventNotification {
  readonly type: string;
  readonly timestamp: string;
  readonly techInfo?: string;
}
export interface ReservationStatusUpdate {
  readonly reservationId: number;
  readonly reservationUpdateStatus: string;
}
interface ChargingSchedule {
  readonly duration?: number;
  readonly chargingRateUnit: string;
  readonly chargingSchedulePeriod: readonly { readonly limit?: number }[];
}
export interface ChargingLimitNotification {
  readonly evseId?: number;
  readonly chargingLimit: { readonly chargingLimitSource: string; readonly isGridCritical?: boolean };
  readonly chargingSchedule?: readonly ChargingSchedule[];
}
export interface ClearedLimitNotification {
  readonly evseId?: number;
  readonly chargingLimitSource: string;
}
export interface EvScheduleNotification {
  readonly evseId: number;
  readonly timeBase: string;
  readonly chargingSchedule: ChargingSchedule;
}

/** Severities as OCPP 2.0.1 N07 counts them: 4 error, 5 alert, 7 notice, 8 informational. */
const error = 4;
const alert = 5;
const notable = 7;
const informational = 8;

const notice = (
  topic: string,
  code: string,
  severity: number,
  detail: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Notice => ({
  type: 'notice',
  topic,
  code,
  severity,
  detail: Object.fromEntries(
    Object.entries(detail).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  ),
});

const failed = (status: string): boolean =>
  /Fail|Invalid|BadMessage|PermissionDenied|NotSupported/.test(status);

/** L01, L02: how an update of the firmware goes. */
export const firmwareNotice = ({ status, requestId }: ProgressNotification): Notice =>
  notice('firmware', status, failed(status) ? alert : informational, { requestId });

/** L03: how a local controller publishes firmware. */
export const publishFirmwareNotice = ({ status, requestId }: ProgressNotification): Notice =>
  notice('firmware-publishing', status, failed(status) ? alert : informational, { requestId });

/** N01: how the upload of a log goes. */
export const logNotice = ({ status, requestId }: ProgressNotification): Notice =>
  notice('log', status, failed(status) ? alert : informational, { requestId });

/** A04. */
export const securityNotice = ({ type, techInfo }: SecurityEventNotification): Notice =>
  notice('security', type, securityEventSeverity(type), { techInfo });

/** H04: a reservation ended without being used. */
export const reservationNotice = ({
  reservationId,
  reservationUpdateStatus,
}: ReservationStatusUpdate): Notice =>
  notice('reservation', reservationUpdateStatus, notable, { reservationId });

const greatest = ({ chargingSchedulePeriod }: ChargingSchedule): number | undefined => {
  const limits = chargingSchedulePeriod.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  return limits.length === 0 ? undefined : Math.max(...limits);
};

/** K12-K14: somebody else than us limits the station. */
export const chargingLimitNotice = (request: ChargingLimitNotification): Notice => {
  const { chargingLimitSource: source, isGridCritical } = request.chargingLimit;
  const [schedule] = request.chargingSchedule ?? [];
  return notice('external-limit', 'Set', isGridCritical === true ? error : notable, {
    source,
    isGridCritical,
    evse: request.evseId,
    limit: schedule && greatest(schedule),
    unit: schedule?.chargingRateUnit,
  });
};

/** K12-K14: that limit is gone. */
export const clearedLimitNotice = ({ chargingLimitSource, evseId }: ClearedLimitNotification): Notice =>
  notice('external-limit', 'Cleared', notable, { source: chargingLimitSource, evse: evseId });

/** K15-K17: what the car plans within our limits. */
export const evScheduleNotice = ({ evseId, timeBase, chargingSchedule }: EvScheduleNotification): Notice =>
  notice('car', 'ScheduleChosen', informational, {
    evse: evseId,
    timeBase,
    duration_s: chargingSchedule.duration,
    limit: greatest(chargingSchedule),
    unit: chargingSchedule.chargingRateUnit,
  });
