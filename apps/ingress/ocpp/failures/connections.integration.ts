import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { basicAuthentication } from '../../harness-charger.js';
import { seedDevice, type IngressHarness, type SeededDevice } from '../../ingress-harness.js';
import { bothGenerations, openLine, words, type Line } from './conversation.js';
import { edgeWith, eventsOf } from './failing-edge.js';

const at = '2026-01-05T08:00:00Z';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await edgeWith(database.pool, { callTimeout_ms: 300, sweepInterval_ms: 50 });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const endsOf = (device: SeededDevice) =>
  eventsOf(edge, device).flatMap((event) => (event.type === 'disconnected' ? [event] : []));

describe.each(bothGenerations)('connections over %s', (version) => {
  const say = words[version];
  const seed = () => seedDevice(database.pool, 'charger');
  const open = (device: SeededDevice) => openLine(edge.ocppPort, device, version);

  it('zombie socket blocking a reconnect: a station is let in beside a socket of its own that reads nothing', async () => {
    const device = await seed();
    const zombie = await open(device);
    zombie.socket.pause();
    const began = performance.now();
    const station = await open(device);
    expect((await station.call(say.boot))[0]).toBe(3);
    expect(performance.now() - began).toBeLessThan(2_000);
    await waitFor('the end of the zombie', () => endsOf(device).length === 1);
    expect(endsOf(device)).toMatchObject([{ connectionEpoch: 1, cause: 'replaced' }]);
    expect((await station.call(say.heartbeat))[0]).toBe(3);
    zombie.socket.terminate();
    station.socket.terminate();
  });

  it('reconnect loop because the new socket is refused as a duplicate: ten at once, each let in, the newest stays', async () => {
    const device = await seed();
    const lines = await Promise.all(Array.from({ length: 10 }, () => open(device)));
    const ends = await waitFor('nine ends', () => (endsOf(device).length === 9 ? endsOf(device) : null));
    expect(ends.map(({ cause }) => cause)).toEqual(Array.from({ length: 9 }, () => 'replaced'));
    expect(ends.map(({ connectionEpoch }) => connectionEpoch)).not.toContain(10);
    const stayed = lines.filter(({ socket }) => socket.readyState === socket.OPEN);
    expect(stayed).toHaveLength(1);
    expect((await (stayed[0] as Line).call(say.heartbeat))[0]).toBe(3);
    stayed[0]?.socket.terminate();
  });

  it('one lock for both directions: a station that owes an answer gets its own', async () => {
    const device = await seed();
    const station = await open(device);
    await station.call(say.boot);
    await waitFor('a call of ours', () => station.asked().length === 1);
    // It answers nothing until it got what it asks for itself.
    expect((await station.call(say.start(at)))[0]).toBe(3);
    expect((await station.call(say.heartbeat))[0]).toBe(3);
    expect(station.asked()).toHaveLength(1);
    station.socket.terminate();
  });

  it('a late answer poisoning the next call: it is dropped by its id', async () => {
    const device = await seed();
    const station = await open(device);
    const versionField = version === 'ocpp1.6' ? 'listVersion' : 'versionNumber';
    const asked = (action: string) => station.asked().filter(([, , name]) => name === action);
    const told = new Set<unknown>();
    /** The call of this action with this number; the question for the device model before it is turned down. */
    const next = (action: string, count: number) =>
      waitFor(`${action} ${count}`, () => {
        for (const [, id] of asked('GetBaseReport'))
          if (!told.has(id)) {
            told.add(id);
            station.result(id, { status: 'Rejected' });
          }
        return asked(action)[count - 1] ?? null;
      });
    await station.call(say.boot);
    const [, tooLate] = await next('GetLocalListVersion', 1);
    // Unanswered for its whole deadline; each boot lets the edge ask anew.
    const [, current] = await waitFor('the next question', async () => {
      await station.call(say.boot);
      return asked('GetLocalListVersion')[1] ?? null;
    });
    station.result(tooLate, { [versionField]: 999 });
    station.result(current, { [versionField]: 0 });
    const [, , , list] = await next('SendLocalList', 1);
    expect(list).toMatchObject({ [versionField]: 1 });
    station.socket.terminate();
  });

  it('commands before Boot completes: nothing is sent before the answer to the boot (OCPP 1.6 4.2, OCPP 2.0.1 B01, B02)', async () => {
    const device = await seed();
    const station = await open(device);
    for (let count = 0; count < 3; count++) await station.call(say.heartbeat);
    await station.call(say.status(1, 'Available', at));
    await edge.bus.publish('changes', {
      siteId: device.siteId,
      subject: 'tokens',
      subjectId: null,
      at: Date.now(),
    });
    await station.call(say.heartbeat);
    expect(station.asked()).toEqual([]);
    const answer = await station.call(say.boot);
    await waitFor('the first call', () => station.asked().length > 0);
    expect(station.frames.indexOf(answer)).toBeLessThan(station.frames.findIndex(([type]) => type === 2));
    station.socket.terminate();
  });

  it('first StatusNotifications racing each other: what came last is told last, connector by connector', async () => {
    const device = await seed();
    const station = await open(device);
    station.say('boot', say.boot);
    for (const connector of [1, 2, 3]) {
      station.say(`${connector}a`, say.status(connector, 'Available', at));
      station.say(`${connector}b`, say.status(connector, 'Faulted', at));
      station.say(`${connector}c`, say.status(connector, 'Available', at));
    }
    await waitFor('ten answers', () => station.frames.filter(([type]) => type !== 2).length === 10);
    const told = eventsOf(edge, device).flatMap((event) =>
      event.type === 'connector-status' ? [[event.connector, event.status]] : [],
    );
    expect(told).toEqual(
      [1, 2, 3].flatMap((connector) =>
        ['Available', 'Faulted', 'Available'].map((status) => [connector, status]),
      ),
    );
    station.socket.terminate();
  });

  it('a handshake that cannot succeed takes no place: the live connection stays (RFC 6455 4.2.1)', async () => {
    const device = await seed();
    const station = await open(device);
    await station.call(say.boot);
    const status = await new Promise((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '99',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': version,
        authorization: basicAuthentication(device),
      };
      const visit = request({ port: edge.ocppPort, path: `/ocpp/${device.identity}`, headers });
      visit.on('response', (response) => resolve(response.resume().statusCode));
      visit.on('error', reject);
      visit.end();
    });
    expect(status).toBe(426);
    const { rows } = await database.pool.query<{ epoch: number }>(
      'SELECT connection_epoch AS epoch FROM device_connections WHERE device_id = $1',
      [device.deviceId],
    );
    expect(rows[0]?.epoch).toBe(1);
    station.socket.terminate();
  });
});
