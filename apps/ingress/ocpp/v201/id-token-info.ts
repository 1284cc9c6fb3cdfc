import type { TokenInfo } from '#libs/store/device-registry.js';

/** OCPP 2.0.1 IdTokenInfoType. The group has the type of its tokens; an answer may be kept until the token ends. */
export const idTokenInfo = ({ status, groupToken, expiresAt }: TokenInfo, type: string): object => ({
  status,
  ...(groupToken === null ? {} : { groupIdToken: { idToken: groupToken, type } }),
  ...(expiresAt === null ? {} : { cacheExpiryDateTime: new Date(expiresAt).toISOString() }),
});
