import { describe, expect, it } from '@jest/globals';
import {
  playOut,
  receivedAt,
  recordingObserve,
  testDevice as device,
} from '../../v16/handlers/handler-fakes.js';
import { bootNotification } from './boot-notification.js';

describe('BootNotification', () => {
  it.each([
    [0, '2.0', 54],
    [0.5, undefined, 60],
    [0.999_999, '2.1', 66],
  ])(
    'OCPP 2.0.1 B01: with random %d and firmware %p accepted, told our time and a heartbeat of %d s',
    async (random, firmwareVersion, interval) => {
      const log: string[] = [];
      const { observe, seen } = recordingObserve(log);
      const handle = bootNotification({
        observe,
        registry: { recordBoot: async (deviceId, at) => void log.push(`boot ${deviceId} ${at}`) },
        inventories: { booted: async (_deviceId, firmware) => void log.push(`firmware "${firmware}"`) },
        heartbeatInterval_s: 60,
        random: () => random,
      });
      const chargingStation = {
        vendorName: 'V',
        model: 'M',
        serialNumber: 'S',
        ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
      };
      const request = { reason: 'PowerUp', chargingStation };
      expect(await playOut(await handle({ device, receivedAt, request }), log)).toEqual({
        status: 'Accepted',
        currentTime: '2026-01-05T08:00:00.000Z',
        interval,
      });
      expect(log).toEqual([
        `boot device-1 ${receivedAt}`,
        `firmware "${firmwareVersion ?? ''}"`,
        'answer',
        'observe booted',
      ]);
      expect(seen[0]?.event).toEqual({
        type: 'booted',
        vendor: 'V',
        model: 'M',
        serialNumber: 'S',
        firmwareVersion,
      });
    },
  );
});
