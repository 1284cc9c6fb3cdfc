import type { AuthorizeRequest } from '#libs/protocols/ocpp16/payloads.js';
import type { DeviceRegistry, RegisteredDevice, TokenInfo } from '#libs/store/device-registry.js';
import type { CallHandler } from '../../call-handler.js';
import { idTagInfo } from '../id-tag-info.js';

/** How long after a person's remote start its token is good for starting at that charger. */
export const remoteStartWindow_ms = 15 * 60_000;

export type TokenLookup = (device: RegisteredDevice, token: string, receivedAt: number) => Promise<TokenInfo>;

export const tokenLookupFrom =
  (registry: Pick<DeviceRegistry, 'idTokenInfo'>): TokenLookup =>
  (device, token, receivedAt) =>
    registry.idTokenInfo(device, token, receivedAt - remoteStartWindow_ms);

/** OCPP 1.6 4.1: is this token good at this location? */
export const authorize =
  (ports: { tokenInfo: TokenLookup }): CallHandler<AuthorizeRequest> =>
  async ({ device, request, receivedAt }) => ({
    idTagInfo: idTagInfo(await ports.tokenInfo(device, request.idTag, receivedAt)),
  });
