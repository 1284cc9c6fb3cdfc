import { describe, expect, it } from '@jest/globals';
import { Access, type Way } from './access.js';

const old: Way = { url: 'ws://old', securityProfile: 1, password: 'old', clientCertificate: null };
const certificate = { keyPem: 'key', chainPem: 'chain' };

describe('the way in (OCPP 1.6 whitepaper A01, A05; OCPP 2.0.1 A01, A05, B10)', () => {
  const access = () => new Access(old, () => ['root'], 2);

  it('tries what is new as often as it may, then goes back, all of it', () => {
    const one = access();
    one.change({ password: 'new' });
    one.change({ url: 'wss://new', securityProfile: 2 });
    expect(one.destination()).toMatchObject({ url: 'wss://new', password: 'new', trustedRoots: ['root'] });
    expect([one.refused(), one.refused()]).toEqual([false, true]);
    expect(one.way).toEqual(old);
    expect(one.refused()).toBe(false);
  });

  it('forgets the old way once the new one worked', () => {
    const one = access();
    one.change({ password: 'new' });
    one.proven();
    for (let attempt = 0; attempt < 5; attempt++) expect(one.refused()).toBe(false);
    expect(one.way.password).toBe('new');
  });

  it('keeps a certificate that nothing needs yet, whichever way it ends up on', () => {
    const one = access();
    one.change({ password: 'new' });
    one.keep({ clientCertificate: certificate });
    one.refused();
    one.refused();
    expect(one.way).toEqual({ ...old, clientCertificate: certificate });
  });
});
