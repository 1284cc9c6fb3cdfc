import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ingress } from '#apps/ingress/ingress.js';
import { Balancer } from '#firmware-sim/balancer/balancer.js';
import { Hub } from '#firmware-sim/hub/hub.js';
import { Random } from '#firmware-sim/physics/random.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { writeClaimText } from '#libs/contracts/claim-text.js';
import { startConsumers } from '#libs/platform/start-consumers.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { sendFactoryFile, type Boxed } from '#libs/testing/factory-steps.js';
import { startHttpWorld, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { productModules } from './product-modules.js';

/**
 * A load balancer and an alarm hub from their boxes to their end, each step building on the one before, over HTTP and MQTT
 * sockets alone: no step reads or writes the database. Chargers: box-to-site.journey.ts.
 */
let world: HttpWorld;
/** Otto runs the cloud, Ina administers the installer Volt, Olga will own the place. */
let otto: Caller;
let ina: Caller;
let olga: Caller;
let organisationId: string;
let locationId: string;
let boxes: Readonly<Record<'zen' | 'hub', Boxed>>;
let zenId: string;
let hubId: string;
let zen: Balancer;
let hub: Hub;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await startHttpWorld(productModules(), { attemptsPerMinute: 1_000, authEndpoint: 'here' });
  await startConsumers(world.app, new BusTransport(world.bus));
  otto = await world.signUpOperator();
  ina = await world.signUp('Ina');
  olga = await world.signUp('Olga');
}, 60_000);
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await world.close();
});

const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
const place = (): string => `/v1/locations/${locationId}`;
const wish = (who: Caller, deviceId: string, settings: object): Promise<Answer> =>
  who.send('PATCH', `/v1/devices/${deviceId}/twin`, { settings }, { 'if-match': '*' });
interface Twin {
  readonly reported: { readonly balancer?: object; readonly hub?: object };
  readonly delta: Record<string, unknown>;
}
const twin = async (who: Caller, deviceId: string): Promise<Twin> =>
  (await who.get(`/v1/devices/${deviceId}/twin`)).as<Twin>(200);
const inStep = (who: Caller, deviceId: string): Promise<Twin> =>
  waitFor('the twin to be in step', async () => {
    const now = await twin(who, deviceId);
    return Object.keys(now.delta).length === 0 ? now : null;
  });
async function ask(who: Caller, deviceId: string, request: object): Promise<Record<string, unknown>> {
  const given = await who.post(`/v1/devices/${deviceId}/commands`, { request, timeout_s: 60 });
  const { commandId } = given.as<{ commandId: string }>(202);
  return waitFor('the end of the command', async () => {
    const command = (await who.get(`/v1/commands/${commandId}`)).as<Record<string, unknown>>(200);
    return command['state'] === 'queued' || command['state'] === 'sent' ? null : command;
  });
}
const networkOf = async (who: Caller, deviceId: string) => {
  const { devices } = (await who.get(`${place()}/live`)).as<{
    devices: { deviceId: string; network: { medium: string; name: string | null } | null }[];
  }>(200);
  return devices.find((device) => device.deviceId === deviceId)?.network;
};

interface Simulated {
  start(): void;
  stop(): Promise<void>;
}
function run<Device extends Simulated>(device: Device, tick: () => void): Device {
  device.start();
  const timer = setInterval(tick, 10);
  stops.push(async () => {
    clearInterval(timer);
    await device.stop();
  });
  return device;
}
const wired = ({ serial, bootstrapSecret }: Boxed) => ({
  identity: serial,
  secret: bootstrapSecret,
  mqttUrl: `mqtt://127.0.0.1:${world.app.get(Ingress).mqttPort}`,
  clock: systemClock,
  reconnect_ms: 20,
  reboot_ms: 60,
});
function powerOnZen(box: Boxed): Balancer {
  const powered = new Balancer({
    ...wired(box),
    mainFuse_A: 25,
    voltage_V: 230,
    cadence_s: 0.1,
    solarTerminal: false,
    noise_A: 0,
    energyScale: 1,
    random: new Random(1),
    measure_A: () => [10, 20, 5],
  });
  return run(powered, () => powered.tick(0.01));
}
function powerOnHub(box: Boxed): Hub {
  const powered = new Hub({ ...wired(box), resend_ms: 60_000, lastSequence: 40 });
  return run(powered, () => powered.tick());
}
const settled = (device: Balancer | Hub, box: Boxed): Promise<unknown> =>
  waitFor('a password of its own', () => device.connected && device.password !== box.bootstrapSecret);

