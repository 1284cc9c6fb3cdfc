import type { PerPhase } from '#libs/units/phases.js';
import { BatchWriter } from '../batch-writer.js';
import type { CopyValue } from '../copy-binary.js';
import { CopyWriter, type CopyColumn } from '../copy-writer.js';
import { inTransaction, type Pool } from '../pool.js';
import { DailyPartitions } from './daily-partitions.js';

/** One sample of a charger's connector or of a balancer (connector 0). */
export interface Reading {
  readonly time_ms: number;
  readonly deviceId: string;
  readonly connector: number;
  readonly current_A: PerPhase | null;
  readonly voltage_V: PerPhase | null;
  readonly power_W: number | null;
  readonly energy_Wh: number | null;
}

export interface ReadingsWriterOptions {
  readonly batchRows: number;
  readonly batchAge_ms: number;
  readonly capacityRows: number;
  readonly retryFirst_ms: number;
  readonly retryLongest_ms: number;
  readonly onStored: (rows: number, duration_ms: number) => void;
  readonly onFailure: (error: unknown, rows: number, pause_ms: number) => void;
}

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

/** A batch of its own per connection: COPY cannot skip rows that are already there, an INSERT from here can. */
const createBatch = `CREATE TEMP TABLE IF NOT EXISTS reading_batch (LIKE readings) ON COMMIT DELETE ROWS`;

/**
 * Moves the batch into `readings` without the samples that are already there (a message delivered twice, a batch whose
 * answer was lost), and counts into the minutes exactly what was moved.
 */
const moveBatch = `
  WITH moved AS (
    INSERT INTO readings
    SELECT DISTINCT ON (device_id, connector, time) batch.*
      FROM reading_batch batch
     WHERE NOT EXISTS (
             SELECT FROM readings known
              WHERE known.device_id = batch.device_id AND known.connector = batch.connector
                AND known.time = batch.time AND known.time BETWEEN $1 AND $2)
    RETURNING *
  )
  INSERT INTO readings_1m AS known
  SELECT date_trunc('minute', time), device_id, connector, count(*),
         sum(current_l1_a), sum(current_l2_a), sum(current_l3_a),
         max(current_l1_a), max(current_l2_a), max(current_l3_a),
         sum(power_w), max(energy_wh)
    FROM moved WHERE current_l1_a IS NOT NULL
   GROUP BY 1, 2, 3
   ORDER BY 2, 3, 1
  ON CONFLICT (device_id, connector, minute) DO UPDATE SET
    samples = known.samples + excluded.samples,
    current_l1_a_sum = known.current_l1_a_sum + excluded.current_l1_a_sum,
    current_l2_a_sum = known.current_l2_a_sum + excluded.current_l2_a_sum,
    current_l3_a_sum = known.current_l3_a_sum + excluded.current_l3_a_sum,
    current_l1_a_max = greatest(known.current_l1_a_max, excluded.current_l1_a_max),
    current_l2_a_max = greatest(known.current_l2_a_max, excluded.current_l2_a_max),
    current_l3_a_max = greatest(known.current_l3_a_max, excluded.current_l3_a_max),
    power_w_sum = coalesce(known.power_w_sum + excluded.power_w_sum, known.power_w_sum, excluded.power_w_sum),
    energy_wh_last = greatest(known.energy_wh_last, excluded.energy_wh_last)`;

/** PostgreSQL's check_violation: "no partition of relation found for row". */
const noPartition = '23514';

/** Measurements on their way into PostgreSQL: samples and their minutes in one transaction, each sample once. */
export class ReadingsWriter {
  private readonly copyWriter = new CopyWriter('reading_batch', columns);
  private readonly partitions: DailyPartitions;
  private readonly batches: BatchWriter<Reading>;

  constructor(
    private readonly pool: Pool,
    private readonly options: ReadingsWriterOptions,
  ) {
    this.partitions = new DailyPartitions(pool);
    this.batches = new BatchWriter({ ...options, store: (rows) => this.store(rows) });
  }

  /** Rows accepted but not yet stored. */
  get held(): number {
    return this.batches.held;
  }

  /** Makes today's and tomorrow's partitions ahead of their rows, so that midnight finds them there. */
  prepare(now_ms: number): Promise<void> {
    return this.partitions.ensure([now_ms, now_ms + 86_400_000]);
  }

  /** Resolves when there was room for it; waits while PostgreSQL is behind. */
  write(reading: Reading): Promise<void> {
    return this.batches.write(reading);
  }

  /** Resolves when everything written so far is stored. */
  flush(): Promise<void> {
    return this.batches.flush();
  }

  private async store(rows: readonly Reading[]): Promise<void> {
    const begin_ms = performance.now();
    await this.partitions.ensure(rows.map(({ time_ms }) => time_ms));
    try {
      await inTransaction(this.pool, async (client) => {
        await client.query(createBatch);
        // The planner knows nothing of the fresh batch; one index look-up per row is right at any table size.
        await client.query('SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off');
        await this.copyWriter.copy(client, rows.map(toRow));
        const { first, last } = span(rows);
        await client.query(moveBatch, [new Date(first), new Date(last)]);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === noPartition) this.partitions.forget();
      throw error;
    }
    this.options.onStored(rows.length, performance.now() - begin_ms);
  }
}

function toRow(reading: Reading): CopyValue[] {
  const { time_ms, deviceId, connector, current_A, voltage_V, power_W, energy_Wh } = reading;
  const none = [null, null, null];
  return [time_ms, deviceId, connector, ...(current_A ?? none), ...(voltage_V ?? none), power_W, energy_Wh];
}

function span(rows: readonly Reading[]): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const { time_ms } of rows) {
    first = Math.min(first, time_ms);
    last = Math.max(last, time_ms);
  }
  return { first, last };
}
