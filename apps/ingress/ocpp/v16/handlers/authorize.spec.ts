import { describe, expect, it } from '@jest/globals';
import { authorize, tokenLookupFrom } from './authorize.js';
import { plainToken, receivedAt, testDevice as device } from './handler-fakes.js';

const request = { idTag: 'A' };

describe('Authorize', () => {
  it.each(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const)(
    'OCPP 1.6 4.1: answers %s',
    async (status) => {
      const handle = authorize({ tokenInfo: async () => plainToken(status) });
      expect(await handle({ device, receivedAt, request })).toEqual({ idTagInfo: { status } });
    },
  );

  it('OCPP 1.6 7.10: the group of the token and its end go with the answer', async () => {
    const handle = authorize({
      tokenInfo: async () => ({ status: 'Accepted', groupToken: 'FAMILY', expiresAt: receivedAt }),
    });
    expect(await handle({ device, receivedAt, request })).toEqual({
      idTagInfo: {
        status: 'Accepted',
        parentIdTag: 'FAMILY',
        expiryDate: new Date(receivedAt).toISOString(),
      },
    });
  });

  it("asks the charger's own location, and for remote starts of the last 15 minutes", async () => {
    const asked: unknown[] = [];
    const tokenInfo = tokenLookupFrom({
      idTokenInfo: async (...all) => {
        asked.push(all);
        return plainToken('Accepted');
      },
    });
    await tokenInfo(device, 'A', receivedAt);
    expect(asked).toEqual([[device, 'A', receivedAt - 900_000]]);
  });
});
