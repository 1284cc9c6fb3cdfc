import { describe, expect, it } from '@jest/globals';
import { authorize, tokenStatusFrom } from './authorize.js';
import { receivedAt, testDevice as device } from './handler-fakes.js';

describe('Authorize', () => {
  it.each(['Accepted', 'Blocked', 'Expired', 'Invalid'] as const)(
    'OCPP 1.6 4.1: answers %s',
    async (status) => {
      const handle = authorize({ tokenStatus: async () => status });
      expect(await handle({ device, receivedAt, request: { idTag: 'A' } })).toEqual({
        idTagInfo: { status },
      });
    },
  );

  it("asks the charger's own location, and for remote starts of the last 15 minutes", async () => {
    const asked: unknown[] = [];
    const tokenStatus = tokenStatusFrom({
      idTokenStatus: async (...all) => {
        asked.push(all);
        return 'Accepted';
      },
    });
    await tokenStatus(device, 'A', receivedAt);
    expect(asked).toEqual([[device, 'A', receivedAt - 900_000]]);
  });
});
