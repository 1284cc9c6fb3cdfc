import type { Clock } from '#libs/units/clock.js';

/** Lets `burst` messages through at once and `rate` per second in the long run. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly burst: number,
    private readonly rate_perSecond: number,
  ) {
    this.tokens = burst;
    this.filledAt = clock.now();
  }

  /** Takes one; answers how long the sender must now be left unread, 0 when it is within its rate. */
  take(): number {
    const now = this.clock.now();
    // A clock that is set back must not drain the bucket.
    const elapsed_s = Math.max(0, now - this.filledAt) / 1_000;
    this.filledAt = now;
    this.tokens = Math.min(this.burst, this.tokens + elapsed_s * this.rate_perSecond) - 1;
    return this.tokens >= 0 ? 0 : Math.ceil((-this.tokens / this.rate_perSecond) * 1_000);
  }
}
