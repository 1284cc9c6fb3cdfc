import { describe, expect, it } from '@jest/globals';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import {
  applyLimit,
  initialDeviceState,
  reduceDevice,
  type DeviceState,
} from '#libs/devices/device-state.js';
import { listLimit, listObservation } from './listed-events.js';

const receivedAt = Date.UTC(2026, 0, 5, 8);
const observation = (event: Observation['event'], deviceTime = receivedAt): Observation => ({
  siteId: 'site',
  deviceId: 'device',
  deviceKind: 'charger',
  deviceTime,
  receivedAt,
  event,
});
const charger = initialDeviceState('charger');
const status = (status: 'Available' | 'Charging' | 'Faulted', errorCode: string): Observation['event'] => ({
  type: 'connector-status',
  connector: 1,
  status,
  errorCode,
});
const after = (event: Observation['event']): DeviceState => reduceDevice(charger, observation(event));
const limit = (current_A: number, code: Limit['reason']['code'], limitId = 'a'): Limit => ({
  limitId,
  siteId: 'site',
  deviceId: 'device',
  connector: 1,
  transactionId: 7,
  current_A,
  numberPhases: null,
  ownerEpoch: 1,
  issuedAt: receivedAt,
  leaseUntil: receivedAt + 60_000,
  reason: { code, nodeId: null, phase: null, source: 'fuse' },
});

describe('what people find in the event list', () => {
  it.each<[string, Observation['event'], string, string]>([
    [
      'a connection',
      { type: 'connected', connectionEpoch: 4, protocol: 'ocpp1.6' },
      'information',
      'connected:4',
    ],
    [
      'a lost connection',
      { type: 'disconnected', connectionEpoch: 4, cause: 'timeout' },
      'warning',
      'disconnected:4',
    ],
    [
      'a connection we ended',
      { type: 'disconnected', connectionEpoch: 4, cause: 'drain' },
      'information',
      'disconnected:4',
    ],
    ['a boot', { type: 'booted', vendor: 'V', model: 'M' }, 'information', `booted:${receivedAt}`],
    [
      'a refused limit',
      { type: 'limit-answered', connector: 1, limitId: 'l', outcome: 'rejected' },
      'warning',
      'limit-rejected:l',
    ],
    [
      'an alarm',
      { type: 'hub-event', sequence: 9, category: 'alarm', code: 'smoke', zone: null, text: 'Smoke' },
      'alarm',
      'hub-event:9',
    ],
    [
      'a start',
      { type: 'transaction-started', connector: 1, transactionId: 7, idToken: 'T', meterStart_Wh: 0 },
      'information',
      'transaction-started:7',
    ],
  ])('%s', (_name, event, severity, key) => {
    expect(listObservation(observation(event), charger)).toMatchObject({
      severity,
      sourceKey: `device:${key}`,
    });
  });

  it('not heartbeats, measurements and accepted limits', () => {
    const accepted = { type: 'limit-answered', connector: 1, limitId: 'l', outcome: 'accepted' } as const;
    expect(listObservation(observation({ type: 'heard' }), charger)).toBeNull();
    expect(listObservation(observation(accepted), charger)).toBeNull();
  });

  it('a fault once when it begins, and its end', () => {
    const faulted = status('Faulted', 'GroundFailure');
    expect(listObservation(observation(faulted), charger)).toMatchObject({
      type: 'fault',
      severity: 'fault',
    });
    expect(listObservation(observation(faulted), after(faulted))).toBeNull();
    const well = status('Available', 'NoError');
    expect(listObservation(observation(well), after(faulted))).toMatchObject({ type: 'fault-cleared' });
    expect(listObservation(observation(well), charger)).toBeNull();
  });

  it('OCPP 1.6 4.9: an error code beside another status is a warning', () => {
    const warm = status('Charging', 'HighTemperature');
    expect(listObservation(observation(warm), charger)).toMatchObject({ severity: 'warning' });
  });

  it('with our time where the device clock cannot be right', () => {
    const event = { type: 'booted', vendor: 'V', model: 'M' } as const;
    expect(listObservation(observation(event, 0), charger)?.at).toEqual(new Date(receivedAt));
  });

  it('a pause, its end and a silent meter, not the give and take of current', () => {
    const running = applyLimit(charger, limit(16, 'node-full'));
    expect(listLimit(limit(9, 'node-full', 'b'), running)).toBeNull();
    expect(listLimit(limit(0, 'waiting-for-capacity', 'b'), running)).toMatchObject({
      type: 'charging-paused',
    });
    const paused = applyLimit(charger, limit(0, 'waiting-for-capacity'));
    expect(listLimit(limit(6, 'node-full', 'b'), paused)).toMatchObject({ type: 'charging-resumed' });
    expect(listLimit(limit(0, 'waiting-for-capacity', 'b'), paused)).toBeNull();
    expect(listLimit(limit(6, 'meter-silent', 'b'), running)).toMatchObject({
      type: 'limit-changed',
      severity: 'warning',
    });
    expect(listLimit({ ...limit(0, 'fallback'), transactionId: null }, running)).toBeNull();
  });
});
