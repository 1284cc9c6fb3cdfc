import { describe, expect, it } from '@jest/globals';
import { diagnosticsStatusNotification } from './diagnostics-status-notification.js';
import { firmwareStatusNotification } from './firmware-status-notification.js';
import { receivedAt, recordingObserve, testDevice as device } from './handler-fakes.js';
import { logStatusNotification } from './log-status-notification.js';
import { securityEventNotification } from './security-event-notification.js';
import { signedFirmwareStatusNotification } from './signed-firmware-status-notification.js';

describe('what a charger tells of its own doings', () => {
  const cases = [
    ['OCPP 1.6 4.4', diagnosticsStatusNotification, { status: 'UploadFailed' }, 'log', 5],
    ['OCPP 1.6 4.4', diagnosticsStatusNotification, { status: 'Uploaded' }, 'log', 8],
    ['OCPP 1.6 4.5', firmwareStatusNotification, { status: 'Installed' }, 'firmware', 8],
    ['OCPP 1.6 4.5', firmwareStatusNotification, { status: 'InstallationFailed' }, 'firmware', 5],
    [
      'Security Whitepaper L01',
      signedFirmwareStatusNotification,
      { status: 'InvalidSignature', requestId: 7 },
      'firmware',
      3,
    ],
    [
      'Security Whitepaper L01',
      signedFirmwareStatusNotification,
      { status: 'Installed', requestId: 7 },
      'firmware',
      8,
    ],
    ['Security Whitepaper N01', logStatusNotification, { status: 'Uploading', requestId: 7 }, 'log', 8],
    ['Security Whitepaper N01', logStatusNotification, { status: 'PermissionDenied' }, 'log', 5],
  ] as const;

  it.each(cases)('%s: %p %j is a notice and answered', async (_clause, handler, request, topic, severity) => {
    const { observe, seen } = recordingObserve([]);
    const handle = handler({ observe }) as (call: object) => Promise<object>;
    expect(await handle({ device, receivedAt, request })).toEqual({});
    expect(seen).toEqual([
      {
        event: expect.objectContaining({ type: 'notice', topic, code: request.status, severity }),
        times: { deviceTime: receivedAt, receivedAt },
      },
    ]);
  });

  it('Security Whitepaper L01, N01: the request it belongs to is kept', async () => {
    const { observe, seen } = recordingObserve([]);
    await signedFirmwareStatusNotification({ observe })({
      device,
      receivedAt,
      request: { status: 'Downloading', requestId: 7 },
    });
    expect(seen[0]?.event).toMatchObject({ detail: { requestId: 7 } });
  });

  it.each([
    ['TamperDetectionActivated', 2],
    ['InvalidFirmwareSignature', 4],
    ['StartupOfTheDevice', 8],
    ['ReconfigurationOfSecurityParameters', 6],
  ])('Security Whitepaper A04: %s has severity %d, at the time of the charger', async (type, severity) => {
    const { observe, seen } = recordingObserve([]);
    const timestamp = '2026-01-05T07:59:00Z';
    const request = { type, timestamp, techInfo: 'door' };
    expect(await securityEventNotification({ observe })({ device, receivedAt, request })).toEqual({});
    expect(seen).toEqual([
      {
        event: { type: 'notice', topic: 'security', code: type, severity, detail: { techInfo: 'door' } },
        times: { deviceTime: Date.parse(timestamp), receivedAt },
      },
    ]);
  });
});
