import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultIngressLimits } from '#apps/ingress/ingress-config.js';
import { startIngressBeside, type IngressHarness } from '#apps/ingress/ingress-harness.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { startHttpWorld, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let edge: IngressHarness;
/** Ada administers Volt, which installs; Olga owns nothing yet; Pia is let in and thrown out. */
let ada: Caller;
let pia: Caller;
let organisationId: string;

const startEdge = () =>
  startIngressBeside(world.app.get<Gate>(GATE), world.database.pool, world.bus, {
    ...defaultIngressLimits,
    callTimeout_ms: 2_000,
    sweepInterval_ms: 100,
  });

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  [ada, pia] = [await world.signUp('Ada'), await world.signUp('Pia')];
  ({ organisationId } = (await ada.post('/v1/organisations', { name: 'Volt' })).as<{
    organisationId: string;
  }>(201));
  edge = await startEdge();
});
afterAll(async () => {
  await edge.stop();
  await world.close();
});

interface TestDevice {
  readonly locationId: string;
  readonly deviceId: string;
  readonly identity: string;
  readonly secret: string;
}
interface TwinBody {
  readonly desired: Record<string, unknown>;
  readonly reported: Record<string, unknown>;
  readonly delta: Record<string, unknown>;
  readonly desiredVersion: number;
  readonly keys: Record<string, { state: string; version: number | null; reason: string | null }>;
}

async function install(kind: string): Promise<TestDevice> {
  const place = { name: 'Harbour', timeZone: 'Europe/Oslo', organisationId };
  const { locationId } = (await ada.post('/v1/locations', place)).as<{ locationId: string }>(201);
  const identity = `${kind}-${randomUUID().slice(0, 8)}`;
  const added = await ada.post(`/v1/locations/${locationId}/devices`, { kind, identity, name: 'It' });
  const { device, secret } = added.as<{ device: { deviceId: string }; secret: string }>(201);
  return { locationId, deviceId: device.deviceId, identity, secret };
}

const twinOf = async ({ deviceId }: TestDevice): Promise<TwinBody> =>
  (await ada.get(`/v1/devices/${deviceId}/twin`)).as<TwinBody>(200);
const wish = (who: Caller, { deviceId }: TestDevice, settings: object, etag = '*'): Promise<Answer> =>
  who.send('PATCH', `/v1/devices/${deviceId}/twin`, { settings }, { 'if-match': etag });
const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
const untilInStep = (device: TestDevice): Promise<TwinBody> =>
  waitFor('the twin to be in step', async () => {
    const twin = await twinOf(device);
    return Object.keys(twin.delta).length === 0 ? twin : null;
  });

let stations: SimulatedStation[] = [];
beforeEach(() => {
  stations = [];
});
afterEach(async () => {
  await Promise.all(stations.map((station) => station.stop()));
});
function connect(device: TestDevice, protocol: 'ocpp1.6' | 'ocpp2.0.1'): SimulatedStation {
  const station = simulate(protocol, edge.ocppPort, device);
  stations.push(station);
  return station;
}

