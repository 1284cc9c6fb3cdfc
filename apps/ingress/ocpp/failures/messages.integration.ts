import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { seedDevice, type IngressHarness } from '../../ingress-harness.js';
import { bothGenerations, openLine, openLineAt, words, type Generation } from './conversation.js';
import { edgeWith } from './failing-edge.js';

const at = '2026-01-05T08:00:00Z';

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await edgeWith(database.pool, {});
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const occurrence = {
  'ocpp1.6': 'OccurenceConstraintViolation',
  'ocpp2.0.1': 'OccurrenceConstraintViolation',
};
const form = { 'ocpp1.6': 'FormationViolation', 'ocpp2.0.1': 'FormatViolation' };
const cardField = (version: Generation, idTag: unknown): object =>
  version === 'ocpp1.6' ? { idTag } : { idToken: { idToken: idTag, type: 'ISO14443' } };

const bootOf = (version: Generation, value: unknown): object =>
  version === 'ocpp1.6'
    ? { chargePointVendor: value, chargePointModel: value }
    : { reason: 'PowerUp', chargingStation: value };

describe.each(bothGenerations)('messages over %s', (version) => {
  const say = words[version];
  const open = async () => openLine(edge.ocppPort, await seedDevice(database.pool, 'charger'), version);

  it.each([
    ['a list', [], form[version]],
    ['nothing', null, form[version]],
    ['an empty object', {}, occurrence[version]],
    ['a text', 'Nordlys', form[version]],
    ['a list of stations', bootOf(version, []), 'TypeConstraintViolation'],
    ['a prototype', JSON.parse('{"__proto__":{"chargingStation":{}}}') as object, occurrence[version]],
    ['a station of nulls', bootOf(version, null), 'TypeConstraintViolation'],
  ])(
    'malformed Boot crashing the server: %s is refused, and the next boot is heard',
    async (_what, payload, code) => {
      const station = await open();
      const refused = await station.call(['BootNotification', payload as object]);
      expect(refused).toEqual([4, expect.any(String), code, expect.any(String), {}]);
      expect((await station.call(say.boot))[2]).toMatchObject({ status: 'Accepted' });
      station.socket.terminate();
    },
  );

  it('truncated JSON: the station is told as far as its version allows, and goes on', async () => {
    const station = await open();
    station.socket.send('[2,"cut","Heartbeat",{');
    expect((await station.call(say.heartbeat))[0]).toBe(3);
    const told = station.frames.filter(([type]) => type === 4);
    // OCPP 2.0.1 part 4, 4.2.3 answers an unreadable id with -1; OCPP 1.6J has no words for that.
    expect(told.map(([, id, code]) => [id, code])).toEqual(
      version === 'ocpp1.6' ? [] : [['-1', 'RpcFrameworkError']],
    );
    station.socket.terminate();
  });

  const status = (change: object) =>
    ['StatusNotification', { ...say.status(1, 'Available', at)[1], ...change }] as const;
  it.each([
    ['bad enum', status({ status: 'Sleepy', connectorStatus: 'Sleepy' }), 4],
    ['over-long field', ['Authorize', cardField(version, 'x'.repeat(300))] as const, 4],
    ['empty value', ['Authorize', cardField(version, '')] as const, 3],
    ['bad date', status({ timestamp: 'yesterday' }), version === 'ocpp1.6' ? 3 : 4],
    ['bad date', status({ timestamp: '' }), version === 'ocpp1.6' ? 3 : 4],
    ['bad date', status({ timestamp: '2026-01-05 08:00:00' }), 3],
  ])(
    '%s: %j is answered once and repeats nothing (OCPP 1.6J 4.2.3, OCPP 2.0.1 part 4, 4.3)',
    async (_what, call, type) => {
      const station = await open();
      const answer = await station.call(call);
      expect(answer[0]).toBe(type);
      expect(answer[2]).not.toBe('InternalError');
      expect(JSON.stringify(answer)).not.toMatch(/Sleepy|xxx|yesterday/);
      expect((await station.call(say.heartbeat))[0]).toBe(3);
      station.socket.terminate();
    },
  );

  it('percent-encoded identity: a name with a space, a slash and a sign is the same station', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const identity = `Bay 7/⚡ ${device.deviceId.slice(0, 8)}`;
    await database.pool.query('UPDATE devices SET identity = $2 WHERE id = $1', [device.deviceId, identity]);
    const station = await openLine(edge.ocppPort, { ...device, identity }, version);
    expect((await station.call(say.boot))[2]).toMatchObject({ status: 'Accepted' });
    station.socket.terminate();
  });

  it('percent-encoded identity: letters that need no encoding may have it', async () => {
    const device = await seedDevice(database.pool, 'charger');
    const encoded = [...device.identity].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('');
    const station = await openLineAt(`ws://127.0.0.1:${edge.ocppPort}/ocpp/${encoded}`, device, version);
    expect((await station.call(say.boot))[2]).toMatchObject({ status: 'Accepted' });
    station.socket.terminate();
  });

  it.each([
    ['a 4,000-character path', `/ocpp/${'x'.repeat(4_000)}`, 400],
    ['a 4,000-character path that is encoded', `/ocpp/${'%41'.repeat(1_333)}`, 400],
    ['an empty identity', '/ocpp/', 404],
    ['an empty identity behind a question', '/ocpp/?identity=x', 404],
  ])('%s: refused with the reason', async (_what, path, expected) => {
    const answer = await new Promise((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': version,
      };
      const visit = request({ port: edge.ocppPort, path, headers });
      visit.on('response', (response) => resolve(response.resume().statusCode));
      visit.on('error', reject);
      visit.end();
    });
    expect(answer).toBe(expected);
  });

  it('a message id used for two things: each gets its own answer', async () => {
    const station = await open();
    station.say('1', say.heartbeat);
    station.say('1', say.start(at));
    await waitFor('both answers', () => station.frames.length === 2);
    expect(station.frames[0]?.[2]).toHaveProperty('currentTime');
    expect(station.frames[1]?.[2]).toHaveProperty(version === 'ocpp1.6' ? 'transactionId' : 'idTokenInfo');
    station.socket.terminate();
  });
});
