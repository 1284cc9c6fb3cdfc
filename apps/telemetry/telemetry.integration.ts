import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Registry } from 'prom-client';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { ChargerState } from '#libs/devices/charger-state.js';
import type { DeviceState } from '#libs/devices/device-state.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { createLogger } from '#libs/platform/logger.js';
import { PlatformModule } from '#libs/platform/platform-module.js';
import { PostgresHubEventJournal } from '#libs/store/journal/hub-event-journal.js';
import { PostgresTransactionJournal } from '#libs/store/journal/transaction-journal.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { defaultTelemetryConfig } from './telemetry-config.js';
import { Telemetry, TelemetryModule } from './telemetry-module.js';

const config = { ...defaultTelemetryConfig, batchAge_ms: 20, retryFirst_ms: 5, retryLongest_ms: 50 };

@Module({})
class Root {}

interface RunningTelemetry {
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

describe('telemetry on a real PostgreSQL', () => {
  const clock = new ManualClock();
  const now = clock.now();
  let database: TestDatabase;
  let bus: MemoryBus;
  let service: RunningTelemetry;
  let siteId: string;
  let deviceId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    siteId = randomUUID();
    deviceId = randomUUID();
    bus = new MemoryBus();
    service = await start();
  });
  afterEach(async () => {
    await service.stop();
    await bus.close();
  });

  async function start(changes: Partial<typeof config> = {}): Promise<RunningTelemetry> {
    const logger = createLogger({ level: 'silent', name: 'test', file: null });
    const platform = { bus, pool: database.pool, clock, logger, metrics: new Registry() };
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(
      {
        module: Root,
        imports: [
          PlatformModule.of(platform),
          TelemetryModule.register({ ...config, stateInterval_ms: 20, ...changes }),
        ],
      },
      { strategy: new BusTransport(bus), logger: false },
    );
    await app.listen();
    return {
      catchUp: () => app.get(Telemetry, { strict: false }).service.catchUp(),
      stop: () => app.close(),
    };
  }
  const observation = (event: Observation['event'], changes: Partial<Observation> = {}): Observation => ({
    siteId,
    deviceId,
    deviceKind: 'charger',
    deviceTime: now,
    receivedAt: now,
    event,
    ...changes,
  });
  const sample = (current_A: number): Observation['event'] => ({
    type: 'meter-sample',
    connector: 1,
    transactionId: null,
    current_A: [current_A, 0, 0],
    voltage_V: [230, 230, 230],
    power_W: current_A * 230,
    energy_Wh: 1_000,
    offered_A: 16,
  });
  const rows = async <Row extends object>(statement: string): Promise<Row[]> =>
    (await database.pool.query<Row>(statement, [deviceId])).rows;
  const times = async (): Promise<Date[]> =>
    (await rows<{ time: Date }>('SELECT time FROM readings WHERE device_id = $1 ORDER BY time')).map(
      ({ time }) => time,
    );
  const eventTypes = async (): Promise<string[]> =>
    (await rows<{ type: string }>('SELECT type FROM device_events WHERE device_id = $1 ORDER BY id')).map(
      ({ type }) => type,
    );
  const state = async (): Promise<DeviceState | undefined> =>
    (await rows<{ state: DeviceState }>('SELECT state FROM device_states WHERE device_id = $1'))[0]?.state;

  it('stores measurements of chargers and balancers and the state they lead to', async () => {
    await bus.publish('observations', observation(sample(12)));
    const zen = randomUUID();
    await bus.publish(
      'observations',
      observation(
        {
          type: 'balancer-reading',
          current_A: [20, 18, -3],
          voltage_V: null,
          power_W: null,
          energyImport_Wh: 500,
          energyExport_Wh: 20,
        },
        { deviceId: zen, deviceKind: 'balancer' },
      ),
    );
    await waitFor('both measurements', async () => {
      const { rows } = await database.pool.query(
        'SELECT connector FROM readings WHERE device_id = ANY($1) ORDER BY connector',
        [[deviceId, zen]],
      );
      return rows.length === 2 && rows[0].connector === 0;
    });
    const stored = await waitFor('the state', state);
    expect((stored as ChargerState).connectors[0]?.sample?.current_A).toEqual([12, 0, 0]);
  });

  it('stores by the time of reception when the device clock cannot be right', async () => {
    const minute = 60_000;
    const cases: [deviceTime: number, expected: number][] = [
      [0, now],
      [now + 90 * minute, now + 1],
      [now - 6 * 24 * 60 * minute, now - 6 * 24 * 60 * minute],
    ];
    for (const [index, [deviceTime]] of cases.entries()) {
      await bus.publish('observations', observation(sample(6), { deviceTime, receivedAt: now + index }));
    }
    await waitFor('three measurements', async () => (await times()).length === 3);
    const expected = cases.map(([, time]) => time).toSorted((a, b) => a - b);
    expect((await times()).map((time) => time.getTime())).toEqual(expected);
  });

