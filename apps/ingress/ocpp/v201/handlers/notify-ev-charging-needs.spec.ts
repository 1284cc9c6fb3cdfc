import { describe, expect, it } from '@jest/globals';
import {
  playOut,
  receivedAt,
  recordingObserve,
  testDevice as device,
} from '../../v16/handlers/handler-fakes.js';
import { notifyEvChargingNeeds } from './notify-ev-charging-needs.js';

const request = {
  evseId: 2,
  chargingNeeds: {
    requestedEnergyTransfer: 'AC_three_phase',
    departureTime: '2026-01-05T16:00:00Z',
    acChargingParameters: { energyAmount: 20_000 },
  },
};

async function play(asked: typeof request | object, session: boolean, isNew: boolean) {
  const log: string[] = [];
  const { observe, seen } = recordingObserve(log);
  const wishes: unknown[] = [];
  const handle = notifyEvChargingNeeds({
    observe,
    transactions: {
      openAt: async () => (session ? { transactionId: 42, chargingState: null, hasCharged: false } : null),
    },
    wishes: {
      wish: async (deviceId, wish) => {
        wishes.push([deviceId, wish]);
        return isNew;
      },
    },
    desiredChanged: async ({ deviceId }) => void log.push(`changed ${deviceId}`),
  });
  const result = await handle({ device, receivedAt, request: { ...request, ...asked } });
  return { answer: await playOut(result, log), log, seen, wishes };
}

describe('NotifyEVChargingNeeds', () => {
  it('OCPP 2.0.1 K15: what the car wants becomes the goal of its session', async () => {
    const { answer, log, wishes } = await play({}, true, true);
    expect(answer).toEqual({ status: 'Accepted' });
    expect(wishes).toEqual([
      ['device-1', { transactionId: 42, departure: '2026-01-05T16:00:00.000Z', energy_kWh: 20 }],
    ]);
    expect(log).toEqual(['observe notice', 'answer', 'changed device-1']);
  });

  it("a person's own goal stands, and nobody is told of a change", async () => {
    const { answer, log } = await play({}, true, false);
    expect(answer).toEqual({ status: 'Accepted' });
    expect(log).toEqual(['observe notice', 'answer']);
  });

  it('a car without a session has nothing to be planned', async () => {
    const { answer, wishes, seen } = await play({}, false, true);
    expect(answer).toEqual({ status: 'Rejected' });
    expect(wishes).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  it('a car that names neither time nor energy wishes nothing', async () => {
    const { answer, wishes } = await play(
      { chargingNeeds: { requestedEnergyTransfer: 'AC_three_phase' } },
      true,
      true,
    );
    expect(answer).toEqual({ status: 'Accepted' });
    expect(wishes).toEqual([]);
  });
});
