import type { Clock } from '#libs/units/clock.js';
import { TokenBucket } from '../token-bucket.js';

export interface ConnectThrottleLimits {
  /** Connections one address may open at once, and per second in the long run. */
  readonly burst_connects: number;
  readonly rate_connectsPerSecond: number;
}

/**
 * Holds back addresses that connect over and over, before a byte of theirs is read. Many devices may share an address
 * behind a carrier's translation, so the bounds are wide.
 */
export class ConnectThrottle {
  private readonly buckets = new Map<string, { readonly bucket: TokenBucket; lastAt: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: ConnectThrottleLimits,
  ) {}

  admits(address: string): boolean {
    const { burst_connects, rate_connectsPerSecond } = this.limits;
    let entry = this.buckets.get(address);
    if (!entry) {
      entry = { bucket: new TokenBucket(this.clock, burst_connects, rate_connectsPerSecond), lastAt: 0 };
      this.buckets.set(address, entry);
    }
    entry.lastAt = this.clock.now();
    return entry.bucket.takeIfThere();
  }

  /** Forgets addresses whose bucket has filled up again. */
  tidy(): void {
    const { burst_connects, rate_connectsPerSecond } = this.limits;
    const full_ms = (burst_connects / rate_connectsPerSecond) * 1_000;
    const now = this.clock.now();
    for (const [address, { lastAt }] of this.buckets)
      if (now - lastAt > full_ms) this.buckets.delete(address);
  }

  get addresses(): number {
    return this.buckets.size;
  }
}
