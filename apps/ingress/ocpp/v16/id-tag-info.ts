import type { TokenInfo } from '#libs/store/device-registry.js';

/** OCPP 1.6 7.10. */
export const idTagInfo = ({ status, groupToken, expiresAt }: TokenInfo): object => ({
  status,
  ...(groupToken === null ? {} : { parentIdTag: groupToken }),
  ...(expiresAt === null ? {} : { expiryDate: new Date(expiresAt).toISOString() }),
});
