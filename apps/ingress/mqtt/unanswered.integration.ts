import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandRequest } from '#libs/contracts/command.js';
import { NetworkPassphrases } from '#libs/store/network-passphrases.js';
import { readTwin, changeTwin } from '#libs/store/twins.js';
import { desire } from '#libs/devices/twin.js';
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
/** Waits so long that only an answer ends a command. */
let patient: IngressHarness;
let hasty: IngressHarness;
const open: MqttDevice[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((device) => device.end()));
});
afterAll(() => database.drop());

const start = (callTimeout_ms: number): Promise<IngressHarness> =>
  startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, callTimeout_ms, sweepInterval_ms: 20 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
async function connect(edge: IngressHarness, device: SeededDevice): Promise<MqttDevice> {
  const url = `mqtt://127.0.0.1:${edge.mqttPort}`;
  const connected = await MqttDevice.connect(url, device, ['settings', 'command', 'credential'], {});
  open.push(connected);
  return connected;
}
/** Its id on the wire. */
const toldCommand = (device: MqttDevice, downlink: string) =>
  waitFor(downlink, () => device.bodies(downlink).find((body) => body['commandId'] !== undefined));
const accepted = 'COMMAND_OUTCOME_ACCEPTED';
const rejected = 'COMMAND_OUTCOME_REJECTED';
const passphrasesKept = async (): Promise<number> => {
  const { rows } = await database.pool.query('SELECT FROM network_passphrases');
  return rows.length;
};
const passphrase = 'correct horse battery';
async function wifi(): Promise<CommandRequest> {
  const expiresAt = new Date(Date.now() + 600_000);
  const passphraseId = await new NetworkPassphrases(database.pool).put(passphrase, expiresAt);
  return { action: 'set-network', medium: 'wifi', ssid: 'Garage', passphraseId };
}

describe('a device that does not answer its command', () => {
  beforeAll(async () => {
    hasty = await start(150);
  });
  afterAll(() => hasty.stop());

  it('fails after the call timeout, long before its deadline; a late answer is noted once and changes nothing else', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const device = await connect(hasty, hub);
    const command = await giveCommand(hasty, database.pool, hub, { action: 'set-arming', armed: 'night' });
    const { commandId } = await toldCommand(device, 'command');
    expect(await waitFor('the end', () => command.ended(), 5_000)).toMatchObject({
      state: 'failed',
      answer: null,
      reason: 'The device did not answer in time; it may or may not have carried the command out.',
    });
    await device.tell('command-answer', { commandId, outcome: accepted, text: 'armed' });
    const noted = await command.ended();
    expect(noted).toMatchObject({
      state: 'failed',
      answer: { text: 'armed', detail: null },
      reason: 'The device agreed, but only after we had stopped waiting for its answer.',
    });
    await device.tell('command-answer', { commandId, outcome: rejected, text: 'no' });
    expect(await command.ended()).toEqual(noted);
  });

  it('a late refusal of settings is in the twin all the same', async () => {
    const hub = await seedDevice(database.pool, 'hub');
    const settings = { entryDelay_s: 45 };
    await inTransaction(database.pool, (client) =>
      changeTwin(client, hub.deviceId, (twin) => desire(twin, { hub: settings }, Date.now(), null)),
    );
    const device = await connect(hasty, hub);
    const command = await giveCommand(hasty, database.pool, hub, { action: 'configure-hub', settings });
    const { commandId } = await toldCommand(device, 'settings');
    await waitFor('the end', () => command.ended(), 5_000);
    await device.tell('command-answer', { commandId, outcome: rejected, text: 'fixed' });
    expect((await readTwin(database.pool, hub.deviceId)).refusals['hub']).toMatchObject({ reason: 'fixed' });
  });

  it('T10: its passphrase is gone with it, and late words that may hold it are not kept', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await connect(hasty, zen);
    const command = await giveCommand(hasty, database.pool, zen, await wifi());
    const { commandId } = await toldCommand(device, 'command');
    await waitFor('the end', () => command.ended(), 5_000);
    await waitFor('the passphrase to be gone', async () => (await passphrasesKept()) === 0);
    await device.tell('command-answer', { commandId, outcome: rejected, text: `${passphrase}?` });
    expect(await command.ended()).toMatchObject({ state: 'failed', answer: { text: '', detail: null } });
  });
});

describe('the network of a balancer or hub', () => {
  beforeAll(async () => {
    patient = await start(60_000);
  });
  afterAll(() => patient.stop());

  it('NB-79, T10: the passphrase is on the wire and nowhere else, even when the device repeats it', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await connect(patient, zen);
    const command = await giveCommand(patient, database.pool, zen, await wifi());
    const body = await toldCommand(device, 'command');
    expect(body['setNetwork']).toEqual({ medium: 'NETWORK_MEDIUM_WIFI', wifiName: 'Garage', passphrase });
    await device.tell('command-answer', {
      commandId: body['commandId'],
      outcome: rejected,
      text: `${passphrase} opens nothing`,
      detailJson: JSON.stringify({ tried: [passphrase], [passphrase]: 1, attempts: 3 }),
    });
    const ended = await command.ended();
    expect(ended).toMatchObject({
      state: 'rejected',
      reason: '*** opens nothing',
      answer: { text: '*** opens nothing', detail: { tried: ['***'], attempts: 3 } },
    });
    expect(ended?.row).not.toContain(passphrase);
    expect(await passphrasesKept()).toBe(0);
  });

  it('NB-79: a passphrase that is kept no more ends the command before the wire', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const request = await wifi();
    await database.pool.query('DELETE FROM network_passphrases');
    const command = await giveCommand(patient, database.pool, zen, request);
    const device = await connect(patient, zen);
    expect(await waitFor('the end', () => command.ended())).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('Set the network again.'),
    });
    expect(device.heard).toEqual([]);
  });
});
