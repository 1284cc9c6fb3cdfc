import type { AuthorizationStatus, AuthorizeRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { CallHandler } from '../../call-handler.js';

/** How long after a person's remote start its token is good for starting at that charger. */
export const remoteStartWindow_ms = 15 * 60_000;

export type TokenStatus = (
  device: RegisteredDevice,
  token: string,
  receivedAt: number,
) => Promise<AuthorizationStatus>;

export const tokenStatusFrom =
  (registry: Pick<DeviceRegistry, 'idTokenStatus'>): TokenStatus =>
  (device, token, receivedAt) =>
    registry.idTokenStatus(device, token, receivedAt - remoteStartWindow_ms);

/** OCPP 1.6 4.1: is this token good at this location? */
export const authorize =
  (ports: { tokenStatus: TokenStatus }): CallHandler<AuthorizeRequest> =>
  async ({ device, request, receivedAt }) => ({
    idTagInfo: { status: await ports.tokenStatus(device, request.idTag, receivedAt) },
  });
