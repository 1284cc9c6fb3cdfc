import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Charger } from './charger.js';
import type { ChargerOptions } from './charger-options.js';
import type { Protocol } from './protocol.js';
import { chargerOptions } from './testing/charger-bench.js';
import { StrictCsms } from './testing/strict-csms.js';
import { TestAuthority, type Issued } from './testing/test-authority.js';

const password = 'a-secret-of-sixteen';
const better = 'another-secret-of-more';

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)('how a charger that speaks %s gets in', (protocol) => {
  let authority: TestAuthority;
  let serverCertificate: Issued;
  const stations: (Charger | StrictCsms)[] = [];
  const timers: NodeJS.Timeout[] = [];
  beforeAll(async () => {
    authority = await TestAuthority.create('Test Central Root');
    serverCertificate = await authority.issue('127.0.0.1');
  });
  afterEach(async () => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const station of stations.splice(0).toReversed()) await station.stop();
  });

  const csms = async (secure: boolean): Promise<StrictCsms> => {
    const { pem: cert, keyPem: key } = serverCertificate;
    const server = new StrictCsms(secure ? { key, cert, clientRoot: authority.pem } : null);
    await server.start(0);
    stations.push(server);
    return server;
  };
  const charger = (url: string, change: Partial<ChargerOptions>): Charger => {
    const options = { ...chargerOptions(protocol, 0), ocppUrl: url, secret: password, ...change };
    const one = new Charger({ ...options, clock: { now: () => epochMilliseconds(Date.now()) } });
    stations.push(one);
    one.start();
    timers.push(setInterval(() => one.tick(0.01), 10));
    return one;
  };
  const setPassword = (server: StrictCsms, value: string): Promise<Record<string, unknown>> =>
    protocol === 'ocpp1.6'
      ? server.call('CP-1', 'ChangeConfiguration', { key: 'AuthorizationKey', value })
      : server.call('CP-1', 'SetVariables', {
          setVariableData: [
            {
              component: { name: 'SecurityCtrlr' },
              variable: { name: 'BasicAuthPassword' },
              attributeValue: value,
            },
          ],
        });

  it('A01: a new password is used at once, and given up for the old one when it is refused', async () => {
    const server = await csms(false);
    let valid = password;
    const tried: (string | null)[] = [];
    server.admit = (handshake) => {
      tried.push(handshake.password);
      return handshake.password === valid ? null : 401;
    };
    const one = charger(`ws://127.0.0.1:${server.port}`, {});
    await waitFor('the first connection', () => one.online);
    await setPassword(server, better);
    valid = better;
    await waitFor('the new password', () => one.online && tried.at(-1) === better);
    await setPassword(server, 'a-third-secret-unknown');
    await waitFor('the way back', () => one.online && tried.filter((value) => value === better).length >= 2);
    expect(tried).toContain('a-third-secret-unknown');
    expect(one.access.way.password).toBe(better);
    await waitFor('its security event', () => server.of('SecurityEventNotification').length === 1);
    expect(String(server.of('SecurityEventNotification')[0]?.['type'])).toMatch(/^FailedToAuthenticateAtC/);
    // The password is for nobody to read.
    if (protocol === 'ocpp1.6') {
      const answer = await server.call('CP-1', 'GetConfiguration', { key: ['AuthorizationKey'] });
      expect(answer['configurationKey']).toEqual([{ key: 'AuthorizationKey', readonly: false }]);
    }
  });

  it('A00 profile 2: trusts only a central system whose certificate leads to its root', async () => {
    const server = await csms(true);
    const stranger = await TestAuthority.create('Test Other Root');
    const url = `wss://127.0.0.1:${server.port}`;
    const wary = charger(url, { securityProfile: 2, trustedRoots: [stranger.pem], identity: 'WARY' });
    const one = charger(url, { securityProfile: 2, trustedRoots: [authority.pem] });
    const handshakes: (string | null)[] = [];
    server.admit = (handshake) => {
      handshakes.push(handshake.password);
      return null;
    };
    await waitFor('the connection', () => one.online);
    expect(handshakes).toEqual([password]);
    expect(wary.online).toBe(false);
    expect(server.heard.every(({ identity }) => identity === 'CP-1')).toBe(true);
  });

  it('A02, A05 profile 3: asks for a certificate, gets it signed, and comes back with it by mutual TLS', async () => {
    const open = await csms(false);
    const closed = await csms(true);
    closed.admit = ({ identity, clientName }) => (clientName === identity ? null : 401);
    const one = charger(`ws://127.0.0.1:${open.port}`, {
      secureUrl: `wss://127.0.0.1:${closed.port}`,
      trustedRoots: [authority.pem],
    });
    await waitFor('the first connection', () => one.online);
    const [method, requestedMessage] =
      protocol === 'ocpp1.6'
        ? (['ExtendedTriggerMessage', 'SignChargePointCertificate'] as const)
        : (['TriggerMessage', 'SignChargingStationCertificate'] as const);
    expect(await open.call('CP-1', method, { requestedMessage })).toEqual({ status: 'Accepted' });
    await waitFor('the request', () => open.of('SignCertificate').length === 1);
    const csr = String(open.of('SignCertificate')[0]?.['csr']);
    const impostor = await (await TestAuthority.create('Test Other Root')).sign(csr);
    expect(await open.call('CP-1', 'CertificateSigned', { certificateChain: impostor.pem })).toMatchObject({
      status: 'Rejected',
    });
    await waitFor('its security event', () => open.of('SecurityEventNotification').length === 1);
    const signed = await authority.sign(csr);
    expect(signed.subject).toContain('CN=CP-1');
    expect(await open.call('CP-1', 'CertificateSigned', { certificateChain: signed.pem })).toEqual({
      status: 'Accepted',
    });
    await raiseToProfile3(protocol, open, closed.port);
    await waitFor('mutual TLS', () => one.online && closed.of('BootNotification').length === 1);
    expect(one.access.way.securityProfile).toBe(3);
    expect(one.configuration.value('SecurityProfile')).toBe('3');
  });

  it('A05: goes back to the old profile when the new one is refused, and never lower by command', async () => {
    const open = await csms(false);
    const closed = await csms(true);
    closed.admit = () => 401;
    const one = charger(`ws://127.0.0.1:${open.port}`, {
      secureUrl: `wss://127.0.0.1:${closed.port}`,
      trustedRoots: [authority.pem],
      clientCertificate: await authority.issue('CP-1').then(({ pem, keyPem }) => ({ keyPem, chainPem: pem })),
    });
    await waitFor('the first connection', () => one.online);
    const boots = open.of('BootNotification').length;
    await raiseToProfile3(protocol, open, closed.port);
    await waitFor('the way back', () => one.online && open.of('BootNotification').length > boots);
    expect(one.configuration.value('SecurityProfile')).toBe('1');
    if (protocol === 'ocpp1.6')
      expect(await open.call('CP-1', 'ChangeConfiguration', { key: 'SecurityProfile', value: '0' })).toEqual({
        status: 'Rejected',
      });
    else
      expect(
        await open.call('CP-1', 'SetNetworkProfile', networkProfile(`ws://127.0.0.1:${open.port}`, 0)),
      ).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NoSecurityDowngrade' } });
  });
});

