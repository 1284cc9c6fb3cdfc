import { describe, expect, it } from '@jest/globals';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { ReportPart } from '#libs/store/device-reports.js';
import { receivedAt, recordingObserve, testDevice as device } from '../../v16/handlers/handler-fakes.js';
import { notifyCustomerInformation } from './notify-customer-information.js';
import { notifyDisplayMessages } from './notify-display-messages.js';
import { notifyMonitoringReport } from './notify-monitoring-report.js';
import { notifyReport } from './notify-report.js';
import { reportChargingProfiles } from './report-charging-profiles.js';

const generatedAt = '2026-01-05T08:00:00Z';
const place = { component: { name: 'A' }, variable: { name: 'B' } };

/** Stores that write down what they are given; `progress` is what every part comes to. */
function ports(progress: { complete: boolean; replayed: boolean }) {
  const { observe, seen } = recordingObserve([]);
  const parts: ReportPart[] = [];
  const stored: unknown[] = [];
  const keep = async (...all: unknown[]) => void stored.push(all);
  return {
    observe,
    parts,
    stored,
    events: (): DeviceEvent[] => seen.map(({ event }) => event),
    model: { report: keep },
    reports: {
      saveMonitors: keep,
      saveDocuments: keep,
      keepPart: async (_deviceId: string, part: ReportPart) => {
        parts.push(part);
        return { ...progress, parts: 3 };
      },
    },
  };
}
const more = { complete: false, replayed: false };
const done = { complete: true, replayed: false };

describe('NotifyReport', () => {
  const request = {
    requestId: 9,
    generatedAt,
    seqNo: 2,
    reportData: [{ ...place, variableAttribute: [{}] }],
  };

  it('OCPP 2.0.1 B07: a part is stored at once and counted', async () => {
    const given = ports(more);
    expect(await notifyReport(given)({ device, receivedAt, request: { ...request, tbc: true } })).toEqual({});
    expect(given.stored).toEqual([
      ['device-1', [expect.objectContaining({ component: 'A', variable: 'B' })], receivedAt],
    ]);
    expect(given.parts).toMatchObject([{ kind: 'variables', requestId: 9, sequence: 2, isLast: false }]);
    expect(given.events()).toEqual([{ type: 'heard' }]);
  });

  it('the last missing part is told, once', async () => {
    const given = ports(done);
    await notifyReport(given)({ device, receivedAt, request });
    expect(given.parts).toMatchObject([{ isLast: true }]);
    expect(given.events()).toEqual([
      {
        type: 'notice',
        topic: 'report',
        code: 'variables',
        severity: 8,
        detail: { requestId: 9, parts: 3 },
      },
    ]);
    const again = ports({ ...done, replayed: true });
    await notifyReport(again)({ device, receivedAt, request });
    expect(again.events()).toEqual([{ type: 'heard' }]);
  });

  it('numbers beyond what a database counts are kept as the farthest it can', async () => {
    const given = ports(more);
    await notifyReport(given)({
      device,
      receivedAt,
      request: { ...request, requestId: 1e300, seqNo: -1e300 },
    });
    expect(given.parts).toMatchObject([
      { requestId: Number.MAX_SAFE_INTEGER, sequence: Number.MIN_SAFE_INTEGER },
    ]);
  });
});

describe('other reports', () => {
  it('OCPP 2.0.1 N02: monitors', async () => {
    const given = ports(done);
    const variableMonitoring = [{ id: 7, transaction: false, value: 1, type: 'Delta', severity: 4 }];
    const request = { requestId: 9, generatedAt, seqNo: 0, monitor: [{ ...place, variableMonitoring }] };
    expect(await notifyMonitoringReport(given)({ device, receivedAt, request })).toEqual({});
    expect(given.stored).toEqual([
      ['device-1', [expect.objectContaining({ monitorId: 7, variableKey: 'A.B' })], receivedAt],
    ]);
    expect(given.events()).toMatchObject([{ type: 'notice', code: 'monitors' }]);
  });

  it('OCPP 2.0.1 N09: what is known of a customer is kept with its part and in no notice', async () => {
    const given = ports(done);
    const request = { requestId: 9, data: 'CARD-1 of Somebody', seqNo: 0 };
    expect(await notifyCustomerInformation(given)({ device, receivedAt, request })).toEqual({});
    expect(given.parts).toMatchObject([{ kind: 'customer-information', content: 'CARD-1 of Somebody' }]);
    expect(JSON.stringify(given.events())).not.toContain('Somebody');
  });

  it('OCPP 2.0.1 O03: display messages by their number', async () => {
    const given = ports(done);
    const request = { requestId: 9, messageInfo: [{ id: 4, priority: 'InFront' }] };
    expect(await notifyDisplayMessages(given)({ device, receivedAt, request })).toEqual({});
    expect(given.stored).toEqual([
      [
        'device-1',
        'display-message',
        [{ itemId: '4', document: { id: 4, priority: 'InFront' } }],
        receivedAt,
      ],
    ]);
    expect(given.events()).toEqual([{ type: 'heard' }]);
  });

  it('OCPP 2.0.1 K09: charging profiles by EVSE, source and number', async () => {
    const given = ports(done);
    const request = {
      requestId: 9,
      evseId: 1,
      chargingLimitSource: 'EMS',
      chargingProfile: [{ id: 3 }, { id: 4 }],
    };
    expect(await reportChargingProfiles(given)({ device, receivedAt, request })).toEqual({});
    expect(given.stored).toMatchObject([
      ['device-1', 'charging-profile', [{ itemId: '1/EMS/3' }, { itemId: '1/EMS/4' }], receivedAt],
    ]);
  });
});
