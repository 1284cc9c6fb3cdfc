import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';

export interface ChargingNeeds {
  readonly energy_Wh: number;
  /** Null: the driver did not say. */
  readonly departure_ms: number | null;
}

/** OCPP 2.0.1 K15: what the car at an EVSE wants, as it says over ISO 15118. */
export function notifyChargingNeeds(
  { station }: Charger201,
  evseId: number,
  { energy_Wh, departure_ms }: ChargingNeeds,
): Promise<Answer> {
  const connector = station.connector(evseId);
  const car = connector?.car;
  if (!connector || !car) return Promise.reject(new Error(`No car stands at EVSE ${evseId}.`));
  const transfers = ['AC_single_phase', 'AC_two_phase', 'AC_three_phase'];
  return station.wire.call('NotifyEVChargingNeeds', {
    evseId,
    maxScheduleTuples: 24,
    chargingNeeds: {
      requestedEnergyTransfer: transfers[connector.phases - 1],
      ...(departure_ms !== null && { departureTime: new Date(departure_ms).toISOString() }),
      acChargingParameters: {
        energyAmount: Math.round(energy_Wh),
        evMinCurrent: Math.ceil(car.model.minimum_A),
        evMaxCurrent: Math.floor(car.model.maximum_A),
        evMaxVoltage: Math.round(connector.voltage_V * 2),
      },
    },
  });
}

/** OCPP 2.0.1 K17: the plan the car made of the profile it was given: periods of amperes from now. */
export function notifyChargingSchedule(
  { station }: Charger201,
  evseId: number,
  chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[],
): Promise<Answer> {
  return station.wire.call('NotifyEVChargingSchedule', {
    evseId,
    timeBase: station.timestamp(),
    chargingSchedule: { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod },
  });
}
