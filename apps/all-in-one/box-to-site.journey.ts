import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ingress } from '#apps/ingress/ingress.js';
import { firmwareFile } from '#firmware-sim/charger/services/firmware-file.js';
import { quickCar } from '#firmware-sim/charger/testing/charger-bench.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { writeClaimText } from '#libs/contracts/claim-text.js';
import { startConsumers } from '#libs/platform/start-consumers.js';
import { sendFactoryFile, type Boxed } from '#libs/testing/factory-steps.js';
import { startHttpWorld, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { productModules } from './product-modules.js';

/**
 * One installation from its boxes to its end, each step building on the one before, over HTTP and OCPP sockets alone: no step
 * reads or writes the database.
 */
let world: HttpWorld;
let port: number;
/** Otto runs the cloud, Ina administers the installer Volt, Olga will own the place. */
let otto: Caller;
let ina: Caller;
let olga: Caller;
let organisationId: string;
let locationId: string;
let boxes: { readonly charger: Boxed; readonly spare: Boxed };
let deviceId: string;
let station: SimulatedStation;
const stations: SimulatedStation[] = [];

beforeAll(async () => {
  world = await startHttpWorld(productModules(), { attemptsPerMinute: 1_000, authEndpoint: 'here' });
  await startConsumers(world.app, new BusTransport(world.bus));
  port = world.app.get(Ingress).ocppPort;
  otto = await world.signUpOperator();
  ina = await world.signUp('Ina');
  olga = await world.signUp('Olga');
}, 60_000);
afterAll(async () => {
  await Promise.all(stations.map((each) => each.stop()));
  await world.close();
});

const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
const place = (): string => `/v1/locations/${locationId}`;
const device = (): string => `/v1/devices/${deviceId}`;
const wish = (who: Caller, settings: object, etag: string): Promise<Answer> =>
  who.send('PATCH', `${device()}/twin`, { settings }, { 'if-match': etag });
const twin = async (who: Caller) =>
  (await who.get(`${device()}/twin`)).as<{
    desired: Record<string, unknown>;
    reported: Record<string, unknown>;
    delta: Record<string, unknown>;
    desiredVersion: number;
  }>(200);
const inStep = (who: Caller) =>
  waitFor('the twin to be in step', async () => {
    const now = await twin(who);
    return Object.keys(now.delta).length === 0 ? now : null;
  });
function powerOn(box: Boxed): SimulatedStation {
  const powered = simulate('ocpp2.0.1', port, { identity: box.serial, secret: box.bootstrapSecret });
  stations.push(powered);
  return powered;
}
const settled = (box: Boxed): Promise<unknown> =>
  waitFor(
    'a password of its own',
    () => station.charger.online && station.charger.access.way.password !== box.bootstrapSecret,
  );
async function ask(who: Caller, request: object): Promise<Record<string, unknown>> {
  const given = await who.post(`${device()}/commands`, { request, timeout_s: 60 });
  const { commandId } = given.as<{ commandId: string }>(202);
  return waitFor('the end of the command', async () => {
    const command = (await who.get(`/v1/commands/${commandId}`)).as<Record<string, unknown>>(200);
    return command['state'] === 'queued' || command['state'] === 'sent' ? null : command;
  });
}

describe('from the box to a running site and back', () => {
  it('the factory makes devices known: a mistake in the file imports nothing', async () => {
    const rows = ['serial,pin,type,model', 'BB-JOURNEY-1,314159265,charger,Garage One'];
    const bad = await sendFactoryFile(otto, [...rows, 'BB-JOURNEY-2,,charger,Garage One'].join('\n'));
    expect([bad.status, codeOf(bad)]).toEqual([422, 'unusable-factory-rows']);
    expect((await otto.get('/v1/factory/devices/BB-JOURNEY-1')).status).toBe(404);

    const good = await sendFactoryFile(
      otto,
      [...rows, 'BB-JOURNEY-2,271828182,charger,Garage One'].join('\n'),
    );
    const { bootstrapSecrets } = good.as<{ bootstrapSecrets: { serial: string; bootstrapSecret: string }[] }>(
      201,
    );
    const boxed = (serial: string, pin: string): Boxed => ({
      serial,
      pin,
      kind: 'charger',
      bootstrapSecret: bootstrapSecrets.find((each) => each.serial === serial)?.bootstrapSecret ?? '',
    });
    boxes = { charger: boxed('BB-JOURNEY-1', '314159265'), spare: boxed('BB-JOURNEY-2', '271828182') };
    expect((await sendFactoryFile(ina, rows.join('\n'))).status).toBe(403);
  });

  it('NB-73: the installer claims it with what the sticker says, not with a guess', async () => {
    organisationId = (await ina.post('/v1/organisations', { name: 'Volt' })).as<{ organisationId: string }>(
      201,
    ).organisationId;
    const body = { name: 'Harbour house', timeZone: 'Europe/Oslo', organisationId };
    locationId = (await ina.post('/v1/locations', body)).as<{ locationId: string }>(201).locationId;
    const guess = await ina.post(`${place()}/claims`, {
      serial: boxes.charger.serial,
      pin: '000000000',
      name: 'Charger',
    });
    expect(codeOf(guess)).toBe('wrong-serial-or-pin');
    const code = writeClaimText(boxes.charger);
    const claimed = await ina.post(`${place()}/claims`, { code, name: 'Charger' });
    ({ deviceId } = claimed.as<{ deviceId: string }>(201));
  });

  it('NB-86: it is configured before it was ever online', async () => {
    const wished = await wish(
      ina,
      { maxCurrent_A: 13, cableLock: 'always', phaseRotation: { 1: 'STR' } },
      '"0"',
    );
    expect(wished.headers.get('etag')).toBe('"2"');
    const topology = {
      nodes: [
        { nodeId: 'grid', parentId: null, name: 'Main fuse', fuse_A: [25, 25, 25], meterDeviceId: null },
      ],
      connectors: [1, 2].map((connector) => ({
        deviceId,
        connector,
        nodeId: 'grid',
        wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
        maximum_A: 16,
        minimum_A: 6,
        weight: 1,
        priority: 0,
      })),
      margin_A: 1,
      assumedBase_A: [5, 5, 5],
      step_A: 1,
    };
    (await ina.put(`${place()}/topology`, { version: 0, topology })).as(200);
  });

  it('first connect: it gets a password of its own, then everything that was wished', async () => {
    station = powerOn(boxes.charger);
    await settled(boxes.charger);
    expect((await inStep(ina)).reported).toMatchObject({
      maxCurrent_A: 13,
      cableLock: 'always',
      phaseRotation: { 1: 'STR' },
    });
  });

  it('NB-61: nothing is handed over while mandatory items are open', async () => {
    const refused = await ina.post(`${place()}/transfer`, { email: olga.email });
    expect([refused.status, codeOf(refused)]).toEqual([409, 'checklist-open']);
    expect(refused.text).toContain('residual-current-test');
    (await ina.put(`${place()}/checklist/network`, { done: true })).as(200);
    (await ina.put(`${device()}/checklist/phase-rotation`, { done: true, note: 'Field measured' })).as(200);
    const nearly = await ina.post(`${place()}/transfer`, { email: olga.email });
    expect(nearly.text).toContain('Open are: Charger: residual-current-test.');
  });

  it('NB-74: nobody charges behind a residual-current device that failed its test, and the hand-over waits', async () => {
    const test = (connector: number) => ask(ina, { action: 'test-residual-current-device', connector });
    station.charger.breakResidualCurrentDevice(1, true);
    expect(await test(1)).toMatchObject({ state: 'accepted', reason: expect.stringContaining('failed') });
    const start = await ask(ina, { action: 'remote-start', connector: 1, idToken: 'CARD' });
    expect(start).toMatchObject({ state: 'rejected', code: 'RCD_CHECK_FAILED' });
    expect(codeOf(await ina.post(`${place()}/transfer`, { email: olga.email }))).toBe('checklist-open');
    station.charger.breakResidualCurrentDevice(1, false);
    for (const connector of [1, 2])
      expect(await test(connector)).toMatchObject({ reason: expect.stringContaining('passed') });
  });

  it('hand-over: the customer accepts, owns it, and lets the installer stay', async () => {
    const begun = await ina.post(`${place()}/transfer`, { email: olga.email });
    const { transferId } = begun.as<{ transferId: string }>(202);
    (await olga.post(`/v1/me/transfers/${transferId}/accept`, undefined)).as(200);
    expect((await olga.get(place())).status).toBe(200);
    expect((await wish(olga, { phaseRotation: { 1: 'RST' } }, '*')).status).toBe(403);
  });

  it('desired settings while offline: the owner’s wishes wait for the charger and reach it, the newest only', async () => {
    await station.charger.loseNetwork(2_000);
    await waitFor('the charger to be gone', () => !station.charger.online);
    const read = await olga.get(`${device()}/twin`);
    const etag = read.headers.get('etag') ?? '';
    (await wish(olga, { maxCurrent_A: 10 }, etag)).as(200);
    expect(codeOf(await wish(olga, { maxCurrent_A: 16 }, etag))).toBe('twin-changed');
    (await wish(olga, { maxCurrent_A: 8 }, '*')).as(200);
    expect((await twin(olga)).delta).toEqual({ maxCurrent_A: 8 });
    expect((await inStep(olga)).reported).toMatchObject({ maxCurrent_A: 8, cableLock: 'always' });
    const sent = JSON.stringify(station.requestsOf('SetChargingProfile'));
    expect(sent).toContain('"limit":8');
    expect(sent).not.toContain('"limit":10');
  });

  it('a session is charged, and its history belongs to the owner', async () => {
    // NB-51: the cards of before ended with the hand-over.
    const card = await olga.put(`${place()}/tokens/CARD`, { status: 'Accepted', label: 'Key ring' });
    expect(card.status).toBe(204);
    station.charger.plugIn(1, quickCar, 'CARD');
    await waitFor('the session', () => station.charger.connectors[0]?.transaction);
    station.charger.unplug(1);
    await waitFor('the session in the history', async () => {
      const { items } = (await olga.get(`${place()}/sessions`)).as<{ items: { endedAt: string | null }[] }>(
        200,
      );
      return items.length === 1 && items[0]?.endedAt !== null;
    });
  });

  it('firmware campaign: a reboot in the middle, and it ends with what was promised', async () => {
    const books = `/v1/organisations/${organisationId}`;
    const named = await ina.post(`${books}/firmware-images`, {
      kind: 'charger',
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
      body: new Uint8Array(firmwareFile('2.0.0')),
    });
    expect(upload.status).toBe(200);

    // With a car that charges the image is fetched and its installation waits: time for the power to fail.
    station.charger.plugIn(1, quickCar, 'CARD');
    await waitFor('the session', () => station.charger.connectors[0]?.transaction);
    const created = await ina.post(`${books}/firmware-campaigns`, {
      name: 'Spring',
      imageId,
      deviceIds: [deviceId],
      rules: { stages: [], retryPause_s: 0 },
    });
    const { campaignId } = created.as<{ campaignId: string }>(201);
    const campaign = `${books}/firmware-campaigns/${campaignId}`;
    (await ina.post(`${campaign}/transitions`, { order: 'start' })).as(200);
    const stateOf = async () =>
      (await ina.get(`${campaign}/devices`)).as<{ items: { state: string; interruptions: number }[] }>(200)
        .items[0];
    await waitFor('the image on the charger', async () => (await stateOf())?.state === 'downloaded', 30_000);
    await station.charger.powerCycle();
    await waitFor('the interruption', async () => (await stateOf())?.interruptions === 1, 30_000);
    station.charger.unplug(1);
    await waitFor('the new firmware', async () => (await stateOf())?.state === 'done', 30_000);
    expect(station.charger.station.firmwareVersion).toBe('2.0.0');
    expect((await ina.get(campaign)).body).toMatchObject({ state: 'completed', counts: { done: 1 } });
    expect((await inStep(olga)).reported).toMatchObject({ maxCurrent_A: 8, cableLock: 'always' });
  }, 90_000);

  it('replacement: new hardware takes the place of the broken one with its settings, wiring and history', async () => {
    const old = station.charger;
    const replaced = await olga.post(`${device()}/replacement`, {
      serial: boxes.spare.serial,
      pin: boxes.spare.pin,
    });
    expect(replaced.as<object>(200)).toMatchObject({ deviceId, identity: boxes.spare.serial });
    station = powerOn(boxes.spare);
    await settled(boxes.spare);
    expect((await inStep(olga)).reported).toMatchObject({ maxCurrent_A: 8, cableLock: 'always' });
    const { items } = (await olga.get(`${place()}/sessions`)).as<{ items: { deviceId: string }[] }>(200);
    expect(items.map((session) => session.deviceId)).toEqual([deviceId, deviceId]);
    await waitFor('the old hardware to be out', () => !old.online);
    expect((await otto.get(`/v1/factory/devices/${boxes.charger.serial}`)).body).toMatchObject({
      state: 'retired',
    });
  });

  it('NB-84: factory reset by its owner: the binding ends, the history stays, and it can be claimed anew', async () => {
    expect(await ask(olga, { action: 'factory-reset' })).toMatchObject({ state: 'accepted' });
    await waitFor('the end of the binding', async () => (await olga.get(device())).status === 404);
    await waitFor(
      'the factory password',
      () => station.charger.access.way.password === boxes.spare.bootstrapSecret,
    );
    expect((await olga.get(`${place()}/sessions`)).as<{ items: unknown[] }>(200).items).toHaveLength(2);
    const again = await olga.post(`${place()}/claims`, { code: writeClaimText(boxes.spare), name: 'Anew' });
    expect(again.as<{ deviceId: string }>(201).deviceId).not.toBe(deviceId);
    await settled(boxes.spare);
  });
});
