import type { ChargingProfile } from '../ocppj/charging-profile.js';
import { toldSchedule, type ProfileWords } from '../ocppj/profile-words.js';
import type { ClearRequest } from '../ocppj/profile-store.js';

/** OCPP 1.6 5.3, 5.7 and 5.16: the terms of the house are those of this version. */
export const profileWords16: ProfileWords = {
  change: (action, payload) => {
    if (action === 'ClearChargingProfile') return { kind: 'clear', request: payload as ClearRequest };
    if (action !== 'SetChargingProfile') return null;
    const { connectorId, csChargingProfiles } = payload as {
      readonly connectorId: number;
      readonly csChargingProfiles: ChargingProfile;
    };
    return { kind: 'set', connector: connectorId, profile: csChargingProfiles };
  },
  question: (connectorId, duration) => ({ connectorId, duration, chargingRateUnit: 'A' }),
  schedule: (answer) =>
    toldSchedule((answer as { readonly chargingSchedule?: unknown } | null)?.chargingSchedule),
};
