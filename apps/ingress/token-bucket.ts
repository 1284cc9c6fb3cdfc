import type { Clock } from '#libs/units/clock.js';

/** Lets `burst` units (messages, bytes, connections) through at once and `rate` per second in the long run. */
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

  /** Takes one; answers how long the sender must now be left unread in ms, 0 when it is within its rate. */
  take(): number {
    return this.takeMany(1);
  }

  /** The same for `amount`. */
  takeMany(amount: number): number {
    this.fill();
    this.tokens -= amount;
    return this.tokens >= 0 ? 0 : Math.ceil((-this.tokens / this.rate_perSecond) * 1_000);
  }

  /** Takes one only when there is one: who is refused does not have to wait longer for it. */
  takeIfThere(): boolean {
    this.fill();
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  private fill(): void {
    const now = this.clock.now();
    // A clock that is set back must not drain the bucket.
    const elapsed_s = Math.max(0, now - this.filledAt) / 1_000;
    this.filledAt = now;
    this.tokens = Math.min(this.burst, this.tokens + elapsed_s * this.rate_perSecond);
  }
}