  it('a message delivered twice is stored and listed once', async () => {
    const messages = [
      observation({ type: 'connected', connectionEpoch: 1, protocol: 'ocpp1.6' }),
      observation({ type: 'booted', vendor: 'V', model: 'M' }),
      observation({
        type: 'transaction-started',
        connector: 1,
        transactionId: 2_000_001,
        idToken: 'T',
        meterStart_Wh: 5,
      }),
      observation(sample(9)),
    ];
    for (const message of [...messages, ...messages]) await bus.publish('observations', message);
    await waitFor('the events', async () => (await eventTypes()).length === 3);
    await service.stop();
    expect(await eventTypes()).toEqual(['connected', 'booted', 'transaction-started']);
    expect(await times()).toHaveLength(1);
    expect((await state())?.connection?.connectionEpoch).toBe(1);
  });

  it('a refused write is repeated: the event is listed although the first attempt failed', async () => {
    await database.pool.query('ALTER TABLE device_events RENAME TO device_events_away');
    const fault = observation({
      type: 'connector-status',
      connector: 1,
      status: 'Faulted',
      errorCode: 'GroundFailure',
    });
    try {
      await bus.publish('observations', fault);
      await bus.publish('observations', observation(sample(1)));
    } finally {
      await database.pool.query('ALTER TABLE device_events_away RENAME TO device_events');
    }
    await waitFor('the fault', async () => (await eventTypes()).includes('fault'));
    await waitFor('the measurement behind it', async () => (await times()).length === 1);
  });

  it('a crash between journal and bus loses no transaction and no alarm', async () => {
    await service.stop();
    const source = { deviceId, siteId, deviceTime: now, receivedAt: now };
    const transactions = new PostgresTransactionJournal(database.pool);
    const { transactionId } = await transactions.start({
      ...source,
      connector: 1,
      idToken: 'T',
      meterStart_Wh: 5,
      reservationId: null,
      remoteStartSince: now,
    });
    const hub = randomUUID();
    await new PostgresHubEventJournal(database.pool).record({
      ...source,
      deviceId: hub,
      event: { type: 'hub-event', sequence: 1, category: 'alarm', code: 'smoke', zone: null, text: 'Smoke' },
    });
    service = await start();
    expect(await eventTypes()).toEqual(['transaction-started']);
    expect(((await state()) as ChargerState).connectors[0]?.transaction?.transactionId).toBe(transactionId);
    const { rows } = await database.pool.query('SELECT severity FROM device_events WHERE device_id = $1', [
      hub,
    ]);
    expect(rows).toEqual([{ severity: 'alarm' }]);

    await transactions.stop({ ...source, transactionId, meterStop_Wh: 900, reason: 'Local' });
    await service.catchUp();
    await service.catchUp();
    expect(await eventTypes()).toEqual(['transaction-started', 'transaction-ended']);
    expect(((await state()) as ChargerState).connectors[0]?.transaction).toBeNull();
  });

  it('goes on from the stored state after a restart', async () => {
    await bus.publish(
      'observations',
      observation({ type: 'connected', connectionEpoch: 8, protocol: 'ocpp1.6' }),
    );
    await waitFor('the state', state);
    await service.stop();
    service = await start();
    await bus.publish(
      'observations',
      observation({ type: 'disconnected', connectionEpoch: 7, cause: 'replaced' }),
    );
    await bus.publish('observations', observation({ type: 'booted', vendor: 'V', model: 'M' }));
    await waitFor('the boot', async () => (await state())?.product);
    expect((await state())?.connection).toMatchObject({ connectionEpoch: 8, disconnectedAt: null });
  });

  it('writes the state of a chattering device at most once per interval', async () => {
    await service.stop();
    service = await start({ stateInterval_ms: 1_000_000 });
    for (let index = 0; index < 500; index++) {
      await bus.publish('observations', observation(sample(index % 32), { deviceTime: now + index }));
    }
    await waitFor('the measurements', async () => (await times()).length === 500);
    expect(await state()).toBeUndefined();
    await service.stop();
    expect(((await state()) as ChargerState).connectors[0]?.sample?.at).toBe(now);
  });

  it('shows limits with their reason and lists a pause', async () => {
    const limit: Limit = {
      limitId: randomUUID(),
      siteId,
      deviceId,
      connector: 1,
      transactionId: 7,
      current_A: 0,
      numberPhases: null,
      ownerEpoch: 1,
      issuedAt: now,
      leaseUntil: now + 60_000,
      reason: { code: 'waiting-for-capacity', nodeId: 'grid', phase: 'L1', source: 'fuse' },
    };
    await bus.publish('limits', limit);
    await bus.publish('limits', limit);
    const stored = (await waitFor('the state', state)) as ChargerState;
    expect(stored.connectors[0]?.limit).toMatchObject({ current_A: 0, outcome: 'pending' });
    expect(await eventTypes()).toEqual(['charging-paused']);
  });
});
