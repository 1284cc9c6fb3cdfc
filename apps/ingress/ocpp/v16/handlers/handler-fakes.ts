import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { RegisteredDevice, TokenInfo } from '#libs/store/device-registry.js';
import type { Observe, Times } from '../../../observe.js';
import { AnswerFirst } from '../../call-handler.js';

export const testDevice: RegisteredDevice = {
  deviceId: 'device-1',
  siteId: 'site-1',
  kind: 'charger',
  identity: 'CP-1',
  name: 'Garage',
  secretHash: null,
  nextSecretHash: null,
  bootstrapCredential: false,
  securityProfile: 1,
};

/** An Observe that keeps what it is given; `log` orders it among the calls of other fakes. */
export function recordingObserve(log: string[]): {
  readonly observe: Observe;
  readonly seen: { event: DeviceEvent; times: Times }[];
} {
  const seen: { event: DeviceEvent; times: Times }[] = [];
  return {
    seen,
    observe: async (_device, event, times) => {
      log.push(`observe ${event.type}`);
      seen.push({ event, times });
    },
  };
}

/** A token without group and end. */
export const plainToken = (status: TokenInfo['status']): TokenInfo => ({
  status,
  groupToken: null,
  expiresAt: null,
});

export const receivedAt = Date.UTC(2026, 0, 5, 8);

/** Plays what follows a handler's result: `answer` is written to `log`, then the word that had to wait for it. */
export async function playOut(result: object, log: string[]): Promise<object> {
  log.push('answer');
  if (!(result instanceof AnswerFirst)) return result;
  await result.afterwards();
  return result.answer;
}
