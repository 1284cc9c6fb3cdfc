import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ReadingsRepository } from './readings-repository.js';
import { ReadingsWriter, type Reading } from './readings-writer.js';

const midnight = Date.UTC(2026, 2, 29);
const reading = (deviceId: string, time_ms: number, changes: Partial<Reading> = {}): Reading => ({
  time_ms,
  deviceId,
  connector: 1,
  current_A: [10, 11.5, 0],
  voltage_V: [230, 231, 229],
  power_W: 4_900,
  energy_Wh: 123_456.5,
  ...changes,
});

describe('readings in PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  function createWriter(failures: unknown[] = []): ReadingsWriter {
    return new ReadingsWriter(database.pool, {
      batchRows: 500,
      batchAge_ms: 20,
      capacityRows: 5_000,
      retryFirst_ms: 5,
      retryLongest_ms: 50,
      onStored: () => undefined,
      onFailure: (error) => failures.push(error),
    });
  }
  const all = (deviceId: string, connector = 1) => ({
    deviceId,
    connector,
    from: new Date(0),
    to: new Date(8.64e15),
    after: null,
    count: 1_000,
  });

  it('keeps what was measured, to the last digit of its type', async () => {
    const deviceId = randomUUID();
    const writer = createWriter();
    await writer.write(reading(deviceId, midnight + 1_234));
    await writer.write(
      reading(deviceId, midnight + 2_000, {
        current_A: null,
        voltage_V: null,
        power_W: null,
        energy_Wh: null,
      }),
    );
    await writer.flush();
    const repository = new ReadingsRepository(database.pool);
    expect(await repository.raw(all(deviceId))).toEqual([
      {
        at: new Date(midnight + 1_234),
        connector: 1,
        current_A: [10, 11.5, 0],
        currentMaximum_A: null,
        voltage_V: [230, 231, 229],
        power_W: 4_900,
        energy_Wh: 123_456.5,
        samples: 1,
      },
      {
        at: new Date(midnight + 2_000),
        connector: 1,
        current_A: [null, null, null],
        currentMaximum_A: null,
        voltage_V: [null, null, null],
        power_W: null,
        energy_Wh: null,
        samples: 1,
      },
    ]);
  });

  it('makes the partitions of both days when a batch crosses midnight UTC, and of an old day for a late row', async () => {
    const deviceId = randomUUID();
    const writer = createWriter();
    const old = Date.UTC(2025, 11, 31, 23, 59, 59, 999);
    for (const time_ms of [midnight - 1, midnight, old]) await writer.write(reading(deviceId, time_ms));
    await writer.flush();
    const { rows } = await database.pool.query(
      `SELECT tableoid::regclass::text AS partition FROM readings WHERE device_id = $1 ORDER BY time`,
      [deviceId],
    );
    expect(rows.map(({ partition }) => partition)).toEqual([
      'readings_20251231',
      'readings_20260328',
      'readings_20260329',
    ]);
  });

  it('prepares today and tomorrow before their first row', async () => {
    await createWriter().prepare(Date.UTC(2026, 6, 31, 12));
    const { rows } = await database.pool.query(
      `SELECT relname FROM pg_class WHERE relname IN ('readings_20260731', 'readings_20260801') ORDER BY relname`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual(['readings_20260731', 'readings_20260801']);
  });

  it('two writers that need the same new partition do not trip over each other', async () => {
    const deviceId = randomUUID();
    const day = Date.UTC(2026, 4, 4);
    const failures: unknown[] = [];
    const writers = [createWriter(failures), createWriter(failures), createWriter(failures)];
    await Promise.all(writers.map((writer, index) => writer.write(reading(deviceId, day + index))));
    await Promise.all(writers.map((writer) => writer.flush()));
    expect(failures).toEqual([]);
    expect(await new ReadingsRepository(database.pool).raw(all(deviceId))).toHaveLength(3);
  });

  it('survives that somebody drops a partition', async () => {
    const deviceId = randomUUID();
    const day = Date.UTC(2026, 5, 5);
    const writer = createWriter();
    await writer.write(reading(deviceId, day));
    await writer.flush();
    await database.pool.query('DROP TABLE readings_20260605');
    await writer.write(reading(deviceId, day + 1));
    await writer.flush();
    expect(await new ReadingsRepository(database.pool).raw(all(deviceId))).toHaveLength(1);
  });

  it('a sample delivered twice is stored once and counted once', async () => {
    const deviceId = randomUUID();
    const writer = createWriter();
    const samples = Array.from({ length: 90 }, (_, second) =>
      reading(deviceId, midnight + second * 1_000, {
        current_A: [second % 10, 6, 1],
        energy_Wh: 1_000 + second,
      }),
    );
    for (const sample of [...samples, ...samples.slice(50)]) await writer.write(sample);
    await writer.flush();
    for (const sample of samples.slice(20, 60)) await writer.write(sample);
    await writer.flush();
    const minutes = await new ReadingsRepository(database.pool).minutes(all(deviceId));
    expect(minutes).toEqual([
      {
        at: new Date(midnight),
        connector: 1,
        samples: 60,
        current_A: [4.5, 6, 1],
        currentMaximum_A: [9, 6, 1],
        voltage_V: null,
        power_W: 4_900,
        energy_Wh: 1_059,
      },
      {
        at: new Date(midnight + 60_000),
        connector: 1,
        samples: 30,
        current_A: [4.5, 6, 1],
        currentMaximum_A: [9, 6, 1],
        voltage_V: null,
        power_W: 4_900,
        energy_Wh: 1_089,
      },
    ]);
  });

  it('loses nothing and doubles nothing when the server kills its connections', async () => {
    const deviceId = randomUUID();
    const failures: unknown[] = [];
    const writer = createWriter(failures);
    const kill = () =>
      database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND (query LIKE 'COPY reading_batch%' OR query LIKE '%WITH moved%' OR query LIKE 'SET LOCAL%')`,
      );
    let next = 0;
    await waitFor(
      'three failures',
      async () => {
        for (let row = 0; row < 200; row++) await writer.write(reading(deviceId, midnight + next++ * 1_000));
        await kill();
        return failures.length >= 3;
      },
      20_000,
    );
    await writer.flush();
    const { rows } = await database.pool.query(
      `SELECT (SELECT count(*) FROM readings WHERE device_id = $1) AS stored,
              (SELECT sum(samples) FROM readings_1m WHERE device_id = $1) AS counted`,
      [deviceId],
    );
    expect(rows).toEqual([{ stored: next, counted: next }]);
  });

  it('hands out pages that meet without a gap or an overlap', async () => {
    const deviceId = randomUUID();
    const writer = createWriter();
    for (let second = 0; second < 25; second++) {
      await writer.write(reading(deviceId, midnight + second * 1_000));
    }
    await writer.flush();
    const repository = new ReadingsRepository(database.pool);
    const times: number[] = [];
    let after: Date | null = null;
    for (;;) {
      const page = await repository.raw({ ...all(deviceId), after, count: 10 });
      times.push(...page.map(({ at }) => at.getTime()));
      if (page.length < 10) break;
      after = page.at(-1)?.at ?? null;
    }
    expect(times).toEqual(Array.from({ length: 25 }, (_, second) => midnight + second * 1_000));
    const window = { from: new Date(midnight + 5_000), to: new Date(midnight + 8_000) };
    expect(await repository.raw({ ...all(deviceId), ...window })).toHaveLength(3);
  });
});
