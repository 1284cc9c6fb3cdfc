import { believableVersion, type LocalListWords } from '../local-list-words.js';

/** What a removed token is called when its type is not known any more; a station matches the token itself. */
const formerType = 'ISO14443';

/** OCPP 2.0.1 D01, D02. */
export const localList201: LocalListWords = {
  versionOf: (answer) => {
    const { versionNumber } = (answer ?? {}) as { versionNumber?: unknown };
    return believableVersion(versionNumber);
  },
  payload: ({ version, kind, changes }) => ({
    versionNumber: version,
    updateType: kind,
    // D01.FR: an empty list is left out; a full update without one clears it.
    ...(changes.length === 0
      ? {}
      : {
          localAuthorizationList: changes.map(({ token, info }) => ({
            idToken: { idToken: token, type: info?.type ?? formerType },
            ...(info === null
              ? {}
              : {
                  idTokenInfo: {
                    status: info.status,
                    ...(info.groupToken === null
                      ? {}
                      : { groupIdToken: { idToken: info.groupToken, type: info.type } }),
                    ...(info.expiresAt === null ? {} : { cacheExpiryDateTime: info.expiresAt }),
                  },
                }),
          })),
        }),
  }),
};
