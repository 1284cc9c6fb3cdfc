import { describe, expect, it } from '@jest/globals';
import { CallRefused } from '../../call-handler.js';
import { receivedAt, recordingObserve, testDevice as device } from '../../v16/handlers/handler-fakes.js';
import { meterValues } from './meter-values.js';
import { statusNotification } from './status-notification.js';

const entry = (timestamp: string, value: number) => ({
  timestamp,
  sampledValue: [{ value, measurand: 'Current.Import' }],
});

describe('MeterValues', () => {
  it('OCPP 2.0.1 J01: every entry is published in its order, with its own time, before the answer', async () => {
    const { observe, seen } = recordingObserve([]);
    const meterValue = [entry('1970-01-01T00:00:05Z', 6), entry('2026-01-05T07:59:00Z', 7)];
    const request = { evseId: 2, meterValue };
    expect(await meterValues({ observe })({ device, receivedAt, request })).toEqual({});
    expect(seen).toMatchObject([
      { event: { connector: 2, transactionId: null }, times: { deviceTime: 5_000, receivedAt } },
      { event: { connector: 2 }, times: { deviceTime: receivedAt - 60_000, receivedAt } },
    ]);
  });

  it.each([-1, 256])('refuses EVSE %d', async (evseId) => {
    const { observe } = recordingObserve([]);
    const handle = meterValues({ observe });
    await expect(handle({ device, receivedAt, request: { evseId, meterValue: [] } })).rejects.toThrow(
      CallRefused,
    );
  });
});

describe('StatusNotification', () => {
  const timestamp = '2026-01-05T07:59:00Z';
  const ports = (occupied: boolean) => {
    const { observe, seen } = recordingObserve([]);
    const asked: string[] = [];
    return {
      seen,
      asked,
      observe,
      connectors: {
        tell: async () => [
          { connector: 1, status: occupied ? ('Occupied' as const) : ('Available' as const) },
          { connector: 2, status: 'Available' as const },
        ],
      },
      transactions: {
        openAt: async (deviceId: string, evse: number) => {
          asked.push(`${deviceId}/${evse}`);
          return { transactionId: 4, chargingState: 'SuspendedEV' as const, hasCharged: true };
        },
      },
    };
  };

  it('OCPP 2.0.1 G01: a free connector beside one in use leaves the EVSE as the car has it', async () => {
    const given = ports(true);
    const request = { timestamp, connectorStatus: 'Available' as const, evseId: 3, connectorId: 2 };
    expect(await statusNotification(given)({ device, receivedAt, request })).toEqual({});
    expect(given.asked).toEqual(['device-1/3']);
    expect(given.seen).toMatchObject([
      {
        event: { type: 'connector-status', connector: 3, status: 'SuspendedEV' },
        times: { deviceTime: receivedAt - 60_000, receivedAt },
      },
    ]);
  });

  it('asks for no transaction when none of the connectors is in use', async () => {
    const given = ports(false);
    const request = { timestamp, connectorStatus: 'Available' as const, evseId: 3, connectorId: 1 };
    await statusNotification(given)({ device, receivedAt, request });
    expect(given.asked).toEqual([]);
    expect(given.seen).toMatchObject([{ event: { status: 'Available' } }]);
  });

  it.each([
    [-1, 1],
    [1, 256],
  ])('refuses EVSE %d connector %d', async (evseId, connectorId) => {
    const request = { timestamp, connectorStatus: 'Available' as const, evseId, connectorId };
    const refused = statusNotification(ports(false))({ device, receivedAt, request });
    await expect(refused).rejects.toThrow(CallRefused);
  });
});
