import type { Topic } from '#libs/contracts/topics.js';
import type { Bus, Consumption, Delivery, Subscription } from './bus.js';
import { partitionOf } from './partition.js';

/** How many messages a partition keeps for a group that is behind or not yet there. */
const retainedPerPartition = 10_000;

interface Log {
  /** Offset of entries[0]. */
  first: number;
  readonly entries: unknown[];
  readonly readers: Set<Reader>;
}

/** The bus inside one process: `npm start` and unit tests. Nothing outlives the process. */
export class MemoryBus implements Bus {
  private readonly logs = new Map<string, Log>();
  /** Next offset per group, kept over the group's subscriptions. */
  private readonly checkpoints = new Map<string, number>();
  private readonly subscriptions = new Set<Subscription>();

  async publish<T extends Topic>(topic: T, message: Delivery<T>['message']): Promise<void> {
    const log = this.log(topic, partitionOf(message.siteId));
    log.entries.push(message);
    if (log.entries.length > retainedPerPartition * 2) {
      log.entries.splice(0, retainedPerPartition);
      log.first += retainedPerPartition;
    }
    for (const reader of log.readers) reader.wake();
  }

  async consume<T extends Topic>(consumption: Consumption<T>): Promise<Subscription> {
    const readers = consumption.partitions.map((partition) => {
      const log = this.log(consumption.topic, partition);
      const key = `${consumption.group}/${consumption.topic}/${partition}`;
      const end = log.first + log.entries.length;
      const start = consumption.group === null ? end : (this.checkpoints.get(key) ?? log.first);
      const reader = new Reader(log, start, async (offset, message) => {
        await consumption.handler({
          topic: consumption.topic,
          partition,
          offset: String(offset),
          message,
        } as Delivery<T>);
        if (consumption.group !== null) this.checkpoints.set(key, offset + 1);
      });
      log.readers.add(reader);
      reader.wake();
      return reader;
    });
    const subscription: Subscription = {
      close: async () => {
        this.subscriptions.delete(subscription);
        await Promise.all(readers.map((reader) => reader.close()));
      },
    };
    this.subscriptions.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
  }

  private log(topic: Topic, partition: number): Log {
    const key = `${topic}/${partition}`;
    let log = this.logs.get(key);
    if (!log) this.logs.set(key, (log = { first: 0, entries: [], readers: new Set() }));
    return log;
  }
}

/** Reads one partition in order, one message at a time. */
class Reader {
  private running: Promise<void> | null = null;
  private closed = false;
  private endPause: (() => void) | null = null;

  constructor(
    private readonly log: Log,
    private next: number,
    private readonly handle: (offset: number, message: unknown) => Promise<void>,
  ) {}

  wake(): void {
    if (this.closed) return;
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.log.readers.delete(this);
    this.endPause?.();
    await this.running;
  }

  private async run(): Promise<void> {
    // Handlers start in a turn of their own, so that a publisher never runs its consumers' code.
    await Promise.resolve();
    while (!this.closed && this.next < this.log.first + this.log.entries.length) {
      this.next = Math.max(this.next, this.log.first);
      try {
        await this.handle(this.next, this.log.entries[this.next - this.log.first]);
        this.next++;
      } catch {
        await this.pause(100);
      }
    }
    // Cleared in the same turn as the last look at the log, so that no wake-up falls between.
    this.running = null;
  }

  private pause(duration_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, duration_ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
