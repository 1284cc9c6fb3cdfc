import { Redis } from 'ioredis';
import { topicSchemas, type Topic } from '#libs/contracts/topics.js';
import type { Bus, Consumption, Delivery, Subscription } from './bus.js';
import { partitionOf } from './partition.js';

export interface RedisBusOptions {
  readonly url: string;
  /** Prefix of every key; two houses can share one Redis. */
  readonly prefix: string;
  /** Messages kept per partition and topic, about; a consumer further behind than this has a gap. */
  readonly retainedPerPartition: number;
  /** A message that no longer fits its schema (a newer release's, or foreign) is reported here and skipped. */
  readonly onUnreadable: (topic: Topic, offset: string, problem: string) => void;
}

/**
 * Redis Streams: one stream per topic and partition, XADD to publish, blocking XREAD to follow. Redis consumer groups are
 * not used: they spread one partition over consumers and lose its order; who reads a partition is decided elsewhere
 * (partition ownership), and progress is one hash per group. Keys carry a hash tag per partition, so a cluster works.
 */
export class RedisBus implements Bus {
  private readonly client: Redis;
  private readonly followers = new Set<Follower>();

  private constructor(private readonly options: RedisBusOptions) {
    this.client = connect(options.url);
  }

  /** Resolves when Redis answers; rejects with a sentence when it does not. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    try {
      await bus.client.ping();
    } catch (cause) {
      await bus.close();
      throw new Error(
        `Redis does not answer at ${new URL(options.url).host}. Start it, or correct BUSBAR_REDIS_URL.`,
        { cause },
      );
    }
    return bus;
  }

  async publish<T extends Topic>(topic: T, message: Delivery<T>['message']): Promise<void> {
    const key = streamKey(this.options.prefix, topic, partitionOf(message.siteId));
    // Issued in the caller's turn: two publications of one caller keep their order.
    await this.client.xadd(
      key,
      'MAXLEN',
      '~',
      this.options.retainedPerPartition,
      '*',
      'm',
      JSON.stringify(message),
    );
  }

  async consume<T extends Topic>(consumption: Consumption<T>): Promise<Subscription> {
    const follower = new Follower(this.client, consumption as unknown as Consumption<Topic>, this.options);
    this.followers.add(follower);
    await follower.begin();
    return {
      close: async () => {
        this.followers.delete(follower);
        await follower.close();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.followers].map((follower) => follower.close()));
    this.followers.clear();
    this.client.disconnect();
  }
}

/** One consumption: a connection of its own, because XREAD blocks it. */
class Follower {
  private readonly reader: Redis;
  private readonly positions = new Map<string, { partition: number; offset: string }>();
  private running: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly client: Redis,
    private readonly consumption: Consumption<Topic>,
    private readonly options: RedisBusOptions,
  ) {
    this.reader = connect(options.url);
  }

  async begin(): Promise<void> {
    const { topic, partitions, group } = this.consumption;
    for (const partition of partitions) {
      const key = streamKey(this.options.prefix, topic, partition);
      const saved = group === null ? null : await this.client.hget(this.checkpointKey(partition), topic);
      const offset = saved ?? (group === null ? await this.lastOffset(key) : '0-0');
      this.positions.set(key, { partition, offset });
    }
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.reader.disconnect();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      try {
        const keys = [...this.positions.keys()];
        const offsets = [...this.positions.values()].map(({ offset }) => offset);
        const answer = await this.reader.xread('COUNT', 256, 'BLOCK', 1_000, 'STREAMS', ...keys, ...offsets);
        // Partitions are independent: one that waits on its handler does not hold up the others of this batch.
        await Promise.all((answer ?? []).map(([key, entries]) => this.deliver(key, entries)));
      } catch {
        if (!this.closed) await pause(200);
      }
    }
  }

  private async deliver(key: string, entries: readonly [id: string, fields: string[]][]): Promise<void> {
    const position = this.positions.get(key);
    if (!position) return;
    for (const [offset, fields] of entries) {
      if (this.closed) return;
      const message = this.read(offset, fields[1] ?? '');
      while (message !== null && !this.closed) {
        try {
          await this.consumption.handler({
            topic: this.consumption.topic,
            partition: position.partition,
            offset,
            message,
          });
          break;
        } catch {
          await pause(100);
        }
      }
      if (this.closed) return;
      position.offset = offset;
    }
    if (this.consumption.group !== null)
      await this.client.hset(this.checkpointKey(position.partition), this.consumption.topic, position.offset);
  }

  private read(offset: string, text: string): Delivery<Topic>['message'] | null {
    const { topic } = this.consumption;
    try {
      return topicSchemas[topic].parse(JSON.parse(text));
    } catch (problem) {
      this.options.onUnreadable(topic, offset, problem instanceof Error ? problem.message : String(problem));
      return null;
    }
  }

  private async lastOffset(key: string): Promise<string> {
    const [last] = await this.client.xrevrange(key, '+', '-', 'COUNT', 1);
    return last?.[0] ?? '0-0';
  }

  private checkpointKey(partition: number): string {
    return `${this.options.prefix}:{${partition}}:checkpoint:${this.consumption.group}`;
  }
}

const streamKey = (prefix: string, topic: Topic, partition: number): string =>
  `${prefix}:{${partition}}:${topic}`;

function connect(url: string): Redis {
  const client = new Redis(url, {
    maxRetriesPerRequest: 3,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(times * 50, 2_000),
  });
  // ioredis reconnects by itself; without a listener an 'error' event would end the process.
  client.on('error', () => undefined);
  return client;
}

const pause = (duration_ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, duration_ms));
