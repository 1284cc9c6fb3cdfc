import pg from 'pg';
import type { Pool } from './pool.js';

/** First key of the advisory locks on partitions, per consumer group; the second key is the partition. */
const lockSpaces: Readonly<Record<string, number>> = { allocator: 0x62757361, telemetry: 0x62757462 };

export interface OwnedPartition {
  readonly partition: number;
  /** Rises with each change of owner; what carries an older one is refused at the edge. */
  readonly epoch: number;
}

export interface PartitionOwnershipOptions {
  readonly connectionString: string;
  readonly pool: Pool;
  readonly group: 'allocator' | 'telemetry';
  readonly partitions: readonly number[];
  /** Partitions that are ours from now on. */
  readonly onAcquired: (owned: readonly OwnedPartition[]) => Promise<void>;
  /** All partitions are gone: the session that held the locks died. Must stop acting on them at once. */
  readonly onLost: () => Promise<void>;
  readonly retry_ms: number;
}

/**
 * Owns partitions by PostgreSQL session advisory locks: at most one process acts on a partition, and a process that dies
 * or loses its connection loses them without anybody's help. The first process takes every partition; further ones stand by
 * and take over within `retry_ms`.
 */
export class PartitionOwnership {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly owned = new Set<number>();
  private closed = false;

  constructor(private readonly options: PartitionOwnershipOptions) {}

  async start(): Promise<void> {
    await this.acquire();
    this.schedule();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.acquire()
        .catch(() => undefined)
        .finally(() => this.schedule());
    }, this.options.retry_ms);
  }

  private async acquire(): Promise<void> {
    const wanted = this.options.partitions.filter((partition) => !this.owned.has(partition));
    if (wanted.length === 0) {
      await this.client?.query('SELECT 1');
      return;
    }
    const client = (this.client ??= await this.connect());
    const { rows } = await client.query<{ partition: number }>(
      `SELECT partition FROM unnest($2::int[]) AS partition WHERE pg_try_advisory_lock($1, partition)`,
      [lockSpaces[this.options.group], wanted],
    );
    if (rows.length === 0) return;
    const partitions = rows.map((row) => row.partition);
    const epochs = await this.options.pool.query<OwnedPartition>(
      `INSERT INTO partition_epochs AS known (consumer_group, partition, epoch)
       SELECT $1, partition, 1 FROM unnest($2::int[]) AS partition
       ON CONFLICT (consumer_group, partition) DO UPDATE SET epoch = known.epoch + 1
       RETURNING partition, epoch`,
      [this.options.group, partitions],
    );
    for (const partition of partitions) this.owned.add(partition);
    await this.options.onAcquired(epochs.rows);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.options.connectionString, keepAlive: true });
    const lost = () => {
      if (this.client !== client) return;
      this.client = null;
      this.owned.clear();
      void this.options.onLost();
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    return client;
  }
}
