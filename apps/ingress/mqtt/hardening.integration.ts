import { createServer, Socket, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bus } from '#libs/bus/bus.js';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { MqttDevice } from '#libs/testing/mqtt-device.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { milliseconds } from '#libs/units/quantities.js';
import { defaultIngressLimits, plainSecurity } from '../ingress-config.js';
import { seedDevice, startIngress, type IngressHarness, type SeededDevice } from '../ingress-harness.js';
import { TokenBucket } from '../token-bucket.js';
import { ConnectThrottle } from './connect-throttle.js';
import { GuardedConnection, type Guard } from './guarded-connection.js';

/** A bus whose store is away while `away` is set. */
class OutageBus implements Bus {
  away = false;
  private readonly inner = new MemoryBus();

  publish: Bus['publish'] = async (topic, message) => {
    if (this.away) throw new Error('the bus is away');
    await this.inner.publish(topic, message);
  };
  consume: Bus['consume'] = (consumption) => this.inner.consume(consumption);
  close(): Promise<void> {
    return this.inner.close();
  }
}
const outage = new OutageBus();

let database: TestDatabase;
let edge: IngressHarness;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: outage,
    limits: {
      ...defaultIngressLimits,
      mqttBurst_bytes: 8_000,
      mqttRate_bytesPerSecond: 40_000,
      burst_connects: 60,
      rate_connectsPerSecond: 1_000,
    },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
});
afterAll(async () => {
  await edge.stop();
  await database.drop();
});

const connect = (device: SeededDevice): Promise<MqttDevice> =>
  MqttDevice.connect(`mqtt://127.0.0.1:${edge.mqttPort}`, device, [], {});
const reading = (timeMs: number): object => ({ timeMs: String(timeMs), currentA: { l1: 1 } });
const timesOf = (device: SeededDevice): number[] =>
  edge.observations
    .filter(({ deviceId, event }) => deviceId === device.deviceId && event.type === 'balancer-reading')
    .map(({ deviceTime }) => deviceTime);
const refusals = async (reason: string): Promise<number> => {
  const metric = await edge.metrics.getSingleMetric('busbar_ingress_refusals_total')?.get();
  return metric?.values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
};

describe('PUBACK means kept, also while the bus is away', () => {
  it('QoS 1: no PUBACK, the connection ends, the device repeats, and nothing is lost', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const first = await connect(zen);
    await first.tell('reading', reading(1));
    outage.away = true;
    const acknowledged: number[] = [];
    const waiting = [2, 3].map((time) =>
      first.tell('reading', reading(time)).then(
        () => acknowledged.push(time),
        () => undefined,
      ),
    );
    expect(await first.closed).toBe(true);
    expect(acknowledged).toEqual([]);
    await expect(connect(zen)).rejects.toThrow(/unavailable/i);
    outage.away = false;
    const again = await connect(zen);
    for (const time of [2, 3]) await again.tell('reading', reading(time));
    expect(timesOf(zen)).toEqual([1, 2, 3]);
    await again.end();
    first.client.end(true);
    await Promise.all(waiting);
  });
});

