import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandRequest } from '#libs/contracts/command.js';
import { emptyTwin, desire } from '#libs/devices/twin.js';
import { changeTwin, readTwin } from '#libs/store/twins.js';
import { inTransaction } from '#libs/store/pool.js';
import { MqttDevice } from '#libs/testing/mqtt-device.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';
import { giveCommand } from '../ocpp/give-command.js';

let database: TestDatabase;
let edge: IngressHarness;
let allowed = true;
const open: MqttDevice[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, sweepInterval_ms: 50 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => allowed,
  });
});
beforeEach(() => {
  allowed = true;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((device) => device.end()));
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const all = ['settings', 'command', 'credential'];
async function connect(device: SeededDevice, listen: readonly string[] = all): Promise<MqttDevice> {
  const connected = await MqttDevice.connect(`mqtt://127.0.0.1:${edge.mqttPort}`, device, listen, {});
  open.push(connected);
  return connected;
}
const give = (device: SeededDevice, request: CommandRequest) =>
  giveCommand(edge, database.pool, device, request);
const told = (device: MqttDevice, downlink: string, times = 1) =>
  waitFor(`${times} of ${downlink}`, () => {
    const bodies = device.bodies(downlink);
    return bodies.length >= times ? bodies[times - 1] : null;
  });
const twinOf = ({ deviceId }: SeededDevice) => readTwin(database.pool, deviceId);
/** As the gate writes it. */
const wish = ({ deviceId }: SeededDevice, settings: object) =>
  inTransaction(database.pool, (client) =>
    changeTwin(client, deviceId, (twin) =>
      desire(twin, settings as typeof emptyTwin.desired, Date.now(), null),
    ),
  );

describe('commands over MQTT', () => {
  it.each<[string, CommandRequest, object]>([
    ['a reset', { action: 'reset', type: 'Soft' }, { reset: {} }],
    ['an arming', { action: 'set-arming', armed: 'night' }, { setArming: { armed: 'ARMED_NIGHT' } }],
    ['a factory reset', { action: 'factory-reset' }, { factoryReset: {} }],
  ])('%s goes out and its answer comes back verbatim', async (_name, request, sent) => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    const command = await give(hub, request);
    const body = await told(device, 'command');
    expect(body).toMatchObject(sent);
    expect(Number(body['deadlineMs'])).toBeGreaterThan(Date.now());
    expect(await command.ended()).toBeNull();
    await device.tell('command-answer', {
      commandId: body['commandId'],
      outcome: 'COMMAND_OUTCOME_ACCEPTED',
      text: 'done',
      detailJson: '{"zone":2}',
    });
    expect(await command.ended()).toMatchObject({
      state: 'accepted',
      answer: { text: 'done', detail: { zone: 2 } },
    });
  });

  it('a firmware update says where, what and when; its progress is a notice', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await connect(zen);
    const retrieveAt = '2026-11-22T10:00:00.000Z';
    const image = {
      location: 'http://127.0.0.1/zen.bin',
      version: '2',
      sha256: 'a'.repeat(64),
      size_bytes: 9,
    };
    await give(zen, {
      action: 'update-firmware',
      requestId: 5,
      ...image,
      signed: null,
      retrieveAt,
      installAt: null,
    });
    expect(await told(device, 'command')).toMatchObject({
      updateFirmware: {
        requestId: 5,
        location: image.location,
        version: '2',
        sha256: image.sha256,
        sizeBytes: '9',
        retrieveAtMs: String(Date.parse(retrieveAt)),
      },
    });
    await device.tell('firmware-status', { requestId: 5, status: 'Installed' });
    expect(edge.observations.findLast(({ deviceId }) => deviceId === zen.deviceId)?.event).toEqual({
      type: 'notice',
      topic: 'firmware',
      code: 'Installed',
      severity: 8,
      detail: { requestId: 5 },
    });
  });

  it('a command that its device has no words for is rejected without the wire', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    await connect(zen);
    const command = await give(zen, { action: 'unlock-connector', connector: 1 });
    expect(await waitFor('the end', () => command.ended())).toMatchObject({ state: 'rejected' });
  });

  it('waits for a device that is away or does not listen, in the order it was given', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const deaf = await connect(hub, []);
    await give(hub, { action: 'set-arming', armed: 'armed' });
    await give(hub, { action: 'set-arming', armed: 'disarmed' });
    await deaf.tell('state', { armed: 'ARMED_DISARMED' });
    await deaf.end();
    const device = await connect(hub);
    await told(device, 'command', 2);
    expect(device.bodies('command').map((body) => body['setArming'])).toEqual([
      { armed: 'ARMED_ARMED' },
      { armed: 'ARMED_DISARMED' },
    ]);
    expect(deaf.heard).toEqual([]);
  });

  it('T6: a right that ended while the command waited stops it before the wire', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const command = await give(hub, { action: 'reset', type: 'Soft' });
    allowed = false;
    const device = await connect(hub);
    expect(await waitFor('the end', () => command.ended())).toMatchObject({ state: 'dropped' });
    expect(device.heard).toEqual([]);
  });

  it('the answer may come over a later connection; a stranger cannot give it, and nobody twice', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const other = await connect(await seedDevice(database.pool, 'hub'));
    const first = await connect(hub);
    const command = await give(hub, { action: 'reset', type: 'Soft' });
    const { commandId } = await told(first, 'command');
    await first.end();
    const outcome = 'COMMAND_OUTCOME_REJECTED';
    await other.tell('command-answer', { commandId, outcome });
    expect(await command.ended()).toBeNull();
    const later = await connect(hub);
    await later.tell('command-answer', { commandId, outcome, text: 'not now' });
    await later.tell('command-answer', { commandId, outcome: 'COMMAND_OUTCOME_ACCEPTED' });
    expect(await command.ended()).toMatchObject({ state: 'rejected', reason: 'not now' });
    expect(later.bodies('command')).toEqual([]);
  });
});

