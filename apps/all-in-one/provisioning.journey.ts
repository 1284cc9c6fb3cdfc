import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { defaultIngressLimits, plainSecurity } from '#apps/ingress/ingress-config.js';
import { IngressModule } from '#apps/ingress/ingress.module.js';
import { Ingress } from '#apps/ingress/ingress.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryModule } from '#apps/telemetry/telemetry-module.js';
import { quickCar } from '#firmware-sim/charger/testing/charger-bench.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import { allPartitions } from '#libs/bus/partition.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { startConsumers } from '#libs/platform/start-consumers.js';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import { claim, manufacture, type Boxed } from '#libs/testing/factory-steps.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { organise, problemOf } from '#libs/testing/sharing-stage.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { CommandRightsModule } from './command-rights-module.js';

interface Command {
  readonly commandId: string;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
}

let world: HttpWorld;
let port: number;
let operator: Caller;
/** Ada administers Volt, which installs. */
let ada: Caller;
let volt: string;
const stations: SimulatedStation[] = [];
const travelled: string[] = [];

beforeAll(async () => {
  world = await startHttpWorld(
    [
      SharingModule.register(),
      ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
      TelemetryModule.register(defaultTelemetryConfig),
      { module: CommandRightsModule, global: true },
      IngressModule.register({
        host: '127.0.0.1',
        ocppPort: 0,
        mqttHost: '127.0.0.1',
        mqttPort: 0,
        instance: 'provisioning',
        quirksFile: null,
        security: plainSecurity,
        limits: { ...defaultIngressLimits, sweepInterval_ms: 50 },
      }),
    ],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  await startConsumers(world.app, new BusTransport(world.bus));
  for (const topic of ['commands', 'changes', 'observations'] as const)
    await world.bus.consume({
      topic,
      partitions: allPartitions,
      group: null,
      handler: async ({ message }) => void travelled.push(JSON.stringify(message)),
    });
  port = world.app.get(Ingress).ocppPort;
  operator = await world.signUpOperator();
  ada = await world.signUp('Ada');
  volt = await organise(ada, 'Volt');
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  for (const station of stations.splice(0)) await station.stop();
});

async function install(): Promise<string> {
  const body = { name: 'Home', timeZone: 'Europe/Oslo', organisationId: volt };
  return (await ada.post('/v1/locations', body)).as<{ locationId: string }>(201).locationId;
}

const claimed = async (by: Caller, locationId: string, box: Boxed): Promise<string> =>
  (await claim(by, locationId, box)).as<{ deviceId: string }>(201).deviceId;

function powerOn(protocol: 'ocpp1.6' | 'ocpp2.0.1', { serial, bootstrapSecret }: Boxed): SimulatedStation {
  const station = simulate(protocol, port, { identity: serial, secret: bootstrapSecret });
  stations.push(station);
  return station;
}

/** Online with a password of its own. */
const settled = ({ charger }: SimulatedStation, { bootstrapSecret }: Boxed): Promise<unknown> =>
  waitFor('a password of its own', () => charger.online && charger.access.way.password !== bootstrapSecret);

const give = (by: Caller, deviceId: string, request: object) =>
  by.post(`/v1/devices/${deviceId}/commands`, { request });
async function ended(by: Caller, { commandId }: Command): Promise<Command> {
  return waitFor('the end of the command', async () => {
    const command = (await by.get(`/v1/commands/${commandId}`)).as<Command>(200);
    return command.state === 'queued' || command.state === 'sent' ? null : command;
  });
}
const ask = async (by: Caller, deviceId: string, request: object): Promise<Command> =>
  ended(by, (await give(by, deviceId, request)).as<Command>(202));

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
  'a charger that speaks %s, from its box to its end',
  (protocol) => {
    it('NB-73, NB-84: claimed, online with a password of its own, reset, and in its box again', async () => {
      const box = await manufacture(operator, 'charger');
      const locationId = await install();
      const station = powerOn(protocol, box);
      const deviceId = await claimed(ada, locationId, box);
      await settled(station, box);
      const olga = await world.signUp('Olga');
      const gil = await world.signUp('Gil');
      // Without an owner the installer may; a guest never.
      await share(ada, locationId, gil, 'guest');
      expect((await give(gil, deviceId, { action: 'factory-reset' })).status).toBe(403);
      const grantsBefore = (await ada.get(`/v1/locations/${locationId}/grants`)).text;
      expect(grantsBefore).toContain(gil.personId);

      const reset = await ask(ada, deviceId, { action: 'factory-reset' });
      expect(reset).toMatchObject({ state: 'accepted', reason: expect.stringContaining('claimed') });
      await waitFor(
        'the end of the binding',
        async () => (await ada.get(`/v1/devices/${deviceId}`)).status === 404,
      );
      const released = await ada.get(`/v1/locations/${locationId}/released-devices`);
      expect(released.body).toMatchObject({
        items: [{ deviceId, identity: box.serial, how: 'factory-reset' }],
      });
      const audit = await ada.get(`/v1/locations/${locationId}/audit`);
      expect(audit.text).toContain('device-released');
      // Who gave the command still sees how it went.
      expect((await ada.get(`/v1/commands/${reset.commandId}`)).body).toMatchObject({ state: 'accepted' });

      await waitFor(
        'the factory password',
        () => station.charger.access.way.password === box.bootstrapSecret,
      );
      const again = await claimed(olga, await ownLocation(olga), box);
      await settled(station, box);
      expect(again).not.toBe(deviceId);
    });

    it('NB-74, NB-53: behind a residual-current device that failed its test nobody charges until one passes', async () => {
      const box = await manufacture(operator, 'charger');
      const locationId = await install();
      const deviceId = await claimed(ada, locationId, box);
      await acceptIdToken(world.database.pool, locationId, 'CARD');
      const station = powerOn(protocol, box);
      await settled(station, box);
      const { charger } = station;
      const test = { action: 'test-residual-current-device', connector: 1 };
      const start = { action: 'remote-start', connector: 1, idToken: 'CARD' };

      charger.breakResidualCurrentDevice(1, true);
      const failed = await ask(ada, deviceId, test);
      expect(failed).toMatchObject({ state: 'accepted', reason: expect.stringContaining('failed') });
      charger.plugIn(1, quickCar, null);
      const refused = await ask(ada, deviceId, start);
      expect(refused).toMatchObject({ state: 'rejected', code: 'RCD_CHECK_FAILED' });
      expect(
        station.requestsOf(protocol === 'ocpp1.6' ? 'RemoteStartTransaction' : 'RequestStartTransaction'),
      ).toEqual([]);
      expect(JSON.stringify(await charger.authorize('CARD'))).toContain('Blocked');

      charger.breakResidualCurrentDevice(1, false);
      expect(await ask(ada, deviceId, test)).toMatchObject({ reason: expect.stringContaining('passed') });
      const tests = await ada.get(`/v1/devices/${deviceId}/residual-current-tests`);
      expect(tests.as<object>(200)).toEqual({
        items: [
          { connector: 1, result: 'passed', trip_ms: 24, current_mA: 30, testedAt: expect.any(String) },
          { connector: 1, result: 'failed', trip_ms: null, current_mA: 30, testedAt: expect.any(String) },
        ],
      });
      expect(JSON.stringify(await charger.authorize('CARD'))).toContain('Accepted');
      expect(await ask(ada, deviceId, start)).toMatchObject({ state: 'accepted', code: 'SUCCESS' });
      await waitFor('the session', async () => {
        const { rows } = await world.database.pool.query(
          'SELECT FROM charging_transactions WHERE device_id = $1 AND connector = 1 AND ended_at IS NULL',
          [deviceId],
        );
        return rows.length === 1;
      });
      const occupied = await ask(ada, deviceId, start);
      expect(occupied).toMatchObject({ state: 'rejected', code: 'OCCUPIED_BY_OTHERS' });
    });

    it('NB-53: a connector that is broken is disabled', async () => {
      const box = await manufacture(operator, 'charger');
      const deviceId = await claimed(ada, await install(), box);
      const station = powerOn(protocol, box);
      await settled(station, box);
      station.charger.setFault(1, 'GroundFailure');
      await waitFor('the fault', async () => {
        const { rows } = await world.database.pool.query(
          `SELECT FROM device_states WHERE device_id = $1 AND state::text LIKE '%Faulted%'`,
          [deviceId],
        );
        return rows.length === 1;
      });
      const start = { action: 'remote-start', connector: 1, idToken: 'CARD' };
      expect(await ask(ada, deviceId, start)).toMatchObject({ state: 'rejected', code: 'DISABLED' });
    });

    it('NB-64, NB-89, T10: a network is set before and after installation; its passphrase is seen by the charger alone', async () => {
      const box = await manufacture(operator, 'charger');
      const locationId = await install();
      const deviceId = await claimed(ada, locationId, box);
      const passphrase = `secret ${randomBytes(8).toString('hex')}`;
      const wifi = { action: 'set-network', medium: 'wifi', ssid: 'Garage', passphrase };
      // Before it was ever online.
      const given = (await give(ada, deviceId, wifi)).as<Command>(202);
      expect(JSON.stringify(given)).not.toContain(passphrase);
      const station = powerOn(protocol, box);
      await settled(station, box);
      expect(await ended(ada, given)).toMatchObject({ state: 'accepted' });
      const { configuration } = station.charger;
      expect(configuration.value('NetworkPassphrase')).toBe(passphrase);
      expect([configuration.value('NetworkSsid'), configuration.value('NetworkMedium')]).toEqual([
        'Garage',
        'wifi',
      ]);
      // Afterwards.
      expect(await ask(ada, deviceId, { action: 'set-network', medium: 'mobile' })).toMatchObject({
        state: 'accepted',
      });
      expect(configuration.value('NetworkMedium')).toBe('mobile');

      const views = await Promise.all([
        ada.get(`/v1/devices/${deviceId}/commands`),
        ada.get(`/v1/devices/${deviceId}/twin`),
        ada.get(`/v1/locations/${locationId}/audit`),
        ada.get(`/v1/devices/${deviceId}/events`),
      ]);
      for (const { text } of views) expect(text).not.toContain(passphrase);
      expect(travelled.join()).not.toContain(passphrase);
      for (const table of [
        'commands',
        'network_passphrases',
        'device_events',
        'device_states',
        'idempotency_keys',
      ]) {
        const { rows } = await world.database.pool.query(`SELECT each::text AS text FROM ${table} AS each`);
        expect(JSON.stringify(rows)).not.toContain(passphrase);
      }
      const olga = await world.signUp('Olga');
      await share(ada, locationId, olga, 'guest');
      expect((await give(olga, deviceId, wifi)).status).toBe(403);
      expect((await give(ada, deviceId, { ...wifi, ssid: undefined })).status).toBe(400);
    });
  },
);

