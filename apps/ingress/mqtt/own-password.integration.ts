import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
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
const open: MqttDevice[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, callTimeout_ms: 1_000, sweepInterval_ms: 50 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterEach(async () => {
  for (const device of open.splice(0)) device.client.end(true);
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

/** Claimed and never connected: its secret is the factory's. */
async function claimed(): Promise<SeededDevice> {
  const device = await seedDevice(database.pool, 'hub');
  await database.pool.query('UPDATE devices SET bootstrap_credential = TRUE WHERE id = $1', [
    device.deviceId,
  ]);
  return device;
}

/** The credential first, so that nothing else can go out before it is offered. */
async function connect(device: SeededDevice): Promise<MqttDevice> {
  const listen = ['credential', 'command', 'settings'];
  const connected = await MqttDevice.connect(`mqtt://127.0.0.1:${edge.mqttPort}`, device, listen, {});
  open.push(connected);
  return connected;
}
const offered = (device: MqttDevice) =>
  waitFor('the password', () => device.bodies('credential')[0] as Record<string, string> | undefined);
async function answer(device: MqttDevice, outcome: 'ACCEPTED' | 'REJECTED'): Promise<string> {
  const { commandId, password } = await offered(device);
  await device.tell('command-answer', { commandId, outcome: `COMMAND_OUTCOME_${outcome}` });
  return password ?? '';
}
const notices = ({ deviceId }: SeededDevice): string[] =>
  edge.observations.flatMap((each) =>
    each.deviceId === deviceId && each.event.type === 'notice' ? [each.event.code] : [],
  );
const reset = { action: 'reset', type: 'Soft' } as const;

describe('the first connection of a claimed hub', () => {
  it('A01: what waits goes to the connection that its own password opens, and the factory one opens nothing more', async () => {
    const hub = await claimed();
    await giveCommand(edge, database.pool, hub, reset);
    const first = await connect(hub);
    const password = await answer(first, 'ACCEPTED');
    expect(password).toMatch(/^[0-9a-f]{40}$/);
    const second = await connect({ ...hub, secret: password });
    await waitFor('the command', () => second.bodies('command')[0]);
    expect(first.bodies('command')).toEqual([]);
    expect(second.bodies('credential')).toEqual([]);
    expect(notices(hub)).toEqual([]);
    await expect(connect(hub)).rejects.toThrow(/refused|authorized/i);
  });

  it('A01: a hub that agreed and lingers is sent away', async () => {
    const hub = await claimed();
    const device = await connect(hub);
    await answer(device, 'ACCEPTED');
    expect(await device.closed).toBe(true);
  });

  it('A01: a hub that refuses keeps what it has, works, and people are told', async () => {
    const hub = await claimed();
    const device = await connect(hub);
    const password = await answer(device, 'REJECTED');
    await waitFor('the notice', () => notices(hub).includes('own-password-refused'));
    await giveCommand(edge, database.pool, hub, reset);
    await waitFor('the command', () => device.bodies('command')[0]);
    await expect(connect({ ...hub, secret: password })).rejects.toThrow(/refused|authorized/i);
  });

  it('A01: a hub that says nothing is told of, works, and may use either', async () => {
    const hub = await claimed();
    const device = await connect(hub);
    const password = (await offered(device))['password'] ?? '';
    await giveCommand(edge, database.pool, hub, reset);
    await waitFor('the notice', () => notices(hub).includes('own-password-unanswered'));
    await waitFor('the command', () => device.bodies('command')[0]);
    await connect({ ...hub, secret: password });
    await expect(connect(hub)).rejects.toThrow(/refused|authorized/i);
  });

  it('A01: a hub that agrees three times and never uses it is left in peace', async () => {
    const hub = await claimed();
    for (let round = 1; round <= 2; round++) {
      const device = await connect(hub);
      await answer(device, 'ACCEPTED');
      await device.end();
    }
    const third = await connect(hub);
    await giveCommand(edge, database.pool, hub, reset);
    await answer(third, 'ACCEPTED');
    await waitFor('the command', () => third.bodies('command')[0]);
    const fourth = await connect(hub);
    await giveCommand(edge, database.pool, hub, reset);
    await waitFor('the next command', () => fourth.bodies('command')[0]);
    expect(fourth.bodies('credential')).toEqual([]);
  });
});
