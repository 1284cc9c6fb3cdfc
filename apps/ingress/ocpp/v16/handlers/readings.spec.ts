import { describe, expect, it } from '@jest/globals';
import { CallRefused } from '../../call-handler.js';
import { receivedAt, recordingObserve, testDevice as device } from './handler-fakes.js';
import { meterValues } from './meter-values.js';
import { statusNotification } from './status-notification.js';

const entry = (timestamp: string, value: string) => ({
  timestamp,
  sampledValue: [{ value, measurand: 'Current.Import' }],
});

describe('MeterValues', () => {
  it('OCPP 1.6 4.7: every entry is published in its order, with its own time, before the answer', async () => {
    const { observe, seen } = recordingObserve([]);
    const meterValue = [entry('1970-01-01T00:00:05Z', '6'), entry('2026-01-05T07:59:00Z', '7')];
    expect(
      await meterValues({ observe })({ device, receivedAt, request: { connectorId: 1, meterValue } }),
    ).toEqual({});
    expect(seen.map(({ times }) => times)).toEqual([
      { deviceTime: 5_000, receivedAt },
      { deviceTime: receivedAt - 60_000, receivedAt },
    ]);
  });

  it('is not answered when the bus does not take it', async () => {
    const handle = meterValues({ observe: () => Promise.reject(new Error('bus is away')) });
    const request = { connectorId: 1, meterValue: [entry('2026-01-05T07:59:00Z', '7')] };
    await expect(handle({ device, receivedAt, request })).rejects.toThrow('bus is away');
  });

  it.each([-1, 256])('refuses connector %d', async (connectorId) => {
    const { observe } = recordingObserve([]);
    await expect(
      meterValues({ observe })({ device, receivedAt, request: { connectorId, meterValue: [] } }),
    ).rejects.toThrow(CallRefused);
  });
});

describe('StatusNotification', () => {
  it("OCPP 1.6 4.9: the charger's time when it names one, ours when not", async () => {
    const { observe, seen } = recordingObserve([]);
    const handle = statusNotification({ observe });
    const request = { connectorId: 0, errorCode: 'NoError', status: 'Available' as const };
    await handle({ device, receivedAt, request: { ...request, timestamp: '1970-01-01T00:00:00Z' } });
    await handle({ device, receivedAt, request });
    expect(seen.map(({ times }) => times.deviceTime)).toEqual([0, receivedAt]);
  });
});
