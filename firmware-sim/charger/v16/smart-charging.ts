import type { ChargingProfile } from '#libs/protocols/ocppj/charging-profile.js';
import type { ClearRequest } from '#libs/protocols/ocppj/profile-store.js';
import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';

/** OCPP 1.6 5.16. */
export function setChargingProfile(
  { station }: Charger16,
  request: { readonly connectorId: number; readonly csChargingProfiles: ChargingProfile },
): Answer {
  return { status: station.setChargingProfile(request.connectorId, request.csChargingProfiles) };
}

/** OCPP 1.6 5.3. */
export function clearChargingProfile({ station }: Charger16, request: ClearRequest): Answer {
  return { status: station.profiles.clear(request) };
}

/** OCPP 1.6 5.7: the schedule that all profiles together give, from now on. */
export function getCompositeSchedule(
  { station }: Charger16,
  request: { readonly connectorId: number; readonly duration: number; readonly chargingRateUnit?: 'A' | 'W' },
): Answer {
  const { connectorId, duration, chargingRateUnit = 'A' } = request;
  const chargingSchedulePeriod = station.compositeSchedule(connectorId, duration, chargingRateUnit);
  if (!chargingSchedulePeriod) return { status: 'Rejected' };
  const scheduleStart = station.timestamp();
  const chargingSchedule = { duration, chargingRateUnit, chargingSchedulePeriod };
  return { status: 'Accepted', connectorId, scheduleStart, chargingSchedule };
}