async function ownLocation(owner: Caller): Promise<string> {
  const body = { name: 'Mine', timeZone: 'Europe/Oslo', organisationId: null };
  return (await owner.post('/v1/locations', body)).as<{ locationId: string }>(201).locationId;
}

describe('who may do it', () => {
  it('NB-84: where somebody owns the place, he alone resets its devices; all grants on the device end', async () => {
    const box = await manufacture(operator, 'charger');
    const olga = await world.signUp('Olga');
    const locationId = await install();
    await handOver(ada, locationId, olga);
    const deviceId = await claimed(olga, locationId, box);
    expect((await give(ada, deviceId, { action: 'factory-reset' })).status).toBe(403);
    const station = powerOn('ocpp1.6', box);
    await settled(station, box);
    expect(await ask(olga, deviceId, { action: 'factory-reset' })).toMatchObject({ state: 'accepted' });
    await waitFor('the end', async () => (await olga.get(`/v1/devices/${deviceId}`)).status === 404);
  });

  it('NB-76: a residual-current fault is among the events, and no user configures its protection', async () => {
    const box = await manufacture(operator, 'charger');
    const olga = await world.signUp('Olga');
    const locationId = await install();
    await handOver(ada, locationId, olga);
    const deviceId = await claimed(olga, locationId, box);
    const station = powerOn('ocpp1.6', box);
    await settled(station, box);
    station.charger.setFault(1, 'GroundFailure');
    const fault = await waitFor('the event', async () => {
      const { items } = (await olga.get(`/v1/devices/${deviceId}/events`)).as<{
        items: { type: string; severity: string; detail: { errorCode?: string } }[];
      }>(200);
      return items.find(({ detail }) => detail.errorCode === 'GroundFailure');
    });
    expect(fault).toMatchObject({ type: 'fault', severity: 'fault' });
    for (const request of [
      { action: 'change-configuration', key: 'ResidualCurrentThreshold', value: '300' },
      { action: 'test-residual-current-device', connector: 1 },
    ])
      expect((await give(olga, deviceId, request)).status).toBe(403);
  });

  it('NB-53: a start whose right ended while it waited is answered PERMISSION_DENIED', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await install();
    const deviceId = await claimed(ada, locationId, box);
    const ivo = await world.signUp('Ivo');
    const membershipId = await join(ada, volt, ivo, 'installer');
    const start = { action: 'remote-start', connector: 1, idToken: 'CARD' };
    const waiting = (await give(ivo, deviceId, start)).as<Command>(202);
    (await ada.delete(`/v1/organisations/${volt}/members/${membershipId}`)).as(204);
    const station = powerOn('ocpp1.6', box);
    await settled(station, box);
    expect(await ended(ada, waiting)).toMatchObject({ state: 'dropped', code: 'PERMISSION_DENIED' });
  });

  it('NB-61: nothing is handed over that nobody has looked at', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await install();
    const deviceId = await claimed(ada, locationId, box);
    const olga = await world.signUp('Olga');
    const transfer = () => ada.post(`/v1/locations/${locationId}/transfer`, { email: olga.email });
    const open = async (): Promise<string> => {
      const answer = await transfer();
      expect(problemOf(answer)).toBe('checklist-open');
      return (answer.body as { detail: string }).detail;
    };
    expect(await open()).toBe(
      `Open are: Location: main-fuse, Location: network, ${[
        'phase-rotation',
        'residual-current-test',
        'circuit-fuse',
      ]
        .map((item) => `Claimed ${box.serial}: ${item}`)
        .join(', ')}.`,
    );
    const place = `/v1/locations/${locationId}`;
    const topology = {
      nodes: [{ nodeId: 'grid', parentId: null, name: 'Main', fuse_A: [25, 25, 25], meterDeviceId: null }],
      connectors: [
        {
          deviceId,
          connector: 1,
          nodeId: 'grid',
          wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
          maximum_A: 16,
          minimum_A: 6,
          weight: 1,
          priority: 0,
        },
      ],
      margin_A: 1,
      assumedBase_A: [5, 5, 5],
      step_A: 1,
    };
    (await ada.put(`${place}/topology`, { version: 0, topology })).as(200);
    (await ada.put(`${place}/checklist/network`, { done: true })).as(200);
    const rotation = await ada.put(`/v1/devices/${deviceId}/checklist/phase-rotation`, {
      done: true,
      note: 'Rotating field measured',
    });
    expect(rotation.as<object>(200)).toMatchObject({
      done: true,
      note: 'Rotating field measured',
      doneBy: { personId: ada.personId },
    });
    const computed = await ada.put(`/v1/devices/${deviceId}/checklist/residual-current-test`, { done: true });
    expect(problemOf(computed)).toBe('computed-item');
    expect((await ada.put(`${place}/checklist/gold`, { done: true })).status).toBe(404);
    expect(await open()).toBe(`Open are: Claimed ${box.serial}: residual-current-test.`);
    const station = powerOn('ocpp1.6', box);
    await settled(station, box);
    await ask(ada, deviceId, { action: 'test-residual-current-device', connector: 1 });
    expect((await transfer()).status).toBe(202);
    const { items } = (await ada.get(`/v1/devices/${deviceId}/checklist`)).as<{ items: { done: boolean }[] }>(
      200,
    );
    expect(items.map(({ done }) => done)).toEqual([true, true, true]);
  });
});
