import type { Clock } from '#libs/units/clock.js';
import { epochMilliseconds, type EpochMilliseconds, type Milliseconds } from '#libs/units/quantities.js';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  constructor(private instant: EpochMilliseconds = epochMilliseconds(Date.UTC(2026, 0, 5, 8))) {}

  now(): EpochMilliseconds {
    return this.instant;
  }

  advance(duration: Milliseconds): void {
    this.instant = epochMilliseconds(this.instant + duration);
  }

  set(instant: EpochMilliseconds): void {
    this.instant = instant;
  }
}
