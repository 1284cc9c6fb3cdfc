import { believableVersion, type LocalListWords } from '../local-list-words.js';

/** OCPP 1.6 5.10 and 5.15. -1: the charger does not support such lists. */
export const localList16: LocalListWords = {
  versionOf: (answer) => {
    const { listVersion } = (answer ?? {}) as { listVersion?: unknown };
    return believableVersion(listVersion);
  },
  payload: ({ version, kind, changes }) => ({
    listVersion: version,
    updateType: kind,
    localAuthorizationList: changes.map(({ token, info }) => ({
      idTag: token,
      ...(info === null
        ? {}
        : {
            idTagInfo: {
              status: info.status,
              ...(info.groupToken === null ? {} : { parentIdTag: info.groupToken }),
              ...(info.expiresAt === null ? {} : { expiryDate: info.expiresAt }),
            },
          }),
    })),
  }),
};
