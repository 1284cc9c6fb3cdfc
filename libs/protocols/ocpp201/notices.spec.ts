import { describe, expect, it } from '@jest/globals';
import { schemasOf } from '../ocppj/schema.js';
import {
  chargingLimitNotice,
  clearedLimitNotice,
  evScheduleNotice,
  firmwareNotice,
  logNotice,
  publishFirmwareNotice,
  reservationNotice,
  securityNotice,
} from './notices.js';

const schedule = (...limits: number[]) => ({
  id: 1,
  duration: 3_600,
  chargingRateUnit: 'A',
  chargingSchedulePeriod: limits.map((limit, index) => ({ startPeriod: index * 60, limit })),
});
const conforms = (action: string, request: object) =>
  expect(schemasOf('ocpp2.0.1').checkRequest(action, request)).toBeNull();

describe('notifications of OCPP 2.0.1 stations as notices', () => {
  it.each([
    ['Downloading', 8],
    ['InstallRebooting', 8],
    ['DownloadFailed', 5],
    ['InvalidSignature', 5],
    ['InstallVerificationFailed', 5],
  ])('L01: firmware %s has severity %d', (status, severity) => {
    const request = { status, requestId: 7 };
    conforms('FirmwareStatusNotification', request);
    expect(firmwareNotice(request)).toEqual({
      type: 'notice',
      topic: 'firmware',
      code: status,
      severity,
      detail: { requestId: 7 },
    });
  });

  it('L03: firmware that could not be published is worth a look', () => {
    expect(publishFirmwareNotice({ status: 'PublishFailed' })).toMatchObject({ severity: 5, detail: {} });
    expect(publishFirmwareNotice({ status: 'InvalidChecksum' })).toMatchObject({ severity: 5 });
    expect(publishFirmwareNotice({ status: 'Published' })).toMatchObject({ severity: 8 });
  });

  it.each([
    ['Uploaded', 8],
    ['UploadFailure', 5],
    ['PermissionDenied', 5],
    ['BadMessage', 5],
  ])('N01: log %s has severity %d', (status, severity) => {
    conforms('LogStatusNotification', { status });
    expect(logNotice({ status })).toMatchObject({ topic: 'log', code: status, severity });
  });

  it('A04: a security event keeps its technical words', () => {
    const request = { type: 'TamperDetectionActivated', timestamp: '2026-01-05T08:00:00Z', techInfo: 'lid' };
    conforms('SecurityEventNotification', request);
    expect(securityNotice(request)).toEqual({
      type: 'notice',
      topic: 'security',
      code: 'TamperDetectionActivated',
      severity: 2,
      detail: { techInfo: 'lid' },
    });
  });

  it('H04: a reservation that ended unused', () => {
    const request = { reservationId: 4, reservationUpdateStatus: 'Expired' };
    conforms('ReservationStatusUpdate', request);
    expect(reservationNotice(request)).toMatchObject({ code: 'Expired', detail: { reservationId: 4 } });
  });

  it.each([
    [true, 4],
    [false, 7],
  ])('K12: a limit of somebody else; critical for the grid: %p', (isGridCritical, severity) => {
    const request = {
      evseId: 1,
      chargingLimit: { chargingLimitSource: 'SO', isGridCritical },
      chargingSchedule: [schedule(6, 16)],
    };
    conforms('NotifyChargingLimit', request);
    expect(chargingLimitNotice(request)).toEqual({
      type: 'notice',
      topic: 'external-limit',
      code: 'Set',
      severity,
      detail: { source: 'SO', isGridCritical, evse: 1, limit: 16, unit: 'A' },
    });
  });

  it('K12: a limit without schedule or EVSE says only whose it is, and so does its end', () => {
    expect(chargingLimitNotice({ chargingLimit: { chargingLimitSource: 'EMS' } }).detail).toEqual({
      source: 'EMS',
    });
    const cleared = { chargingLimitSource: 'EMS', evseId: 2 };
    conforms('ClearedChargingLimit', cleared);
    expect(clearedLimitNotice(cleared)).toMatchObject({
      code: 'Cleared',
      detail: { source: 'EMS', evse: 2 },
    });
  });

  it('K15: what the car plans', () => {
    const request = { evseId: 1, timeBase: '2026-01-05T08:00:00Z', chargingSchedule: schedule(6, 10, 8) };
    conforms('NotifyEVChargingSchedule', request);
    expect(evScheduleNotice(request).detail).toEqual({
      evse: 1,
      timeBase: '2026-01-05T08:00:00Z',
      duration_s: 3_600,
      limit: 10,
      unit: 'A',
    });
  });
});
