import type pg from 'pg';
import { readFacts } from '#libs/store/entitlement-facts.js';
import { loadEntitlements } from '#libs/store/entitlement-load.js';
import { entitlementChannel, readLog, type LogEntry } from '#libs/store/entitlement-log.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { EntitlementSnapshot, Concerned } from './snapshot.js';

/** The log is asked this often even when nobody rings; NOTIFY only makes it sooner. */
const pollInterval_ms = 250;
const readTimeout_ms = 3_000;
const entriesPerRead = 1_000;

export interface TailOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly snapshot: EntitlementSnapshot;
  /** After each read of the log, also when it held nothing new. Null: everything was loaded anew. */
  readonly onRead: (concerned: Concerned | null) => void;
  readonly onError: (error: unknown) => void;
  /** At every turn, whether or not the log could be read. */
  readonly onTurn: () => void;
}

/** Keeps the snapshot current: one full load, then the log, entry by entry; a hole in it means a full load again. */
export class EntitlementTail {
  private sequence = 0;
  private readAt: number | null = null;
  private readBegan = 0;
  private client: pg.PoolClient | null = null;
  private timer: NodeJS.Timeout | null = null;
  private reading: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private readonly waiting = new Set<{ sequence: number; resolve: () => void }>();

  constructor(private readonly options: TailOptions) {}

  async start(): Promise<void> {
    await this.load();
    await this.listen();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.reading;
    this.drop(this.client);
    for (const waiter of this.waiting) waiter.resolve();
  }

  /** How old the snapshot may be at most: the time since the last complete read of the log began. */
  age_ms(): number {
    return this.readAt === null ? Number.POSITIVE_INFINITY : this.options.clock.now() - this.readAt;
  }

  /** Resolves when the snapshot has seen the log entry, so that a writer reads its own change. */
  async caughtUp(sequence: number): Promise<void> {
    if (this.sequence >= sequence || this.stopped) return;
    const done = new Promise<void>((resolve) => this.waiting.add({ sequence, resolve }));
    this.wake();
    await done;
  }

  private wake(): void {
    if (this.stopped) return;
    if (this.reading) {
      this.again = true;
      return;
    }
    this.readBegan = this.options.clock.now();
    this.reading = this.read()
      .catch((error: unknown) => {
        this.options.onError(error);
        // The connection may be half dead; a new one is made at the next turn.
        this.drop(this.client);
      })
      .finally(() => {
        this.reading = null;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      // A read that hangs on a partitioned network is given up with its connection.
      if (this.reading && this.options.clock.now() - this.readBegan > readTimeout_ms) this.drop(this.client);
      this.options.onTurn();
      this.wake();
      this.schedule();
    }, pollInterval_ms);
  }

  private async listen(): Promise<pg.PoolClient> {
    const client = await this.options.pool.connect();
    client.on('notification', () => this.wake());
    // Without a listener a lost connection would end the process; the next turn notices and connects again.
    client.on('error', () => this.drop(client));
    this.client = client;
    await client.query(`LISTEN ${entitlementChannel}`);
    return client;
  }

  private drop(client: pg.PoolClient | null): void {
    if (client === null || this.client !== client) return;
    this.client = null;
    client.release(true);
  }

  private async read(): Promise<void> {
    const client = this.client ?? (await this.listen());
    for (;;) {
      const startedAt = this.options.clock.now();
      const { entries, head } = await readLog(client, this.sequence, entriesPerRead);
      if (head < this.sequence || !contiguous(entries, this.sequence)) {
        await this.load();
        return;
      }
      const concerned = entries.length > 0 ? await this.take(client, entries) : nobody;
      this.readAt = startedAt;
      this.advance(entries.at(-1)?.sequence ?? this.sequence);
      this.options.onRead(concerned);
      if (entries.length < entriesPerRead) return;
    }
  }

  private async take(client: pg.PoolClient, entries: readonly LogEntry[]): Promise<Concerned> {
    const idsOf = (subject: LogEntry['subject']): string[] => [
      ...new Set(entries.filter((entry) => entry.subject === subject).map((entry) => entry.subjectId)),
    ];
    const ids = {
      membership: idsOf('membership'),
      grant: idsOf('grant'),
      customer: idsOf('customer'),
      location: idsOf('location'),
      building: idsOf('building'),
      installation: idsOf('installation'),
      device: idsOf('device'),
    };
    return this.options.snapshot.apply(ids, await readFacts(client, ids));
  }

  private async load(): Promise<void> {
    const startedAt = this.options.clock.now();
    const { sequence, table } = await loadEntitlements(this.options.pool);
    this.options.snapshot.table = table;
    this.readAt = startedAt;
    this.advance(sequence);
    this.options.onRead(null);
  }

  private advance(sequence: number): void {
    this.sequence = sequence;
    for (const waiter of this.waiting) {
      if (waiter.sequence > sequence) continue;
      this.waiting.delete(waiter);
      waiter.resolve();
    }
  }
}

const nobody: Concerned = { people: new Set(), locations: new Set(), everything: false };

const contiguous = (entries: readonly LogEntry[], after: number): boolean =>
  entries.every((entry, index) => entry.sequence === after + index + 1);