describe('a load balancer and a hub from the box to a running site and back', () => {
  it('the factory makes both known in one file', async () => {
    const rows = [
      'serial,pin,type,model',
      'BB-MQTT-CHARGER,314159265,charger,Garage One',
      'BB-MQTT-ZEN,271828182,balancer,Zen',
      'BB-MQTT-HUB,161803398,hub,Home',
    ];
    const { bootstrapSecrets } = (await sendFactoryFile(otto, rows.join('\n'))).as<{
      bootstrapSecrets: { serial: string; bootstrapSecret: string }[];
    }>(201);
    const boxed = (serial: string, pin: string, kind: Boxed['kind']): Boxed => ({
      serial,
      pin,
      kind,
      bootstrapSecret: bootstrapSecrets.find((each) => each.serial === serial)?.bootstrapSecret ?? '',
    });
    boxes = {
      zen: boxed('BB-MQTT-ZEN', '271828182', 'balancer'),
      hub: boxed('BB-MQTT-HUB', '161803398', 'hub'),
    };
  });

  it('NB-77: the installer claims both with what their stickers say', async () => {
    const company = await ina.post('/v1/organisations', { name: 'Volt' });
    ({ organisationId } = company.as<{ organisationId: string }>(201));
    const body = { name: 'Harbour house', timeZone: 'Europe/Oslo', organisationId };
    ({ locationId } = (await ina.post('/v1/locations', body)).as<{ locationId: string }>(201));
    const claim = async (box: Boxed, name: string): Promise<string> => {
      const claimed = await ina.post(`${place()}/claims`, { code: writeClaimText(box), name });
      return claimed.as<{ deviceId: string }>(201).deviceId;
    };
    zenId = await claim(boxes.zen, 'Zen');
    hubId = await claim(boxes.hub, 'Hub');
  });

  it('NB-79, NB-86: both are configured before they were ever online', async () => {
    (await wish(ina, zenId, { balancer: { currentTransformerRatio: 2_000, solarTerminal: true } })).as(200);
    (await wish(ina, hubId, { hub: { entryDelay_s: 15 } })).as(200);
    const fuse_A = [25, 25, 25];
    const topology = {
      nodes: [{ nodeId: 'grid', parentId: null, name: 'Main fuse', fuse_A, meterDeviceId: zenId }],
      connectors: [],
      margin_A: 1,
      assumedBase_A: [5, 5, 5],
      step_A: 1,
    };
    (await ina.put(`${place()}/topology`, { version: 0, topology })).as(200);
  });

  it('NB-86: at their first connect they get passwords of their own, then everything that was wished', async () => {
    zen = powerOnZen(boxes.zen);
    hub = powerOnHub(boxes.hub);
    await settled(zen, boxes.zen);
    await settled(hub, boxes.hub);
    expect((await inStep(ina, zenId)).reported.balancer).toMatchObject({
      currentTransformerRatio: 2_000,
      solarTerminal: true,
    });
    expect((await inStep(ina, hubId)).reported.hub).toMatchObject({ entryDelay_s: 15, exitDelay_s: 30 });
  });

  it('NB-61: the direction of the clamps is ticked, what the devices tell is not asked', async () => {
    (await ina.put(`${place()}/checklist/network`, { done: true })).as(200);
    const refusal = await waitFor('what the devices told', async () => {
      const refused = await ina.post(`${place()}/transfer`, { email: olga.email });
      expect(codeOf(refused)).toBe('checklist-open');
      return /Hub:|main-fuse-equal/.test(refused.text) ? null : refused.text;
    });
    expect(refusal).toContain('Open are: Zen: transformer-direction.');
    const looked = { done: true, note: 'Arrows to the house' };
    (await ina.put(`/v1/devices/${zenId}/checklist/transformer-direction`, looked)).as(200);
  });

  it('NB-79, T10: another network for each, and its passphrase is in no view', async () => {
    const passphrase = 'under the doormat';
    const wifi = { action: 'set-network', medium: 'wifi', ssid: 'Harbour', passphrase };
    for (const [device, deviceId] of [
      [zen, zenId],
      [hub, hubId],
    ] as const) {
      expect(await ask(ina, deviceId, wifi)).toMatchObject({ state: 'accepted' });
      await waitFor('the passphrase', () => device.passphrase === passphrase);
      await waitFor('the new network', async () => {
        const network = await networkOf(ina, deviceId);
        return network?.medium === 'wifi' && network.name === 'Harbour';
      });
      const views = await Promise.all([
        ina.get(`/v1/devices/${deviceId}/commands`),
        ina.get(`/v1/devices/${deviceId}/twin`),
        ina.get(`/v1/devices/${deviceId}/events`),
        ina.get(`${place()}/audit`),
        ina.get(`${place()}/live`),
      ]);
      expect(views.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      for (const { text } of views) expect(text).not.toContain(passphrase);
      expect(views[0]?.text).toContain('Harbour');
    }
    expect(await ask(ina, zenId, { action: 'set-network', medium: 'mobile' })).toMatchObject({
      state: 'rejected',
    });
  });

  it('hand-over: the customer accepts and owns both', async () => {
    const begun = await ina.post(`${place()}/transfer`, { email: olga.email });
    const { transferId } = begun.as<{ transferId: string }>(202);
    (await olga.post(`/v1/me/transfers/${transferId}/accept`, undefined)).as(200);
    expect((await olga.get(place())).status).toBe(200);
  });

  it('an alarm is in the event list with its sequence, however the network goes meanwhile', async () => {
    hub.loseNetwork();
    hub.raise({ category: 'alarm', code: 'smoke', zone: 'Kitchen', text: 'Smoke in the kitchen' });
    const alarm = await waitFor('the alarm', async () => {
      const { items } = (await olga.get(`/v1/devices/${hubId}/events`)).as<{
        items: { code: string; detail: { sequence?: number } }[];
      }>(200);
      return items.find(({ detail }) => detail.sequence === 41);
    });
    expect(alarm).toMatchObject({ detail: { sequence: 41, zone: 'Kitchen', monitored: false } });
    await waitFor('the acknowledgement', () => hub.waiting === 0);
  });

  it('desired settings while offline: the owner’s wishes wait for the hub, the newest only', async () => {
    hub.dropMobile(1_500);
    await waitFor('the hub to be gone', () => !hub.connected);
    (await wish(olga, hubId, { hub: { entryDelay_s: 20 } })).as(200);
    (await wish(olga, hubId, { hub: { entryDelay_s: 25 } })).as(200);
    expect((await twin(olga, hubId)).delta).toHaveProperty('hub');
    expect((await inStep(olga, hubId)).reported.hub).toMatchObject({ entryDelay_s: 25 });
  });

  it('firmware campaign of hubs: a reboot in the middle, and it ends with what was promised', async () => {
    const books = `/v1/organisations/${organisationId}`;
    const named = await ina.post(`${books}/firmware-images`, {
      kind: 'hub',
      vendor: null,
      model: null,
      version: '2.0.0',
      reference: null,
      signed: null,
    });
    const { imageId } = named.as<{ imageId: string }>(201);
    const upload = await fetch(`${world.url}${books}/firmware-images/${imageId}/content`, {
      method: 'PUT',
      headers: { ...ina.authorization, 'content-type': 'application/octet-stream' },
      body: new TextEncoder().encode('hub firmware 2.0.0'),
    });
    expect(upload.status).toBe(200);

    // An armed hub does not restart: time for the power to fail.
    hub.arm('armed');
    const created = await ina.post(`${books}/firmware-campaigns`, {
      name: 'Spring',
      imageId,
      deviceIds: [hubId],
      rules: { stages: [], retryPause_s: 0 },
    });
    const { campaignId } = created.as<{ campaignId: string }>(201);
    const campaign = `${books}/firmware-campaigns/${campaignId}`;
    (await ina.post(`${campaign}/transitions`, { order: 'start' })).as(200);
    const stateOf = async () =>
      (await ina.get(`${campaign}/devices`)).as<{ items: { state: string; interruptions: number }[] }>(200)
        .items[0];
    await waitFor('the image on the hub', async () => (await stateOf())?.state === 'downloaded', 30_000);
    hub.powerCycle();
    await waitFor('the interruption', async () => (await stateOf())?.interruptions === 1, 30_000);
    expect(hub.firmwareVersion).toBe('1.0');
    hub.arm('disarmed');
    await waitFor('the new firmware', async () => (await stateOf())?.state === 'done', 30_000);
    expect(hub.firmwareVersion).toBe('2.0.0');
    expect((await ina.get(campaign)).body).toMatchObject({ state: 'completed', counts: { done: 1 } });
    expect((await inStep(olga, hubId)).reported.hub).toMatchObject({ entryDelay_s: 25 });
  }, 90_000);

  it('NB-84: factory reset of the hub by its owner: the binding ends, and it can be claimed anew', async () => {
    expect(await ask(olga, hubId, { action: 'factory-reset' })).toMatchObject({ state: 'accepted' });
    await waitFor(
      'the end of the binding',
      async () => (await olga.get(`/v1/devices/${hubId}`)).status === 404,
    );
    await waitFor('the factory password', () => hub.password === boxes.hub.bootstrapSecret);
    expect((await olga.get(`/v1/devices/${zenId}`)).status).toBe(200);
    const again = await olga.post(`${place()}/claims`, { code: writeClaimText(boxes.hub), name: 'Anew' });
    const { deviceId } = again.as<{ deviceId: string }>(201);
    expect(deviceId).not.toBe(hubId);
    await settled(hub, boxes.hub);
    expect(
      await waitFor('what it has set', async () => (await twin(olga, deviceId)).reported.hub),
    ).toMatchObject({ entryDelay_s: 30 });
  });
});
