import type { Clock } from '#libs/units/clock.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';

/** The database's time, in milliseconds since the epoch. */
export type ReadDatabaseTime = () => Promise<number>;

/** How fast our time still goes while the database's is behind it: never back, never still. */
const slowest = 0.5;
/** A reading that took longer tells too little. */
const longestReading_ms = 500;
const readingsAtStart = 3;

/**
 * One time for all processes (T11): the database's, carried on between readings by a counter that no one can set. It never
 * goes back; when the database's time does, ours goes at half speed until both agree. Whatever the clocks of the
 * machines show changes nothing.
 */
export class DatabaseClock implements Clock {
  private offset_ms = 0;
  private lastCounter_ms: number;
  private last_ms = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly read: ReadDatabaseTime,
    private readonly counter_ms: () => number,
  ) {
    this.lastCounter_ms = counter_ms();
  }

  /** @param counter_ms a steady counter, e.g. `performance.now` */
  static async open(read: ReadDatabaseTime, counter_ms: () => number): Promise<DatabaseClock> {
    const clock = new DatabaseClock(read, counter_ms);
    let shortest_ms = Number.POSITIVE_INFINITY;
    for (let reading = 0; reading < readingsAtStart; reading++) {
      shortest_ms = await clock.take(shortest_ms);
    }
    return clock;
  }

  now(): EpochMilliseconds {
    const counter_ms = this.counter_ms();
    const passed_ms = counter_ms - this.lastCounter_ms;
    const wanted_ms = counter_ms + this.offset_ms;
    const least_ms = this.last_ms + passed_ms * slowest;
    this.last_ms = Math.max(wanted_ms, least_ms);
    this.lastCounter_ms = counter_ms;
    return epochMilliseconds(Math.floor(this.last_ms));
  }

  /** Reads the database's time again. Throws what the reading throws; the clock goes on by its counter. */
  async synchronise(): Promise<void> {
    await this.take(longestReading_ms);
  }

  /** Takes a reading over if it was shorter than `limit_ms`; answers the shorter of the two. */
  private async take(limit_ms: number): Promise<number> {
    const before_ms = this.counter_ms();
    const database_ms = await this.read();
    const after_ms = this.counter_ms();
    const took_ms = after_ms - before_ms;
    if (took_ms >= limit_ms) return limit_ms;
    this.offset_ms = database_ms + took_ms / 2 - after_ms;
    return took_ms;
  }
}
