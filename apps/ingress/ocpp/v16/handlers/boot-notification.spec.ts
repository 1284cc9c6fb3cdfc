import { describe, expect, it } from '@jest/globals';
import { bootNotification } from './boot-notification.js';
import { playOut, receivedAt, recordingObserve, testDevice as device } from './handler-fakes.js';

describe('BootNotification', () => {
  it.each([
    [0, 54],
    [0.5, 60],
    [0.999_999, 66],
  ])(
    'OCPP 1.6 4.2: accepted, told our time, and with random %d a heartbeat of %d s',
    async (random, interval) => {
      const log: string[] = [];
      const { observe, seen } = recordingObserve(log);
      const handle = bootNotification({
        observe,
        registry: { recordBoot: async (deviceId, at) => void log.push(`boot ${deviceId} ${at}`) },
        heartbeatInterval_s: 60,
        random: () => random,
      });
      const request = { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion: '1.2' };
      expect(await playOut(await handle({ device, receivedAt, request }), log)).toEqual({
        status: 'Accepted',
        currentTime: '2026-01-05T08:00:00.000Z',
        interval,
      });
      expect(log).toEqual([`boot device-1 ${receivedAt}`, 'answer', 'observe booted']);
      expect(seen[0]?.event).toMatchObject({ vendor: 'V', model: 'M', firmwareVersion: '1.2' });
    },
  );
});
