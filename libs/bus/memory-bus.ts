import type { Topic } from '#libs/contracts/topics.js';
import type { Bus, Consumption, Delivery, Subscription } from './bus.js';
import { partitionOf } from './partition.js';

/** Messages that a partition of a topic keeps for whoever has begun to read and is behind; beyond them the oldest are lost. */
export const retainedForReaders = 10_000;
/** Messages that it keeps when everybody has read them, for a group that is not yet there. */
export const retainedWhenRead = 1_000;
/** Between two looks at what may go, so that publishing stays cheap; a log may be longer by this much. */
export const trimInterval = 1_000;

interface Log {
  /** Offset of entries[0]. */
  first: number;
  readonly entries: unknown[];
  readonly readers: Set<Reader>;
  /** Next offset per group, kept over the group's subscriptions. */
  readonly checkpoints: Map<string, number>;
  /** Length at which it is trimmed next. */
  trimAt: number;
}

/** The bus inside one process: `npm start` and unit tests. Nothing outlives the process. */
export class MemoryBus implements Bus {
  private readonly logs = new Map<string, Log>();
  private readonly subscriptions = new Set<Subscription>();

  async publish<T extends Topic>(topic: T, message: Delivery<T>['message']): Promise<void> {
    const log = this.log(topic, partitionOf(message.siteId));
    log.entries.push(message);
    if (log.entries.length >= log.trimAt) trim(log);
    for (const reader of log.readers) reader.wake();
  }

  async consume<T extends Topic>(consumption: Consumption<T>): Promise<Subscription> {
    const readers = consumption.partitions.map((partition) => {
      const log = this.log(consumption.topic, partition);
      const { group } = consumption;
      const end = log.first + log.entries.length;
      const start = group === null ? end : (log.checkpoints.get(group) ?? log.first);
      const reader = new Reader(log, start, async (offset, message) => {
        await consumption.handler({
          topic: consumption.topic,
          partition,
          offset: String(offset),
          message,
        } as Delivery<T>);
        if (group !== null) log.checkpoints.set(group, offset + 1);
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
    if (!log) {
      log = { first: 0, entries: [], readers: new Set(), checkpoints: new Map(), trimAt: trimInterval };
      this.logs.set(key, log);
    }
    return log;
  }
}

function trim(log: Log): void {
  const end = log.first + log.entries.length;
  const unread = Math.min(
    end,
    ...log.checkpoints.values(),
    ...[...log.readers].map((reader) => reader.position),
  );
  const keptFrom = Math.max(log.first, end - retainedForReaders, Math.min(unread, end - retainedWhenRead));
  log.entries.splice(0, keptFrom - log.first);
  log.first = keptFrom;
  log.trimAt = log.entries.length + trimInterval;
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

  /** Offset of what it has not handled yet. */
  get position(): number {
    return this.next;
  }

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