describe('settings over MQTT', () => {
  it('a wish goes down with its version, and what the device reports is the other side of the twin', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    await wish(zen, { balancer: { currentTransformerRatio: 2_000, readingInterval_s: 10 } });
    const device = await connect(zen);
    expect(await told(device, 'settings')).toMatchObject({
      version: '1',
      balancer: { currentTransformerRatio: 2_000, readingIntervalS: 10 },
    });
    await device.tell('settings', {
      timeMs: String(Date.now()),
      version: '1',
      balancer: { currentTransformerRatio: 2_000, readingIntervalS: 10, solarTerminal: false },
    });
    expect((await twinOf(zen)).reported).toEqual({
      balancer: { currentTransformerRatio: 2_000, readingInterval_s: 10, solarTerminal: false },
    });
    expect(
      edge.changes.some((change) => change.subject === 'twin' && change.subjectId === zen.deviceId),
    ).toBe(true);
  });

  it('an older word never replaces a newer one', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    const now = Date.now();
    const report = (timeMs: number, entryDelayS: number) =>
      device.tell('settings', { timeMs: String(timeMs), hub: { entryDelayS } });
    await report(now - 1_000, 30);
    await report(now - 60_000, 10);
    expect((await twinOf(hub)).reported.hub).toEqual({ entryDelay_s: 30 });
    await report(now, 20);
    expect((await twinOf(hub)).reported.hub).toEqual({ entryDelay_s: 20 });
  });

  it('desired settings are sent again on each connection while the device has others, and after each boot', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    await wish(hub, { hub: { sirenVolume: 'low' } });
    const first = await connect(hub);
    await told(first, 'settings');
    await first.end();
    const second = await connect(hub);
    await told(second, 'settings');
    await second.tell('settings', { hub: { sirenVolume: 'SIREN_VOLUME_LOW' } });
    await second.end();
    const third = await connect(hub);
    await third.tell('network', { medium: 'NETWORK_MEDIUM_MOBILE' });
    expect(third.bodies('settings')).toEqual([]);
    await third.tell('boot', { vendor: 'V', model: 'M' });
    expect(await told(third, 'settings')).toMatchObject({ hub: { sirenVolume: 'SIREN_VOLUME_LOW' } });
  });

  it('a change while it is connected is sent at once, one change once', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await connect(zen);
    const change = async (settings: object) => {
      await wish(zen, settings);
      const { siteId, deviceId: subjectId } = zen;
      const word = { siteId, subject: 'twin' as const, subjectId, at: Date.now() };
      await edge.bus.publish('changes', word);
      await edge.bus.publish('changes', word);
    };
    await change({ balancer: { solarTerminal: true } });
    await told(device, 'settings');
    await change({ balancer: { solarTerminal: false } });
    await told(device, 'settings', 2);
    expect(device.bodies('settings').map((body) => body['version'])).toEqual(['1', '2']);
  });

  it('configure-hub is the settings with its command; a refusal is in the twin and in the command', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    const settings = { entryDelay_s: 45 };
    await wish(hub, { hub: settings });
    const command = await give(hub, { action: 'configure-hub', settings });
    const sent = await waitFor('the settings of the command', () =>
      device.bodies('settings').find((body) => body['commandId'] !== undefined),
    );
    expect(sent).toMatchObject({ version: '1', hub: { entryDelayS: 45 } });
    await device.tell('command-answer', {
      commandId: sent['commandId'],
      outcome: 'COMMAND_OUTCOME_REJECTED',
      text: 'The entry delay is fixed by the installer.',
    });
    expect(await command.ended()).toMatchObject({ state: 'rejected' });
    expect((await twinOf(hub)).refusals['hub']).toMatchObject({
      code: 'declined',
      reason: 'The entry delay is fixed by the installer.',
    });
  });

  it('a balancer that tells settings of a hub changes nothing', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await connect(zen);
    await device.tell('settings', { hub: { entryDelayS: 3 } });
    expect((await twinOf(zen)).reported).toEqual({});
  });
});

