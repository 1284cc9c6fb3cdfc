import type { CommandCall } from '#libs/protocols/ocppj/command-call.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { StationSecurityStore } from '#libs/store/station-security.js';

/**
 * A new password on its way to a station (OCPP 1.6 Security Whitepaper A01, OCPP 2.0.1 A01). Old and new both open the door
 * until the new one was used: whatever becomes of the answer, the station stays reachable. The password is in the message
 * to the station and nowhere else.
 */
export async function rotation(
  credentials: Pick<StationSecurityStore, 'offerSecret' | 'withdrawSecret'>,
  device: RegisteredDevice,
  action: string,
  payload: (secret: string) => object,
): Promise<CommandCall> {
  const secret = await credentials.offerSecret(device.deviceId);
  return {
    kind: 'call',
    action,
    payload: payload(secret),
    concluded: async (state) => {
      // Unanswered: it may have been taken, so it stays on offer.
      if (state === 'rejected') await credentials.withdrawSecret(device.deviceId);
    },
  };
}
