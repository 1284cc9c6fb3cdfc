import { inTransaction, type Pool } from '../pool.js';

const day_ms = 86_400_000;
/** Any constant: it keeps processes that create the same partition from colliding. */
const advisoryLock = 7_331_001;

/** The days (UTC) of `readings` that exist as partitions; made when a row needs them. */
export class DailyPartitions {
  private readonly known = new Set<number>();
  private native: boolean | null = null;

  constructor(private readonly pool: Pool) {}

  /** Makes sure that rows at these instants have a partition to go to. A hypertable needs none. */
  async ensure(times_ms: Iterable<number>): Promise<void> {
    const missing = new Set<number>();
    for (const time_ms of times_ms) {
      const day = Math.floor(time_ms / day_ms);
      if (!this.known.has(day)) missing.add(day);
    }
    if (missing.size === 0) return;
    if (await this.isNative()) await this.create([...missing]);
    for (const day of missing) this.known.add(day);
  }

  /** Forgets what it knows: somebody dropped a partition behind our back. */
  forget(): void {
    this.known.clear();
  }

  private async isNative(): Promise<boolean> {
    if (this.native === null) {
      const { rowCount } = await this.pool.query(`SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`);
      this.native = rowCount === 0;
    }
    return this.native;
  }

  private async create(days: readonly number[]): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock]);
      for (const day of days) {
        const from = new Date(day * day_ms).toISOString();
        const to = new Date((day + 1) * day_ms).toISOString();
        const name = `readings_${from.slice(0, 10).replaceAll('-', '')}`;
        await client.query(
          `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF readings FOR VALUES FROM ('${from}') TO ('${to}')`,
        );
      }
    });
  }
}
