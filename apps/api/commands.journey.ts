import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultIngressLimits } from '#apps/ingress/ingress-config.js';
import { startIngressBeside, type IngressHarness } from '#apps/ingress/ingress-harness.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { simulate, type SimulatedStation } from '#firmware-sim/charger/testing/simulated-station.js';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { EventReader } from '#libs/testing/event-reader.js';
import { startHttpWorld, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let edge: IngressHarness;
let ada: Caller;
let pia: Caller;
let organisationId: string;

const startEdge = () =>
  startIngressBeside(world.app.get<Gate>(GATE), world.database.pool, world.bus, {
    ...defaultIngressLimits,
    callTimeout_ms: 300,
    sweepInterval_ms: 50,
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

interface TestCharger {
  readonly locationId: string;
  readonly deviceId: string;
  readonly identity: string;
  readonly secret: string;
}
interface Command {
  readonly commandId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly answer: unknown;
}
interface Bulk {
  readonly bulkId: string;
  readonly progress: Record<string, number>;
  readonly items: { deviceId: string; state: string; denial: string | null; commandId: string | null }[];
}

async function location(): Promise<string> {
  const place = { name: 'Harbour', timeZone: 'Europe/Oslo', organisationId };
  return (await ada.post('/v1/locations', place)).as<{ locationId: string }>(201).locationId;
}

async function install(locationId: string, kind = 'charger'): Promise<TestCharger> {
  const identity = `${kind}-${randomUUID().slice(0, 8)}`;
  const added = await ada.post(`/v1/locations/${locationId}/devices`, { kind, identity, name: 'It' });
  const { device, secret } = added.as<{ device: { deviceId: string }; secret: string }>(201);
  return { locationId, deviceId: device.deviceId, identity, secret };
}

const stations: SimulatedStation[] = [];
afterEach(async () => {
  await Promise.all(stations.splice(0).map((station) => station.stop()));
});
function connect(charger: TestCharger): SimulatedStation {
  const station = simulate('ocpp1.6', edge.ocppPort, charger);
  stations.push(station);
  return station;
}

const light = (brightness_percent: number) => ({ action: 'set-brightness', brightness_percent });
const give = async (
  who: Caller,
  { deviceId }: TestCharger,
  request: object,
  timeout_s = 600,
): Promise<string> =>
  (await who.post(`/v1/devices/${deviceId}/commands`, { request, timeout_s })).as<Command>(202).commandId;
const read = async (commandId: string): Promise<Command> =>
  (await ada.get(`/v1/commands/${commandId}`)).as<Command>(200);
const ended = (commandId: string): Promise<Command> =>
  waitFor('the command to end', async () => {
    const command = await read(commandId);
    return ['queued', 'sent'].includes(command.state) ? null : command;
  });
const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
const desiredOf = async ({ deviceId }: TestCharger): Promise<unknown> =>
  (await ada.get(`/v1/devices/${deviceId}/twin`)).as<{ desired: unknown }>(200).desired;

describe('complaints of other clouds', () => {
  it('"delivered" while the device is offline: a command is queued until the charger itself has answered', async () => {
    const charger = await install(await location());
    const commandId = await give(ada, charger, { action: 'clear-cache' });
    expect(await read(commandId)).toMatchObject({ state: 'queued', answer: null, sentAt: null });
    connect(charger);
    expect(await ended(commandId)).toMatchObject({ state: 'accepted', answer: { status: 'Accepted' } });
  });

  it('command stuck after a server restart: what waited is carried out, what was under way ends and says what is known', async () => {
    const charger = await install(await location());
    const waiting = await give(ada, charger, { action: 'clear-cache' });
    const underWay = await give(ada, charger, { action: 'reset', type: 'Soft' }, 5);
    await world.database.pool.query(
      `UPDATE commands SET state = 'sent', sent_at = now() - INTERVAL '1 minute', deadline = now() - INTERVAL '50 seconds'
        WHERE id = $1`,
      [underWay],
    );
    await edge.stop();
    edge = await startEdge();
    expect(await ended(underWay)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('may or may not'),
    });
    connect(charger);
    expect(await ended(waiting)).toMatchObject({ state: 'accepted' });
  });

  it('commands lost after reconnect: every one is carried out, in order, over three connections', async () => {
    const charger = await install(await location());
    const given: string[] = [];
    const keys: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      for (let nth = 0; nth < 2; nth++)
        given.push(
          await give(ada, charger, {
            action: 'change-configuration',
            key: 'MeterValueSampleInterval',
            value: String(10 + given.length),
          }),
        );
      const station = connect(charger);
      for (const commandId of given.slice(-2)) await ended(commandId);
      keys.push(
        ...station.requestsOf('ChangeConfiguration').map((each) => (each as { value: string }).value),
      );
      await station.stop();
    }
    expect(keys).toEqual(['10', '11', '12', '13', '14', '15']);
    for (const commandId of given) expect(await read(commandId)).toMatchObject({ state: 'accepted' });
  });

  it('T6: a command for an offline charger is dropped with a reason when the right to it died, over a restart too', async () => {
    const charger = await install(await location());
    const grantId = await share(ada, charger.locationId, pia, 'partner');
    const commandId = await give(pia, charger, light(5));
    expect((await ada.delete(`/v1/locations/${charger.locationId}/grants/${grantId}`)).status).toBe(204);
    await edge.stop();
    edge = await startEdge();
    const station = connect(charger);
    expect(await ended(commandId)).toMatchObject({
      state: 'dropped',
      reason: expect.stringContaining('right'),
    });
    await waitFor(
      'the wish to go too',
      async () => Object.keys((await desiredOf(charger)) as object).length === 0,
    );
    expect(station.requestsOf('ChangeConfiguration')).toEqual([]);
  });
});

describe('taking a command back', () => {
  it('ends one that waits, and what it wished with it', async () => {
    const charger = await install(await location());
    const commandId = await give(ada, charger, light(5));
    expect(await desiredOf(charger)).toEqual({ brightness_percent: 5 });
    const cancelled = await ada.post(`/v1/commands/${commandId}/cancel`, undefined);
    expect(cancelled.as<Command>(200)).toMatchObject({
      state: 'cancelled',
      reason: expect.stringContaining('took it back'),
    });
    expect(await desiredOf(charger)).toEqual({});
    const again = await ada.post(`/v1/commands/${commandId}/cancel`, undefined);
    expect([again.status, codeOf(again)]).toEqual([409, 'command-not-waiting']);
    const station = connect(charger);
    await waitFor('the charger to be at rest', () => station.charger.record.calls.length > 2);
    expect(station.requestsOf('ChangeConfiguration')).toEqual([]);
  });

  it('leaves what somebody wished since', async () => {
    const charger = await install(await location());
    const commandId = await give(ada, charger, light(5));
    await give(ada, charger, light(50));
    (await ada.post(`/v1/commands/${commandId}/cancel`, undefined)).as(200);
    expect(await desiredOf(charger)).toEqual({ brightness_percent: 50 });
  });

  it('is for who may give it: a guest sees a command and cannot cancel it, a stranger finds none', async () => {
    const charger = await install(await location());
    const commandId = await give(ada, charger, light(5));
    expect((await pia.post(`/v1/commands/${commandId}/cancel`, undefined)).status).toBe(404);
    await share(ada, charger.locationId, pia, 'guest');
    expect((await pia.post(`/v1/commands/${commandId}/cancel`, undefined)).status).toBe(403);
    expect(await read(commandId)).toMatchObject({ state: 'queued' });
  });
});

describe('one thing asked of many devices', () => {
  const bulk = async (who: Caller, body: object): Promise<Bulk> =>
    (await who.post('/v1/bulk-commands', body)).as<Bulk>(202);
  const readBulk = async (who: Caller, { bulkId }: Bulk): Promise<Bulk> =>
    (await who.get(`/v1/bulk-commands/${bulkId}`)).as<Bulk>(200);

  it('each device answers for itself, and the stream tells how far it has come', async () => {
    const here = await location();
    const [first, second] = [await install(here), await install(here)];
    const zen = await install(here, 'balancer');
    const [foreign] = [randomUUID()];
    connect(first);
    const given = await bulk(ada, {
      selection: { deviceIds: [first.deviceId, second.deviceId, zen.deviceId, foreign, first.deviceId] },
      work: { request: { action: 'clear-cache' } },
      timeout_s: 600,
    });
    expect(given.items.map(({ deviceId }) => deviceId)).toEqual([
      first.deviceId,
      second.deviceId,
      zen.deviceId,
      foreign,
    ]);
    const stream = await EventReader.open(
      `${world.url}/v1/bulk-commands/${given.bulkId}/events`,
      ada.authorization,
    );
    const last = () => stream.events.filter(({ event }) => event === 'progress').at(-1)?.data;
    await waitFor('all but the one that is offline', () => {
      const { succeeded, denied } = (last() ?? {}) as Record<string, number>;
      return succeeded === 1 && denied === 2;
    });
    expect((await readBulk(ada, given)).items).toMatchObject([
      { state: 'accepted', denial: null },
      { state: 'queued' },
      { state: 'denied', denial: 'wrong-device-kind' },
      { state: 'denied', denial: 'not-found' },
    ]);
    connect(second);
    await stream.next('end', 5_000);
    expect(last()).toEqual({ total: 4, waiting: 0, denied: 2, underWay: 0, succeeded: 2, failed: 0 });
    expect((await ada.get('/v1/bulk-commands')).as<{ items: Bulk[] }>(200).items[0]).toMatchObject({
      bulkId: given.bulkId,
    });
  });

  it('settings of all chargers of two locations, before any was online', async () => {
    const places = [await location(), await location()];
    const chargers = [];
    for (const place of places) chargers.push(await install(place), await install(place));
    await install(places[0] ?? '', 'balancer');
    const given = await bulk(ada, {
      selection: { locationIds: places, kind: 'charger' },
      work: { settings: { maxCurrent_A: 13 } },
    });
    await waitFor('all four', async () => (await readBulk(ada, given)).progress['succeeded'] === 4);
    for (const charger of chargers) expect(await desiredOf(charger)).toEqual({ maxCurrent_A: 13 });
  });

  it('T9: what became of a device is told only while its giver may see it; a bulk is its giver’s alone', async () => {
    const charger = await install(await location());
    const grantId = await share(ada, charger.locationId, pia, 'partner');
    const given = await bulk(pia, {
      selection: { deviceIds: [charger.deviceId] },
      work: { request: light(3) },
    });
    await waitFor('the command', async () => (await readBulk(pia, given)).items[0]?.state === 'queued');
    expect((await ada.get(`/v1/bulk-commands/${given.bulkId}`)).status).toBe(404);
    expect((await ada.post(`/v1/bulk-commands/${given.bulkId}/cancel`, undefined)).status).toBe(404);
    expect((await ada.delete(`/v1/locations/${charger.locationId}/grants/${grantId}`)).status).toBe(204);
    expect((await readBulk(pia, given)).items).toEqual([
      { deviceId: charger.deviceId, state: 'hidden', commandId: null, denial: null, reason: null },
    ]);
  });

  it('taken back: what waits for its device ends, the rest goes its way', async () => {
    const here = await location();
    const [first, second] = [await install(here), await install(here)];
    connect(first);
    const given = await bulk(ada, {
      selection: { locationIds: [here], kind: 'charger' },
      work: { request: { action: 'clear-cache' } },
    });
    await waitFor('the first', async () => (await readBulk(ada, given)).progress['succeeded'] === 1);
    const cancelled = (await ada.post(`/v1/bulk-commands/${given.bulkId}/cancel`, undefined)).as<Bulk>(200);
    expect(cancelled.items.find(({ deviceId }) => deviceId === second.deviceId)).toMatchObject({
      state: 'cancelled',
    });
    expect(cancelled.progress).toMatchObject({ succeeded: 1, failed: 1, underWay: 0 });
  });

  it('a bulk half given by a process that died is carried on, and no device is asked twice', async () => {
    const here = await location();
    const chargers = [await install(here), await install(here), await install(here)];
    const bulkId = randomUUID();
    const commandId = await give(ada, chargers[0] as TestCharger, { action: 'clear-cache' });
    const { pool } = world.database;
    await pool.query(
      `INSERT INTO bulk_commands (id, person_id, request, timeout_ms, created_at)
       VALUES ($1, $2, '{"action":"clear-cache"}', 60000, now())`,
      [bulkId, ada.personId],
    );
    // The first command was given; that it was is not noted yet.
    const ids = [commandId, randomUUID(), randomUUID()];
    for (const [index, charger] of chargers.entries())
      await pool.query(
        `INSERT INTO bulk_command_items (bulk_id, ordinal, device_id, state, command_id) VALUES ($1, $2, $3, 'waiting', $4)`,
        [bulkId, index + 1, charger.deviceId, ids[index]],
      );
    const whole = { bulkId, progress: {}, items: [] };
    await waitFor('all three', async () => (await readBulk(ada, whole)).progress['underWay'] === 3);
    for (const charger of chargers) {
      const listed = (await ada.get(`/v1/devices/${charger.deviceId}/commands`)).as<{ items: Command[] }>(
        200,
      );
      expect(listed.items).toHaveLength(1);
    }
  });

  it.each([
    ['nothing selected', { selection: { deviceIds: [] }, work: { request: light(1) } }, 'invalid-request'],
    [
      'both a command and settings',
      {
        selection: { deviceIds: [randomUUID()] },
        work: { request: light(1), settings: { brightness_percent: 1 } },
      },
      'invalid-request',
    ],
    [
      'a message no charger knows',
      {
        selection: { deviceIds: [randomUUID()] },
        work: { request: { action: 'ocpp-call', message: 'Nonsense', payload: {} } },
      },
      'not-an-ocpp-call',
    ],
    [
      'a reset to how it left the factory',
      { selection: { deviceIds: [randomUUID()] }, work: { request: { action: 'factory-reset' } } },
      'not-in-bulk',
    ],
    [
      'a location that is not yours',
      { selection: { locationIds: [randomUUID()], kind: 'charger' }, work: { request: light(1) } },
      'not-found',
    ],
  ])('%s is refused as a whole', async (_name, body, code) => {
    expect(codeOf(await ada.post('/v1/bulk-commands', body))).toBe(code);
  });
});
