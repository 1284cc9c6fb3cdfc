import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { openRawSocket } from '../harness-charger.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';
import { giveCommand } from './give-command.js';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, callTimeout_ms: 500, sweepInterval_ms: 50 },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

/** Claimed and never connected: its secret is the factory's. */
async function claimed(): Promise<SeededDevice> {
  const device = await seedDevice(database.pool, 'charger');
  await database.pool.query('UPDATE devices SET bootstrap_credential = TRUE WHERE id = $1', [
    device.deviceId,
  ]);
  return device;
}

const flagOf = async ({ deviceId }: SeededDevice): Promise<unknown> => {
  const { rows } = await database.pool.query('SELECT bootstrap_credential FROM devices WHERE id = $1', [
    deviceId,
  ]);
  return rows[0]?.bootstrap_credential;
};

type Reaction = 'Accepted' | 'Rejected' | 'dies' | 'silent';

/** Boots, and reacts to each call as told; `asked` is what it was called with. */
async function boot(device: SeededDevice, react: (action: string) => Reaction) {
  const { socket, frames, closed } = await openRawSocket(edge.ocppPort, device);
  const asked: { action: string; payload: Record<string, string> }[] = [];
  socket.on('message', (data: Buffer) => {
    const [type, id, action, payload] = JSON.parse(data.toString());
    if (type !== 2) return;
    asked.push({ action, payload });
    const reaction = react(action);
    if (reaction === 'dies') socket.terminate();
    else if (reaction !== 'silent') socket.send(JSON.stringify([3, id, { status: reaction }]));
  });
  socket.send(
    JSON.stringify([2, 'b', 'BootNotification', { chargePointVendor: 'Nordlys', chargePointModel: 'One' }]),
  );
  const offered = () =>
    waitFor('the password', () => asked.find(({ payload }) => payload['key'] === 'AuthorizationKey'));
  return { socket, frames, closed, asked, offered };
}

const refused = (device: SeededDevice): Promise<boolean> =>
  openRawSocket(edge.ocppPort, device).then(
    ({ socket }) => {
      socket.terminate();
      return false;
    },
    () => true,
  );

const noticed = (device: SeededDevice, code: string) =>
  waitFor(`the notice ${code}`, () =>
    edge.observations.some(
      ({ deviceId, event }) => deviceId === device.deviceId && event.type === 'notice' && event.code === code,
    ),
  );

describe('the first connection of a claimed charger', () => {
  it('A01: it is given a password of its own at once, and after its first use the factory one never opens again', async () => {
    const device = await claimed();
    const first = await boot(device, () => 'Accepted');
    const { payload } = await first.offered();
    expect(payload['value']).toMatch(/^[0-9a-f]{40}$/);
    expect(await first.closed).toBe(1012);
    const own = { ...device, secret: payload['value'] ?? '' };
    const second = await boot(own, () => 'Accepted');
    await waitFor('the second boot', () => second.frames.some(([type, id]) => type === 3 && id === 'b'));
    expect(await flagOf(device)).toBe(false);
    expect(await refused(device)).toBe(true);
    const command = await giveCommand(edge, database.pool, own, { action: 'clear-cache' });
    expect((await waitFor('the command', () => command.ended())).state).toBe('accepted');
    expect(second.asked.some(({ payload: told }) => told['key'] === 'AuthorizationKey')).toBe(false);
    second.socket.terminate();
  });

  it('A01: the connection dies with the password on its way: both open, and the one that it uses counts', async () => {
    const device = await claimed();
    const first = await boot(device, () => 'dies');
    const lost = await first.offered();
    await first.closed;
    // It never read it: it comes back as it was, and is offered another.
    const again = await boot(device, () => 'Accepted');
    const { payload } = await again.offered();
    expect(payload['value']).not.toBe(lost.payload['value']);
    await again.closed;
    expect(await refused({ ...device, secret: lost.payload['value'] ?? '' })).toBe(true);
    const own = await boot({ ...device, secret: payload['value'] ?? '' }, () => 'Accepted');
    await waitFor('the use of it', async () => (await flagOf(device)) === false);
    own.socket.terminate();
  });

  it('A01: it read the password and the connection died before its answer: it comes back with it', async () => {
    const device = await claimed();
    const first = await boot(device, () => 'dies');
    const { payload } = await first.offered();
    await first.closed;
    const own = await boot({ ...device, secret: payload['value'] ?? '' }, () => 'Accepted');
    await waitFor('the use of it', async () => (await flagOf(device)) === false);
    expect(await refused(device)).toBe(true);
    own.socket.terminate();
  });

  it('A01: a charger that refuses stays reachable with what it has, works, and people are told', async () => {
    const device = await claimed();
    const one = await boot(device, (action) => (action === 'ChangeConfiguration' ? 'Rejected' : 'Accepted'));
    const { payload } = await one.offered();
    await noticed(device, 'own-password-refused');
    expect(await refused({ ...device, secret: payload['value'] ?? '' })).toBe(true);
    const command = await giveCommand(edge, database.pool, device, { action: 'clear-cache' });
    expect((await waitFor('the command', () => command.ended())).state).toBe('accepted');
    expect(await flagOf(device)).toBe(true);
    one.socket.terminate();
  });

  it('A01: a charger that says nothing is told of, and goes on with either', async () => {
    const device = await claimed();
    const one = await boot(device, (action) => (action === 'ChangeConfiguration' ? 'silent' : 'Accepted'));
    const { payload } = await one.offered();
    await noticed(device, 'own-password-unanswered');
    one.socket.terminate();
    expect(await refused(device)).toBe(false);
    expect(await refused({ ...device, secret: payload['value'] ?? '' })).toBe(false);
    expect(await refused(device)).toBe(true);
  });

  it('A01: a charger that agrees each time and never uses it is not sent away for ever', async () => {
    const device = await claimed();
    for (let round = 1; round <= 2; round++) {
      const one = await boot(device, () => 'Accepted');
      await one.offered();
      expect(await one.closed).toBe(1012);
    }
    const third = await boot(device, () => 'Accepted');
    await third.offered();
    const command = await giveCommand(edge, database.pool, device, { action: 'clear-cache' });
    expect((await waitFor('the command', () => command.ended())).state).toBe('accepted');
    third.socket.terminate();
  });
});
