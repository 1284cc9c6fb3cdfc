import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bus } from '#libs/bus/bus.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { connectCharger, openRawSocket } from '../harness-charger.js';
import { defaultIngressLimits, plainSecurity, type IngressLimits } from '../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../ingress-harness.js';

let database: TestDatabase;
const edges: IngressHarness[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(edges.map((edge) => edge.stop()));
  await database.drop();
});

async function edgeWith(bus: Bus, limits: Partial<IngressLimits>): Promise<IngressHarness> {
  const edge = await startIngress({
    pool: database.pool,
    bus,
    limits: { ...defaultIngressLimits, ...limits },
    ocppPort: 0,
    security: plainSecurity,
    stillAllowed: () => true,
  });
  edges.push(edge);
  return edge;
}
const eventsOf = (edge: IngressHarness, device: SeededDevice) =>
  edge.observations.filter((each) => each.deviceId === device.deviceId).map((each) => each.event);
const causeOf = (edge: IngressHarness, device: SeededDevice) =>
  waitFor('the end of the connection', () => {
    const end = eventsOf(edge, device).find((event) => event.type === 'disconnected');
    return end?.type === 'disconnected' ? end.cause : null;
  });

describe('the life of a connection', () => {
  it('a newer connection on another instance ends the older one here', async () => {
    const bus = memoryBus();
    const first = await edgeWith(bus, { sweepInterval_ms: 20 });
    const second = await edgeWith(bus, { sweepInterval_ms: 20 });
    const device = await seedDevice(database.pool, 'charger');
    const old = await openRawSocket(first.ocppPort, device);
    const newer = await connectCharger(second.ocppPort, device);
    expect(await old.closed).toBe(4001);
    expect(await causeOf(second, device)).toBe('replaced');
    expect(await newer.call('Heartbeat', {})).toEqual({ currentTime: expect.any(String) });
    await newer.close({});
  });

  it('a half-open connection is cut after one unanswered ping', async () => {
    const edge = await edgeWith(memoryBus(), { pingInterval_ms: 40 });
    const device = await seedDevice(database.pool, 'charger');
    const { socket, closed } = await openRawSocket(edge.ocppPort, device);
    // A socket that reads nothing answers no ping, like a modem that lost its network.
    socket.pause();
    expect(await causeOf(edge, device)).toBe('timeout');
    socket.resume();
    await closed;
  });

  it('a connection that answers pings stays', async () => {
    const edge = await edgeWith(memoryBus(), { pingInterval_ms: 20 });
    const device = await seedDevice(database.pool, 'charger');
    const { socket } = await openRawSocket(edge.ocppPort, device);
    let pings = 0;
    socket.on('ping', () => pings++);
    await waitFor('five pings', () => pings >= 5);
    expect(eventsOf(edge, device).map((event) => event.type)).toEqual(['connected']);
    socket.terminate();
  });

  it('a charger above its rate is slowed down and counted, and loses nothing', async () => {
    const edge = await edgeWith(memoryBus(), { burst_messages: 5, rate_messagesPerSecond: 200 });
    const device = await seedDevice(database.pool, 'charger');
    const { socket, frames } = await openRawSocket(edge.ocppPort, device);
    for (let index = 0; index < 60; index++) socket.send(JSON.stringify([2, `m${index}`, 'Heartbeat', {}]));
    await waitFor('sixty answers', () => frames.length === 60);
    expect(frames.map((frame) => frame[1])).toEqual(Array.from({ length: 60 }, (_, index) => `m${index}`));
    expect(await edge.metrics.metrics()).toMatch(
      /busbar_ingress_refusals_total\{protocol="ocpp",reason="rate"\} [1-9]/,
    );
    socket.terminate();
  });

  it('a stop announces every connection as drained and asks the charger to come back', async () => {
    const edge = await edgeWith(memoryBus(), {});
    const device = await seedDevice(database.pool, 'charger');
    const { closed } = await openRawSocket(edge.ocppPort, device);
    await edge.stop();
    expect(await closed).toBe(1012);
    expect(await causeOf(edge, device)).toBe('drain');
  });

  it('a full door answers 503 with Retry-After and lets nobody wait in vain', async () => {
    const edge = await edgeWith(memoryBus(), { pendingHandshakes: 0 });
    const device = await seedDevice(database.pool, 'charger');
    await expect(openRawSocket(edge.ocppPort, device)).rejects.toThrow('503');
  });

  it('a restart of the edge changes no answer of the journal', async () => {
    const start = { connectorId: 1, idTag: 'CARD-1', meterStart: 1, timestamp: '2026-01-05T08:00:00Z' };
    const device = await seedDevice(database.pool, 'charger');
    const answers: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      const edge = await edgeWith(memoryBus(), {});
      const client = await connectCharger(edge.ocppPort, device);
      answers.push(await client.call('StartTransaction', start));
      await client.close({});
      await edge.stop();
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});