describe('rotation of the credential over MQTT', () => {
  it('A01: old and new open the door until the new one is used; the password is in no row', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    const command = await give(hub, { action: 'rotate-credential' });
    const { commandId, password } = (await told(device, 'credential')) as Record<string, string>;
    await device.tell('command-answer', { commandId, outcome: 'COMMAND_OUTCOME_ACCEPTED' });
    const ended = await command.ended();
    expect(ended?.state).toBe('accepted');
    expect(ended?.row).not.toContain(password);
    await (await connect(hub)).end();
    await (await connect({ ...hub, secret: password ?? '' })).end();
    await expect(connect(hub)).rejects.toThrow(/refused|authorized/i);
  });

  it('A01: a device that declines keeps its old password, and the new one opens nothing', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hub);
    await give(hub, { action: 'rotate-credential' });
    const { commandId, password } = (await told(device, 'credential')) as Record<string, string>;
    await device.tell('command-answer', { commandId, outcome: 'COMMAND_OUTCOME_REJECTED' });
    await expect(connect({ ...hub, secret: password ?? '' })).rejects.toThrow(/refused|authorized/i);
    await (await connect(hub)).end();
  });

  it('A01: a claimed hub is offered a password of its own, and the one of the factory ends when it is used', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    await database.pool.query('UPDATE devices SET bootstrap_credential = true WHERE id = $1', [hub.deviceId]);
    const device = await connect(hub);
    const { password } = (await told(device, 'credential')) as Record<string, string>;
    const own = { ...hub, secret: password ?? '' };
    const again = await connect(own);
    await again.tell('network', { medium: 'NETWORK_MEDIUM_MOBILE' });
    expect(again.bodies('credential')).toEqual([]);
    await expect(connect(hub)).rejects.toThrow(/refused|authorized/i);
  });
});
