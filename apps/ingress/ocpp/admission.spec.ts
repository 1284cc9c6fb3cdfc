import { describe, expect, it } from '@jest/globals';
import { generateDeviceSecret, hashDeviceSecret } from '#libs/store/device-secret.js';
import { identityOf, isHandshake, passwordMatches, passwordOf, subprotocolRefusal } from './admission.js';

describe('admission of a charger', () => {
  it.each([
    ['/ocpp/CP-1', 'CP-1'],
    ['/ocpp/CP%201', 'CP 1'],
    ['/ocpp/CP-1?x=/y', 'CP-1'],
    ['/ocpp/%E2%9A%A1', '\u26a1'],
    [`/ocpp/${'x'.repeat(48)}`, 'x'.repeat(48)],
  ])('%s is a legal identity', (url, identity) => {
    expect(identityOf(url)).toEqual({ ok: true, value: identity });
  });

  it.each([
    ['/ocpp/%E0%A4%A', 'bad-identity'],
    ['/ocpp/%', 'bad-identity'],
    ['/ocpp/a%0Ab', 'bad-identity'],
    [`/ocpp/${'x'.repeat(49)}`, 'bad-identity'],
    ['/ocpp/', 'unknown-path'],
    ['/ocpp', 'unknown-path'],
    ['/ocpp/a/b', 'unknown-path'],
    ['', 'unknown-path'],
  ])('%s is %s', (url, error) => {
    expect(identityOf(url)).toEqual({ ok: false, error });
  });

  it.each([
    ['ocpp1.6', null],
    ['ocpp2.0.1, ocpp1.6', null],
    ['ocpp2.0.1', null],
    ['ocpp2.1', null],
    ['ocpp2.0, ocpp1.5', 'subprotocol-unknown'],
    [' ', 'subprotocol-missing'],
    [undefined, 'subprotocol-missing'],
  ])('subprotocols %p: %p', (header, refusal) => {
    expect(subprotocolRefusal(header)).toBe(refusal);
  });

  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  it.each([
    [basic('CP-1:s3cret'), 's3cret'],
    [basic('CP-1:a:b'), 'a:b'],
    [basic('CP-1:').replace('Basic', 'basic'), ''],
    [basic('CP-2:s3cret'), null],
    [basic('CP-1'), null],
    ['Bearer x', null],
    [undefined, null],
  ])('OCPP 1.6J 6.2: %p holds password %p', (header, password) => {
    expect(passwordOf(header, 'CP-1')?.toString() ?? null).toBe(password);
  });

  it('an identity with a colon keeps its password whole', () => {
    expect(passwordOf(basic('CP:1:s3cret'), 'CP:1')?.toString()).toBe('s3cret');
  });

  it('takes the key as hexadecimal text or as its 20 raw bytes, and no other', () => {
    const secret = generateDeviceSecret();
    const hash = hashDeviceSecret(secret);
    expect(passwordMatches(Buffer.from(secret), hash)).toBe(true);
    expect(passwordMatches(Buffer.from(secret, 'hex'), hash)).toBe(true);
    expect(passwordMatches(Buffer.from(generateDeviceSecret()), hash)).toBe(false);
    expect(passwordMatches(Buffer.alloc(0), hash)).toBe(false);
    expect(passwordMatches(Buffer.from(secret), null)).toBe(false);
  });

  it.each([
    [{}, true],
    [{ upgrade: 'WebSocket' }, true],
    [{ upgrade: 'h2c' }, false],
    [{ 'sec-websocket-version': '8' }, true],
    [{ 'sec-websocket-version': '12' }, false],
    [{ 'sec-websocket-key': 'short' }, false],
    [{ 'sec-websocket-key': undefined }, false],
    [{ 'sec-websocket-protocol': 'ocpp2.0.1, ocpp1.6' }, true],
    // Another that names one twice would end the live connection and then fail.
    [{ 'sec-websocket-protocol': 'ocpp1.6, ocpp1.6' }, false],
  ])('RFC 6455 4.2.1: with %j it is a handshake: %p', (change, expected) => {
    const headers = {
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...change,
    };
    expect(isHandshake({ method: 'GET', headers })).toBe(expected);
    expect(isHandshake({ method: 'POST', headers })).toBe(false);
  });
});
