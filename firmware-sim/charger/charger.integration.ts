import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { noCredentialMemory } from './credential-memory.js';
import { StrictCentralSystem } from '#libs/testing/strict-central-system.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { ordinaryCar } from '../physics/car.js';
import { ordinaryRelay } from './phase-relay.js';
import { Random } from '../physics/random.js';
import { Charger } from './charger.js';

describe('a simulated charger on a real WebSocket', () => {
  let central: StrictCentralSystem;
  let charger: Charger;
  let ticker: NodeJS.Timeout;

  beforeEach(async () => {
    central = new StrictCentralSystem();
    await central.start(0);
    charger = new Charger({
      identity: 'CP 1',
      memory: noCredentialMemory,
      secret: 'secret',
      ocppUrl: `ws://127.0.0.1:${central.port}`,
      secureUrl: null,
      protocol: 'ocpp1.6',
      securityProfile: 1,
      trustedRoots: [],
      clientCertificate: null,
      bootsOnReconnect: true,
      connectors: [
        {
          deviceId: 'device',
          connector: 1,
          nodeId: 'grid',
          wiring: { kind: 'three-phase', rotation: ['L2', 'L3', 'L1'] },
          maximum_A: 32,
          minimum_A: 6,
          weight: 1,
          priority: 0,
          switchesPhases: false,
        },
      ],
      voltage_V: 230,
      energyScale: 1,
      clock: { now: () => epochMilliseconds(Date.now()) },
      random: new Random(1),
      relay: ordinaryRelay,
      backoff: { initial_ms: 20, maximum_ms: 100 },
      callTimeout_ms: 2_000,
      reboot_ms: 20,
    });
    charger.start();
    // The cars' seconds pass 20 times faster than the test's.
    ticker = setInterval(() => charger.tick(0.2), 10);
  });
  afterEach(async () => {
    clearInterval(ticker);
    await charger.stop();
    await central.stop();
    expect(central.schemaErrors).toEqual([]);
  });

  const quickCar = { ...ordinaryCar, reaction_s: 0.2, ramp_A_per_s: 50 };
  const car_A = (): number => charger.connectors[0]?.car?.current_A ?? 0;
  const startCharging = async (): Promise<void> => {
    await waitFor('boot', () => charger.online);
    charger.configuration.change('MeterValueSampleInterval', '1');
    charger.plugIn(1, quickCar, 'CARD');
    await waitFor('charging', () =>
      central.of('StatusNotification').some(({ status }) => status === 'Charging'),
    );
  };
  const txProfile = (limit: number, validTo: string): object => ({
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 5,
      transactionId: 42,
      stackLevel: 1,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Absolute',
      validTo,
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    },
  });

  it('OCPP 1.6 4.2, 4.9: boots, tells its statuses, authorizes and starts; valid by the 1.6 schemas', async () => {
    await startCharging();
    await waitFor('meter values', () => central.of('MeterValues').length > 1);
    const order = central.received.map(({ method }) => method);
    expect(order[0]).toBe('BootNotification');
    expect(order.indexOf('Authorize')).toBeLessThan(order.indexOf('StartTransaction'));
    expect(central.of('StatusNotification').map(({ connectorId, status }) => [connectorId, status])).toEqual(
      expect.arrayContaining([
        [0, 'Available'],
        [1, 'Preparing'],
        [1, 'Charging'],
      ]),
    );
    const sample = central.of('MeterValues').at(-1) as {
      transactionId: number;
      meterValue: { sampledValue: { measurand: string; phase?: string; value: string }[] }[];
    };
    const currents = sample.meterValue[0]?.sampledValue.filter(
      ({ measurand }) => measurand === 'Current.Import',
    );
    expect(currents?.map(({ phase }) => phase)).toEqual(['L1', 'L2', 'L3']);
    expect(sample.transactionId).toBe(42);
  });

  it('OCPP 1.6 5.16: follows a TxProfile, and when the lease ends its standing default', async () => {
    await startCharging();
    const standing = {
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 7 }] },
      },
    };
    expect(await central.call('SetChargingProfile', standing)).toEqual({ status: 'Accepted' });
    const lease = new Date(Date.now() + 700).toISOString();
    expect(await central.call('SetChargingProfile', txProfile(12, lease))).toEqual({ status: 'Accepted' });
    await waitFor('12 A', () => car_A() === 12);
    await waitFor('the fallback', () => car_A() === 7);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(lease));
  });

  it('takes a TxProfile that comes right behind the answer to its start', async () => {
    const later = new Date(Date.now() + 60_000).toISOString();
    let answer: Promise<unknown> | null = null;
    central.answer = ({ method }) => {
      if (method !== 'StartTransaction') return undefined;
      setImmediate(() => (answer = central.call('SetChargingProfile', txProfile(9, later))));
      return undefined;
    };
    await startCharging();
    await expect(answer).resolves.toEqual({ status: 'Accepted' });
    await waitFor('9 A', () => car_A() === 9);
  });

  it('OCPP 1.6 4.9: says SuspendedEVSE when it may offer nothing, SuspendedEV when the car wants nothing', async () => {
    await startCharging();
    const later = new Date(Date.now() + 60_000).toISOString();
    await central.call('SetChargingProfile', txProfile(0, later));
    await waitFor(
      'SuspendedEVSE',
      () => central.of('StatusNotification').at(-1)?.['status'] === 'SuspendedEVSE',
    );
    expect(car_A()).toBe(0);
    expect(await central.call('ClearChargingProfile', { id: 5 })).toEqual({ status: 'Accepted' });
    await waitFor('charging again', () => car_A() === 16);
  });

  it('OCPP 1.6 3.7.1: tells what happened offline in order and with the same content after it returns', async () => {
    await startCharging();
    const { port } = central;
    await central.stop();
    await waitFor('offline', () => !charger.online);
    expect(charger.connectors[0]?.transaction).not.toBeNull();
    charger.unplug(1);
    charger.plugIn(1, quickCar, 'CARD 2');
    await waitFor('an offline start', () => charger.connectors[0]?.transaction?.idTag === 'CARD 2');
    const stoppedAt = Date.now();
    central.received.length = 0;
    // The first StopTransaction is received but its answer is lost with the connection.
    let lost = false;
    central.answer = ({ method }) => {
      if (method !== 'StopTransaction' || lost) return undefined;
      lost = true;
      void central.session?.close({ force: true });
      return new Promise(() => undefined);
    };
    await central.start(port);
    await waitFor('the start of the second transaction', () => central.of('StartTransaction').length === 1);
    const stops = central.of('StopTransaction');
    expect(stops).toHaveLength(2);
    expect(stops[0]).toEqual(stops[1]);
    expect(stops[0]).toMatchObject({ transactionId: 42, reason: 'EVDisconnected' });
    expect(Date.parse(String(stops[0]?.['timestamp']))).toBeLessThanOrEqual(stoppedAt);
    const order = central.received
      .map(({ method }) => method)
      .filter((method) => method.endsWith('Transaction'));
    expect(order).toEqual(['StopTransaction', 'StopTransaction', 'StartTransaction']);
  });

  it('keeps its transaction over a power cycle', async () => {
    await startCharging();
    await charger.powerCycle();
    await waitFor('the second boot', () => central.of('BootNotification').length === 2);
    await waitFor('meter values of the same transaction', () => {
      const after = central.received.slice(
        central.received.findLastIndex((m) => m.method === 'BootNotification'),
      );
      return after.some(({ method, params }) => method === 'MeterValues' && params['transactionId'] === 42);
    });
    expect(central.of('StopTransaction')).toEqual([]);
  });

  it.each([
    ['Soft', 'SoftReset'],
    ['Hard', 'HardReset'],
  ])('OCPP 1.6 5.15: a %s reset ends the transaction and boots anew', async (type, reason) => {
    await startCharging();
    expect(await central.call('Reset', { type })).toEqual({ status: 'Accepted' });
    await waitFor('the second boot', () => central.of('BootNotification').length === 2);
    await waitFor('the stop', () => central.of('StopTransaction').length > 0);
    expect(central.of('StopTransaction')[0]).toMatchObject({ transactionId: 42, reason });
  });

  it('OCPP 1.6 5.11, 5.12: starts and stops from afar', async () => {
    await waitFor('boot', () => charger.online);
    const request = { connectorId: 1, idTag: 'PERSON' };
    expect(await central.call('RemoteStartTransaction', request)).toEqual({ status: 'Rejected' });
    charger.plugIn(1, quickCar, null);
    expect(await central.call('RemoteStartTransaction', request)).toEqual({ status: 'Accepted' });
    await waitFor('charging', () => car_A() > 0);
    expect(await central.call('RemoteStopTransaction', { transactionId: 41 })).toEqual({
      status: 'Rejected',
    });
    expect(await central.call('RemoteStopTransaction', { transactionId: 42 })).toEqual({
      status: 'Accepted',
    });
    await waitFor('the stop', () => central.of('StopTransaction')[0]?.['reason'] === 'Remote');
    expect(car_A()).toBe(0);
    await waitFor('Finishing', () => central.of('StatusNotification').at(-1)?.['status'] === 'Finishing');
  });

  it('OCPP 1.6 5.4, 5.8, 5.17, 5.18: configuration, trigger and unlock', async () => {
    await startCharging();
    const change = (key: string, value: string) => central.call('ChangeConfiguration', { key, value });
    expect(await change('LightIntensity', '40')).toEqual({ status: 'Accepted' });
    expect(await change('LightIntensity', '140')).toEqual({ status: 'Rejected' });
    expect(await change('NumberOfConnectors', '2')).toEqual({ status: 'Rejected' });
    expect(await change('Flavour', 'mild')).toEqual({ status: 'NotSupported' });
    expect(await central.call('GetConfiguration', { key: ['LightIntensity', 'Flavour'] })).toEqual({
      configurationKey: [{ key: 'LightIntensity', readonly: false, value: '40' }],
      unknownKey: ['Flavour'],
    });
    const before = central.of('Heartbeat').length;
    expect(await central.call('TriggerMessage', { requestedMessage: 'Heartbeat' })).toEqual({
      status: 'Accepted',
    });
    await waitFor('the heartbeat', () => central.of('Heartbeat').length === before + 1);
    expect(await central.call('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    await waitFor('the stop', () => central.of('StopTransaction')[0]?.['reason'] === 'UnlockCommand');
  });

  it('stops a transaction whose card is refused (StopTransactionOnInvalidId)', async () => {
    central.answer = ({ method }) =>
      method === 'StartTransaction' ? { transactionId: 42, idTagInfo: { status: 'Blocked' } } : undefined;
    await waitFor('boot', () => charger.online);
    charger.plugIn(1, quickCar, 'CARD');
    await waitFor('the stop', () => central.of('StopTransaction')[0]?.['reason'] === 'DeAuthorized');
  });
});