const networkProfile = (ocppCsmsUrl: string, securityProfile: number): object => ({
  configurationSlot: 2,
  connectionData: {
    ocppVersion: 'OCPP20',
    ocppTransport: 'JSON',
    ocppCsmsUrl,
    messageTimeout: 30,
    securityProfile,
    ocppInterface: 'Wired0',
  },
});

/** OCPP 1.6 has a key for it; OCPP 2.0.1 a network profile, its place in the order, and a restart (B09, B10). */
async function raiseToProfile3(protocol: Protocol, server: StrictCsms, port: number): Promise<void> {
  if (protocol === 'ocpp1.6') {
    const change = { key: 'SecurityProfile', value: '3' };
    expect(await server.call('CP-1', 'ChangeConfiguration', change)).toEqual({ status: 'Accepted' });
    return;
  }
  const order = {
    setVariableData: [
      {
        component: { name: 'OCPPCommCtrlr' },
        variable: { name: 'NetworkConfigurationPriority' },
        attributeValue: '2,1',
      },
    ],
  };
  expect(await server.call('CP-1', 'SetVariables', order)).toMatchObject({
    setVariableResult: [{ attributeStatus: 'Rejected' }],
  });
  const profile = networkProfile(`wss://127.0.0.1:${port}`, 3);
  expect(await server.call('CP-1', 'SetNetworkProfile', profile)).toEqual({ status: 'Accepted' });
  expect(await server.call('CP-1', 'SetVariables', order)).toMatchObject({
    setVariableResult: [{ attributeStatus: 'RebootRequired' }],
  });
  expect(await server.call('CP-1', 'Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
}
