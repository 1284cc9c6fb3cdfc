import { describe, expect, it } from '@jest/globals';
import { schemasOf } from '../ocppj/schema.js';
import { chargingNeeds, chargingNeedsNotice, type ChargingNeedsRequest } from './charging-needs.js';

const now = Date.UTC(2026, 0, 5, 8);
const ac = (energyAmount: number) => ({
  energyAmount,
  evMinCurrent: 6,
  evMaxCurrent: 16,
  evMaxVoltage: 400,
});
const needs = (change: object): ChargingNeedsRequest => ({
  evseId: 1,
  chargingNeeds: { requestedEnergyTransfer: 'AC_three_phase', ...change },
});

describe('what a car wants of its session (OCPP 2.0.1 K15)', () => {
  it.each<[object, string | null, number | null]>([
    [{}, null, null],
    [
      { departureTime: '2026-01-05T16:00:00Z', acChargingParameters: ac(20_000) },
      '2026-01-05T16:00:00.000Z',
      20,
    ],
    [{ departureTime: '2026-01-05T07:59:59Z' }, null, null],
    [{ departureTime: '1970-01-01T00:00:00Z', acChargingParameters: ac(500) }, null, null],
    [{ acChargingParameters: ac(999_000) }, null, 200],
    [{ dcChargingParameters: { evMaxCurrent: 100, evMaxVoltage: 400, energyAmount: 30_500 } }, null, 30.5],
    [{ dcChargingParameters: { evMaxCurrent: 100, evMaxVoltage: 400 } }, null, null],
  ])('%j: departure %p, energy %p kWh', (change, departure, energy_kWh) => {
    const request = needs(change);
    expect(schemasOf('ocpp2.0.1').checkRequest('NotifyEVChargingNeeds', request)).toBeNull();
    expect(chargingNeeds(request, now)).toEqual({ departure, energy_kWh });
  });

  it('is a notice, too', () => {
    expect(
      chargingNeedsNotice(needs({}), { departure: '2026-01-05T16:00:00.000Z', energy_kWh: 20 }),
    ).toMatchObject({
      topic: 'car',
      detail: {
        evse: 1,
        energyTransfer: 'AC_three_phase',
        departure: '2026-01-05T16:00:00.000Z',
        energy_kWh: 20,
      },
    });
  });
});
