import type { Notice } from '#libs/devices/device-event.js';

/** OCPP 2.0.1 K15 NotifyEVChargingNeeds: what a car that speaks ISO 15118 wants of its session. */
export interface ChargingNeedsRequest {
  readonly evseId: number;
  readonly chargingNeeds: {
    readonly requestedEnergyTransfer: string;
    readonly departureTime?: string;
    readonly acChargingParameters?: { readonly energyAmount?: number };
    readonly dcChargingParameters?: { readonly energyAmount?: number };
  };
}

/** What a session's goal may hold (libs/contracts/command.ts, set-goal). */
const mostEnergy_kWh = 200;
const leastEnergy_kWh = 1;

export interface ChargingNeeds {
  /** Null: it did not say, or the time has passed. */
  readonly departure: string | null;
  readonly energy_kWh: number | null;
}

/** Departure and energy as a session's goal takes them; energyAmount is in Wh. */
export function chargingNeeds({ chargingNeeds: needs }: ChargingNeedsRequest, now: number): ChargingNeeds {
  const departure = needs.departureTime === undefined ? Number.NaN : Date.parse(needs.departureTime);
  const energy_Wh = needs.acChargingParameters?.energyAmount ?? needs.dcChargingParameters?.energyAmount;
  return {
    departure: departure > now ? new Date(departure).toISOString() : null,
    energy_kWh:
      energy_Wh === undefined || energy_Wh < leastEnergy_kWh * 1_000
        ? null
        : Math.min(energy_Wh / 1_000, mostEnergy_kWh),
  };
}

/** What people read of it. */
export const chargingNeedsNotice = (request: ChargingNeedsRequest, needs: ChargingNeeds): Notice => ({
  type: 'notice',
  topic: 'car',
  code: 'NeedsTold',
  severity: 8,
  detail: {
    evse: request.evseId,
    energyTransfer: request.chargingNeeds.requestedEnergyTransfer,
    departure: needs.departure,
    energy_kWh: needs.energy_kWh,
  },
});
