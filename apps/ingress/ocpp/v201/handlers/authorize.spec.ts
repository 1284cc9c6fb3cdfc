import { describe, expect, it } from '@jest/globals';
import { plainToken, receivedAt, testDevice as device } from '../../v16/handlers/handler-fakes.js';
import { authorize } from './authorize.js';

const refusing = () => Promise.reject(new Error('nobody was to be asked'));

describe('Authorize', () => {
  it.each(['Accepted', 'Blocked', 'Expired', 'Invalid'] as const)(
    'OCPP 2.0.1 C01: answers %s, as the location says of the token',
    async (status) => {
      const asked: unknown[] = [];
      const tokenInfo = async (...all: unknown[]) => {
        asked.push(all);
        return plainToken(status);
      };
      const request = { idToken: { idToken: 'A', type: 'ISO14443' } };
      expect(await authorize({ tokenInfo })({ device, receivedAt, request })).toEqual({
        idTokenInfo: { status },
      });
      expect(asked).toEqual([[device, 'A', receivedAt]]);
    },
  );

  it('OCPP 2.0.1 C09, C10: the group of the token and its end go with the answer', async () => {
    const handle = authorize({
      tokenInfo: async () => ({ status: 'Accepted', groupToken: 'FAMILY', expiresAt: receivedAt }),
    });
    const request = { idToken: { idToken: 'A', type: 'ISO14443' } };
    expect(await handle({ device, receivedAt, request })).toEqual({
      idTokenInfo: {
        status: 'Accepted',
        groupIdToken: { idToken: 'FAMILY', type: 'ISO14443' },
        cacheExpiryDateTime: new Date(receivedAt).toISOString(),
      },
    });
  });

  it('OCPP 2.0.1 C02: a station that asks for nobody is not refused', async () => {
    const request = { idToken: { idToken: '', type: 'NoAuthorization' } };
    expect(await authorize({ tokenInfo: refusing })({ device, receivedAt, request })).toEqual({
      idTokenInfo: { status: 'Accepted' },
    });
  });

  it.each([{ certificate: 'PEM' }, { iso15118CertificateHashData: [{}] }])(
    'OCPP 2.0.1 C07: a contract nobody can verify (%j) is not accepted, whatever the list says',
    async (contract) => {
      const request = { idToken: { idToken: 'A', type: 'eMAID' }, ...contract };
      const handle = authorize({ tokenInfo: async () => plainToken('Accepted') });
      expect(await handle({ device, receivedAt, request })).toEqual({
        idTokenInfo: { status: 'Invalid' },
        certificateStatus: 'NoCertificateAvailable',
      });
    },
  );
});