describe('a twin over HTTP', () => {
  it('optimistic concurrency: a wish names what it was made from, and the later of two is refused', async () => {
    const device = await install('charger');
    const read = await ada.get(`/v1/devices/${device.deviceId}/twin`);
    expect(read.headers.get('etag')).toBe('"0"');
    const unnamed = await ada.send(
      'PATCH',
      `/v1/devices/${device.deviceId}/twin`,
      {
        settings: { brightness_percent: 1 },
      },
      {},
    );
    expect([unnamed.status, codeOf(unnamed)]).toEqual([428, 'precondition-missing']);

    const first = await wish(ada, device, { brightness_percent: 10 }, '"0"');
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"1"']);
    const second = await wish(ada, device, { brightness_percent: 90 }, '"0"');
    expect([second.status, codeOf(second)]).toEqual([412, 'twin-changed']);
    expect(codeOf(await wish(ada, device, { brightness_percent: 90 }, 'W/"1"'))).toBe('twin-changed');
    expect((await twinOf(device)).desired).toEqual({ brightness_percent: 10 });
    (await wish(ada, device, { brightness_percent: null }, '"1"')).as(200);
    expect(await twinOf(device)).toMatchObject({ desired: {}, desiredVersion: 2 });
  });

  it.each([
    ['a brightness above 100 (NB-72)', { brightness_percent: 101 }],
    ['a cable lock nobody knows (NB-71)', { cableLock: 'sometimes' }],
    ['a current below 6 A (NB-92)', { maxCurrent_A: 5 }],
    ['no setting at all', {}],
    ['a setting that is none', { colour: 'red' }],
    ['a rotation of no connector', { phaseRotation: { zero: 'RST' } }],
    ['a clamp too many', { balancer: { reversedTransformers: [true, true, true, true] } }],
  ])('%s is refused with the field that is wrong', async (_name, settings) => {
    const answer = await wish(ada, await install('charger'), settings);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-request']);
  });

  it('a setting of another kind of device is refused', async () => {
    const charger = await install('charger');
    expect(codeOf(await wish(ada, charger, { hub: { sirenVolume: 'low' } }))).toBe('wrong-device-kind');
    const hub = await install('hub');
    expect(codeOf(await wish(ada, hub, { brightness_percent: 1 }))).toBe('wrong-device-kind');
    (await wish(ada, hub, { hub: { sirenVolume: 'low' } })).as(200);
  });

  it('NB-44, NB-68, T7: a guest wishes nothing, a stranger learns nothing, and electrics are for installers', async () => {
    const device = await install('charger');
    expect((await wish(pia, device, { brightness_percent: 1 })).status).toBe(404);
    await share(ada, device.locationId, pia, 'guest');
    expect((await wish(pia, device, { brightness_percent: 1 })).status).toBe(403);
    expect((await wish(pia, device, { phaseRotation: { 1: 'STR' } })).status).toBe(403);
    expect(await twinOf(device)).toMatchObject({ desired: {}, desiredVersion: 0 });
  });
});

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)('settings and a charger of %s', (protocol) => {
  it('NB-71, NB-72, NB-98: are wished before it was ever online, reach it with its first connection, and 0 is a brightness', async () => {
    const device = await install('charger');
    const settings = {
      maxCurrent_A: 10,
      cableLock: 'always',
      phaseRotation: { 1: 'STR' },
      ...(protocol === 'ocpp1.6' ? { brightness_percent: 0 } : {}),
    };
    (await wish(ada, device, settings)).as(200);
    expect(await twinOf(device)).toMatchObject({
      delta: settings,
      keys: { cableLock: { state: 'waiting' } },
    });

    const { charger } = connect(device, protocol);
    const twin = await untilInStep(device);
    expect(twin.reported).toMatchObject(settings);
    expect(twin.keys['cableLock']).toMatchObject({ state: 'in-step', reason: null });
    const configured = charger.record.calls.map(({ payload }) => JSON.stringify(payload)).join();
    expect(configured).toContain('STR');
    expect(configured).toMatch(/Unlock(Connector)?OnEVSideDisconnect/);
  });

  it('a wish for a charger that is online reaches it at once', async () => {
    const device = await install('charger');
    connect(device, protocol);
    await waitFor('the boot', () =>
      edge.observations.some(
        ({ deviceId, event }) => deviceId === device.deviceId && event.type === 'booted',
      ),
    );
    (await wish(ada, device, { cableLock: 'always' })).as(200);
    expect((await untilInStep(device)).reported).toMatchObject({ cableLock: 'always' });
  });

  it('NB-86: pre-configuration whose right died before the charger came is dropped and says so', async () => {
    const device = await install('charger');
    const grantId = await share(ada, device.locationId, pia, 'partner');
    (await wish(pia, device, { maxCurrent_A: 8 })).as(200);
    (await wish(ada, device, { cableLock: 'always' })).as(200);
    expect((await ada.delete(`/v1/locations/${device.locationId}/grants/${grantId}`)).status).toBe(204);

    const station = connect(device, protocol);
    const twin = await untilInStep(device);
    expect(twin.desired).toEqual({ cableLock: 'always' });
    expect(twin.keys['maxCurrent_A']).toMatchObject({
      state: 'right-ended',
      reason: expect.stringContaining('may no longer'),
    });
    expect(JSON.stringify(station.requestsOf('SetChargingProfile'))).not.toContain('MaxProfile');
  });

  it('what it will not do is declined with a reason, and not asked again until wished anew or connected anew', async () => {
    const device = await install('charger');
    // No connector 9: a configuration the simulated charger refuses.
    (await wish(ada, device, { phaseRotation: { 9: 'RTS' }, cableLock: 'always' })).as(200);
    const station = connect(device, protocol);
    const twin = await waitFor('the refusal', async () => {
      const now = await twinOf(device);
      return now.keys['phaseRotation']?.state === 'declined' ? now : null;
    });
    expect(twin.keys['phaseRotation']?.reason).toContain('did not take');
    const asked = () => JSON.stringify(station.charger.record.calls).split('RTS').length - 1;
    const before = asked();
    (await wish(ada, device, { cableLock: 'while-charging' })).as(200);
    await waitFor(
      'the other setting',
      async () => (await twinOf(device)).reported['cableLock'] === 'while-charging',
    );
    expect(asked()).toBe(before);
  });
});

describe('settings over restarts', () => {
  it('desired is re-sent after a reboot: a charger that lost everything gets it again', async () => {
    const device = await install('charger');
    (await wish(ada, device, { cableLock: 'always', brightness_percent: 7 })).as(200);
    const first = connect(device, 'ocpp1.6');
    await untilInStep(device);
    await first.stop();
    const replaced = connect(device, 'ocpp1.6');
    await waitFor('both settings again', () => replaced.requestsOf('ChangeConfiguration').length >= 2);
    expect(replaced.requestsOf('ChangeConfiguration')).toEqual(
      expect.arrayContaining([
        { key: 'LightIntensity', value: '7' },
        { key: 'UnlockConnectorOnEVSideDisconnect', value: 'false' },
      ]),
    );
  });

  it('wishes survive a restart of the edge', async () => {
    const device = await install('charger');
    (await wish(ada, device, { cableLock: 'always' })).as(200);
    await edge.stop();
    edge = await startEdge();
    connect(device, 'ocpp2.0.1');
    expect((await untilInStep(device)).reported).toMatchObject({ cableLock: 'always' });
  });
});