describe('rates', () => {
  it('a device beyond its byte rate is left unread for a while, and everything arrives in order', async () => {
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await connect(zen);
    const before = await refusals('rate');
    const times = Array.from({ length: 120 }, (_, index) => index + 1);
    const began = performance.now();
    const tell = (time: number): Promise<void> =>
      device.tell('reading', { ...reading(time), energyImportWh: 1e9 });
    // All at once, so that a busy machine does not spread them: 120 readings of more than 100 bytes behind a burst of 8,000.
    await Promise.all(times.slice(0, -1).map(tell));
    await tell(120);
    // More than 4,000 bytes too much at 40,000 bytes a second.
    expect(performance.now() - began).toBeGreaterThan(60);
    expect(await refusals('rate')).toBeGreaterThan(before);
    expect(timesOf(zen)).toEqual(times);
    await device.end();
  });

  it('an address that connects over and over is turned away before a byte is read', async () => {
    const before = await refusals('throttled');
    const sockets = Array.from({ length: 200 }, () => {
      const socket = new Socket();
      socket.on('error', () => undefined);
      socket.connect(edge.mqttPort, '127.0.0.1');
      return socket;
    });
    await waitFor('refusals', async () => (await refusals('throttled')) > before);
    for (const socket of sockets) socket.destroy();
    const zen = await seedDevice(database.pool, 'balancer');
    const device = await waitFor('a free place', () => connect(zen).catch(() => null));
    await device.tell('reading', reading(9));
    await device.end();
  });

  it('the throttle forgets addresses that are quiet again', () => {
    const clock = new ManualClock();
    const throttle = new ConnectThrottle(clock, { burst_connects: 2, rate_connectsPerSecond: 1 });
    expect(['a', 'a', 'a', 'b'].map((address) => throttle.admits(address))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    clock.advance(milliseconds(1_000));
    expect(throttle.admits('a')).toBe(true);
    expect(throttle.admits('a')).toBe(false);
    throttle.tidy();
    expect(throttle.addresses).toBe(2);
    clock.advance(milliseconds(2_001));
    throttle.tidy();
    expect(throttle.addresses).toBe(0);
  });
});

describe('a device and a broker of different speed', () => {
  let server: Server;
  const accepted = async (guard: Partial<Guard>): Promise<[GuardedConnection, Socket]> => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 1e9, 1e9);
    const guarded = new Promise<GuardedConnection>((resolve) => {
      server = createServer((socket) => {
        const refused = (): void => undefined;
        resolve(
          new GuardedConnection(socket, {
            maximum_bytes: 1_000,
            sendBuffer_bytes: 100_000,
            messages: bucket,
            bytes: bucket,
            refused,
            ...guard,
          }),
        );
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    const reader = new Socket();
    reader.on('error', () => undefined);
    reader.pause();
    reader.connect(port, '127.0.0.1');
    const connection = await guarded;
    connection.on('error', () => undefined);
    return [connection, reader];
  };
  const chunk = Buffer.alloc(50_000);

  it('faster than the broker: at most 128 KiB of it wait here, the rest waits at its own end, and nothing is lost', async () => {
    const [connection, device] = await accepted({});
    // PINGREQ, over and over.
    const pings = Buffer.alloc(16 * 1_048_576, Buffer.from([0xc0, 0]));
    device.write(pings);
    // The broker has begun to read and is busy with something else.
    connection.read(0);
    await waitFor('the end of reading', () => connection.readableLength > 0 && connection.socket.isPaused());
    expect(connection.readableLength).toBeLessThanOrEqual(128 * 1_024);
    expect(device.writableLength).toBeGreaterThan(0);
    let taken_bytes = 0;
    connection.on('data', (each: Buffer) => (taken_bytes += each.length));
    await waitFor('all of it', () => taken_bytes === pings.length);
    device.destroy();
    connection.destroy();
    server.close();
  });

  it('that does not read: is cut when more than the bound waits for it, and no more than that ever waits', async () => {
    const refused: string[] = [];
    const [connection, reader] = await accepted({ refused: (reason) => refused.push(reason) });
    let most_bytes = 0;
    await waitFor('the cut', () => {
      if (connection.destroyed) return true;
      connection.write(chunk);
      most_bytes = Math.max(most_bytes, connection.waiting_bytes);
      return false;
    });
    expect(refused).toEqual(['slow']);
    expect(most_bytes).toBeLessThanOrEqual(100_000 + 2 * chunk.length);
    reader.destroy();
    server.close();
  });

  it('one that reads slowly but reads is not cut', async () => {
    const [connection, reader] = await accepted({});
    let received_bytes = 0;
    reader.on('data', (data: Buffer) => (received_bytes += data.length));
    reader.resume();
    for (let part = 0; part < 40; part++)
      await new Promise<void>((resolve) => {
        connection.write(chunk, () => resolve());
      });
    await waitFor('all of it', () => received_bytes === 40 * chunk.length);
    expect(connection.destroyed).toBe(false);
    connection.destroy();
    reader.destroy();
    server.close();
  });
});
