import { createServer, type AddressInfo, type Server } from 'node:net';
import { fromBinary, toBinary, create } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import {
  BalancerInstallationSchema,
  BalancerReadingSchema,
  EventAcknowledgedSchema,
  EventCategory,
  HubEventSchema,
  HubStateSchema,
} from '#libs/contracts/generated/busbar/v1/device_pb.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Balancer } from '../balancer/balancer.js';
import { Hub } from '../hub/hub.js';
import { Random } from '../physics/random.js';

/** A hub that sends nothing twice, however slow the machine. */
const patient_ms = 60_000;

describe('simulated MQTT devices on a real broker', () => {
  let broker: Aedes;
  let server: Server;
  let mqttUrl: string;
  let refuse: (topic: string) => boolean;
  let received: { topic: string; payload: Uint8Array }[];
  let logins: { user: string | undefined; password: string | undefined }[];
  const clock = { now: () => epochMilliseconds(Date.now()) };
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    received = [];
    logins = [];
    refuse = () => false;
    broker = await Aedes.createBroker({
      authenticate: (_client, user, password, done) => {
        logins.push({ user, password: password?.toString() });
        done(null, true);
      },
      authorizePublish: (_client, packet, done) => {
        if (refuse(packet.topic)) return done(new Error('the journal is away'));
        received.push({ topic: packet.topic, payload: new Uint8Array(packet.payload as Buffer) });
        done(null);
      },
    });
    server = createServer(broker.handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mqttUrl = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
  });

  const at = (topic: string): Uint8Array[] =>
    received.filter((message) => message.topic === topic).map(({ payload }) => payload);

  function startBalancer(): Balancer {
    const balancer = new Balancer({
      solarTerminal: true,
      identity: 'ZEN1',
      secret: 'zen secret',
      mqttUrl,
      mainFuse_A: 25,
      voltage_V: 230,
      cadence_s: 0.05,
      noise_A: 0.02,
      energyScale: 1,
      clock,
      random: new Random(1),
      reconnect_ms: 20,
      reboot_ms: 50,
      measure_A: () => [10, -4, 0],
    });
    balancer.start();
    const timer = setInterval(() => balancer.tick(0.01), 10);
    closing.push(async () => {
      clearInterval(timer);
      await balancer.stop();
    });
    return balancer;
  }

  function startHub(resend_ms: number): Hub {
    const hub = new Hub({
      identity: 'HUB1',
      secret: 'hub secret',
      mqttUrl,
      clock,
      reconnect_ms: 20,
      reboot_ms: 50,
      resend_ms,
      lastSequence: 40,
    });
    hub.start();
    const timer = setInterval(() => hub.tick(), 10);
    closing.push(async () => {
      clearInterval(timer);
      await hub.stop();
    });
    return hub;
  }
  const sequences = (): number[] =>
    at('bb/v1/HUB1/event').map((payload) => Number(fromBinary(HubEventSchema, payload).sequence));

  it('a Zen logs in as itself, tells its installation and reads what flows, with a little noise', async () => {
    startBalancer();
    await waitFor('readings', () => at('bb/v1/ZEN1/reading').length > 3);
    expect(logins).toEqual([{ user: 'ZEN1', password: 'zen secret' }]);
    const installation = fromBinary(BalancerInstallationSchema, at('bb/v1/ZEN1/installation')[0]!);
    expect(installation.mainFuseA).toBe(25);
    const readings = at('bb/v1/ZEN1/reading').map((payload) => fromBinary(BalancerReadingSchema, payload));
    for (const { currentA } of readings) {
      expect(Math.abs((currentA?.l1 ?? 0) - 10)).toBeLessThan(0.2);
      expect(Math.abs((currentA?.l2 ?? 0) + 4)).toBeLessThan(0.2);
    }
    expect(new Set(readings.map(({ currentA }) => currentA?.l1)).size).toBeGreaterThan(1);
    expect(readings.at(-1)?.energyImportWh).toBeGreaterThan(readings[0]?.energyImportWh ?? 0);
  });

  it('a silent Zen stays connected and says nothing', async () => {
    const balancer = startBalancer();
    await waitFor('a reading', () => at('bb/v1/ZEN1/reading').length > 0);
    const silentFrom = Date.now();
    balancer.silence(400);
    const toldAt = (): number[] =>
      at('bb/v1/ZEN1/reading').map((payload) => Number(fromBinary(BalancerReadingSchema, payload).timeMs));
    await waitFor('readings again', () => toldAt().some((time) => time > silentFrom));
    expect(toldAt().filter((time) => time > silentFrom && time < silentFrom + 400)).toEqual([]);
    expect(logins).toHaveLength(1);
  });

  it('a lost network makes the broker tell the last will, and the device returns', async () => {
    const balancer = startBalancer();
    await waitFor('a reading', () => at('bb/v1/ZEN1/reading').length > 0);
    balancer.loseNetwork();
    await waitFor('the last will', () => at('bb/v1/ZEN1/offline').length === 1);
    await waitFor('the return', () => logins.length === 2 && balancer.reconnects === 1);
  });

  it('a hub tells its state and numbers its events over restarts', async () => {
    const hub = startHub(patient_ms);
    await waitFor('the state', () => at('bb/v1/HUB1/state').length > 0);
    expect(fromBinary(HubStateSchema, at('bb/v1/HUB1/state')[0]!)).toMatchObject({ simPresent: true });
    hub.raise({ category: 'alarm', code: 'smoke', zone: 'Kitchen', text: 'Smoke' });
    hub.arm('night');
    await waitFor('acknowledgement', () => hub.waiting === 0);
    expect(sequences()).toEqual([41, 42]);
    const event = fromBinary(HubEventSchema, at('bb/v1/HUB1/event')[0]!);
    expect(event).toMatchObject({ category: EventCategory.ALARM, zone: 'Kitchen', text: 'Smoke' });
  });

  it('a hub repeats an event until it is stored: no PUBACK, no peace', async () => {
    const hub = startHub(100);
    await waitFor('connection', () => hub.connected);
    let refusals = 0;
    refuse = (topic) => topic.endsWith('/event') && ++refusals <= 2;
    hub.raise({ category: 'fault', code: 'battery', zone: null, text: 'The battery is low' });
    await waitFor('storage', () => hub.waiting === 0);
    expect(refusals).toBeGreaterThanOrEqual(3);
    expect(sequences()).toContain(41);
  });

  it('a hub fills a gap it is asked for, and rests when all is acknowledged', async () => {
    const hub = startHub(patient_ms);
    await waitFor('connection', () => hub.connected);
    for (const code of ['a', 'b', 'c']) hub.raise({ category: 'information', code, zone: null, text: code });
    await waitFor('three events', () => hub.waiting === 0);
    const acknowledge = (sequence: number): void =>
      broker.publish(
        {
          cmd: 'publish',
          dup: false,
          retain: false,
          qos: 1,
          topic: 'bb/v1/HUB1/event-acknowledged',
          payload: Buffer.from(
            toBinary(
              EventAcknowledgedSchema,
              create(EventAcknowledgedSchema, { sequence: BigInt(sequence) }),
            ),
          ),
        },
        () => undefined,
      );
    received.length = 0;
    acknowledge(41);
    await waitFor('the gap', () => sequences().length === 2);
    expect(sequences()).toEqual([42, 43]);
  });
});
