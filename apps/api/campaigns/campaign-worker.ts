import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import { campaignsToFollow } from '#libs/store/firmware-campaigns.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { CampaignRound } from './campaign-round.js';

const interval_ms = 1_000;
/** First key of the advisory locks under which a campaign is worked on. */
const campaignLock = 0x66777061;

/**
 * Follows the campaigns that go on. All that it knows is in the tables, so any process may take the next round, and one
 * that died in the middle loses nothing.
 */
@Injectable()
export class CampaignWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CampaignRound) private readonly round: CampaignRound,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.pass(), interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  /** One round of every campaign, or the round that runs already. A failure is logged and tried again. */
  pass(): Promise<void> {
    this.working ??= this.all()
      .catch((error: unknown) => this.logger.error({ err: error }, 'firmware campaigns could not be read'))
      .finally(() => (this.working = null));
    return this.working;
  }

  private async all(): Promise<void> {
    for (const campaignId of await campaignsToFollow(this.pool)) {
      if (this.stopped) return;
      try {
        await this.alone(campaignId, () => this.round.play(campaignId, this.clock.now()));
      } catch (error) {
        this.logger.error({ err: error, campaignId }, 'a firmware campaign stands still; trying again');
      }
    }
  }

  /** Unless another process is at it. */
  private async alone(campaignId: string, work: () => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    const key = [campaignLock, campaignId];
    let broken: Error | undefined;
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked',
        key,
      );
      if (!rows[0]?.locked) return;
      try {
        await work();
      } finally {
        await client
          .query('SELECT pg_advisory_unlock($1, hashtext($2))', key)
          .catch((error: Error) => (broken = error));
      }
    } finally {
      // A connection that kept its lock must not go back to the others.
      client.release(broken);
    }
  }
}
