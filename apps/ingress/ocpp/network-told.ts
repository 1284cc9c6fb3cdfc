import type { CommandRequest } from '#libs/contracts/command.js';
import type { NetworkMedium } from '#libs/devices/device-event.js';
import { configurationValues } from '#libs/protocols/ocpp16/command-call.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { Observe } from '../observe.js';
import type { Question } from './dialect.js';
import type { NetworkKeys } from './quirks/quirk-catalogue.js';

/** As vendors write it, and as the public device interface does (NB-64). */
const media: Readonly<Record<string, NetworkMedium>> = {
  none: 'none',
  wifi: 'wifi',
  'wi-fi': 'wifi',
  wlan: 'wifi',
  mobile: 'mobile',
  cellular: 'mobile',
  lte: 'mobile',
  '4g': 'mobile',
  ethernet: 'ethernet',
  lan: 'ethernet',
};

export const networkMedium = (value: string | undefined): NetworkMedium | null =>
  media[(value ?? '').trim().toLowerCase()] ?? null;

/** What a command that the charger agreed to tells of its network: it set it, or it asked for it. */
export function networkTold(
  request: CommandRequest,
  values: Readonly<Record<string, string>> | null,
  { mediumKey }: NetworkKeys,
): NetworkMedium | null {
  if (request.action === 'set-network') return request.medium;
  return networkMedium(values?.[mediumKey]);
}

export const tellNetwork = (
  observe: Observe,
  device: RegisteredDevice,
  medium: NetworkMedium,
  now: number,
): Promise<void> =>
  observe(
    device,
    { type: 'network-reported', medium, signal_dBm: null, name: null },
    { deviceTime: now, receivedAt: now },
  );

/** Asks an OCPP 1.6 charger how it reaches the internet; a 2.0.1 one tells it with its device model. */
export const networkQuestion = (
  observe: Observe,
  now: () => number,
  device: RegisteredDevice,
  { mediumKey }: NetworkKeys,
): Question => ({
  action: 'GetConfiguration',
  payload: { key: [mediumKey] },
  answered: async (answer) => {
    const medium = networkMedium(configurationValues(answer)[mediumKey]);
    if (medium) await tellNetwork(observe, device, medium, now());
  },
});
