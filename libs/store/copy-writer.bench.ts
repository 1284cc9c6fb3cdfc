import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyValue } from './copy-binary.js';
import { CopyWriter, type CopyColumn } from './copy-writer.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { migrate } from './migrate.js';
import { inTransaction, openPool, type Pool } from './pool.js';
import { ReadingsWriter, type Reading } from './readings/readings-writer.js';

const batchRows = 1_000;
const batches = 84;
const warmUpBatches = 4;
/** PostgreSQL takes at most 65,535 parameters; 11 columns leave room for 5,957 rows. */
const columns: readonly CopyColumn[] = [
  { name: 'time', type: 'timestamptz' },
  { name: 'device_id', type: 'uuid' },
  { name: 'connector', type: 'int2' },
  { name: 'current_l1_a', type: 'float4' },
  { name: 'current_l2_a', type: 'float4' },
  { name: 'current_l3_a', type: 'float4' },
  { name: 'voltage_l1_v', type: 'float4' },
  { name: 'voltage_l2_v', type: 'float4' },
  { name: 'voltage_l3_v', type: 'float4' },
  { name: 'power_w', type: 'float4' },
  { name: 'energy_wh', type: 'float8' },
];

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** 200 devices that report once a second; `series` keeps the runs from being duplicates of each other. */
function readingsOf(series: number, batch: number): Reading[] {
  return Array.from({ length: batchRows }, (_, index) => {
    const row = batch * batchRows + index;
    const device = (row % 200) + series * 200;
    const current_A = 6 + (row % 26);
    return {
      time_ms: Date.UTC(2026, 0, 5) + Math.floor(row / 200) * 1_000,
      deviceId: `00000000-0000-4000-8000-${device.toString(16).padStart(12, '0')}`,
      connector: 1,
      current_A: [current_A, current_A, current_A] as const,
      voltage_V: [230, 231, 229] as const,
      power_W: current_A * 690,
      energy_Wh: row * 1.5,
    };
  });
}
const toValues = (reading: Reading): CopyValue[] => [
  reading.time_ms,
  reading.deviceId,
  reading.connector,
  ...(reading.current_A ?? []),
  ...(reading.voltage_V ?? []),
  reading.power_W,
  reading.energy_Wh,
];

async function insertRows(pool: Pool, rows: readonly CopyValue[][]): Promise<void> {
  const width = columns.length;
  const places = rows.map(
    (_, row) => `(${columns.map((_column, index) => `$${row * width + index + 1}`).join(',')})`,
  );
  const values = rows.flatMap(([time, ...rest]) => [new Date(Number(time)), ...rest]);
  await pool.query(`INSERT INTO readings VALUES ${places.join(',')}`, values);
}

/** The writer beside a bare COPY of the same bytes, a multi-row INSERT, and what a batch costs with its minutes. */
export async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'busbar-bench-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, durable: true });
  const pool = openPool(await server.database('bench'), { max: 4 });
  try {
    await migrate(pool);
    await pool.query(
      `CREATE TABLE readings_20260105 PARTITION OF readings FOR VALUES FROM ('2026-01-05') TO ('2026-01-06')`,
    );
    const writer = new CopyWriter('readings', columns);
    const whole = new ReadingsWriter(pool, {
      batchRows,
      batchAge_ms: 1_000_000,
      capacityRows: batchRows * 2,
      retryFirst_ms: 100,
      retryLongest_ms: 1_000,
      onStored: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
    const runs: readonly [string, (series: number, batch: number) => Promise<() => Promise<void>>][] = [
      [
        'bare COPY of the same bytes',
        async (series, batch) => {
          const bytes = writer.encode(readingsOf(series, batch).map(toValues));
          return () => inTransaction(pool, (client) => writer.copyEncoded(client, bytes));
        },
      ],
      [
        'busbar CopyWriter (encode + COPY)',
        async (series, batch) => {
          const rows = readingsOf(series, batch).map(toValues);
          return () => inTransaction(pool, (client) => writer.copy(client, rows));
        },
      ],
      [
        'busbar ReadingsWriter (each sample once, with its minutes)',
        async (series, batch) => {
          const rows = readingsOf(series, batch);
          return async () => {
            for (const row of rows) await whole.write(row);
            await whole.flush();
          };
        },
      ],
      [
        'multi-row INSERT',
        async (series, batch) => {
          const rows = readingsOf(series, batch).map(toValues);
          return () => insertRows(pool, rows);
        },
      ],
    ];
    const durations_ms: number[][] = runs.map(() => []);
    // In turn, batch by batch and each time another one first, so that a busy moment of the machine meets all of them.
    for (let batch = 0; batch < batches; batch++) {
      for (let turn = 0; turn < runs.length; turn++) {
        const index = (turn + batch) % runs.length;
        const work = await runs[index]![1](index, batch);
        const begin_ms = performance.now();
        await work();
        if (batch >= warmUpBatches) durations_ms[index]!.push(performance.now() - begin_ms);
      }
    }
    const perSecond = durations_ms.map((durations) => batchRows / (median(durations) / 1_000));
    const bare = perSecond[0] ?? Number.NaN;
    return {
      name: `readings, batches of ${batchRows}`,
      rows: runs.map(([way], index) => ({
        way,
        'rows/s (median batch)': Math.round(perSecond[index] ?? 0),
        'of a bare COPY': ((perSecond[index] ?? 0) / bare).toFixed(2),
      })),
    };
  } finally {
    await pool.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
