import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import { takeLingering } from '#libs/store/lingering-access.js';
import { queueMail } from '#libs/store/mail-queue.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';

const interval_ms = 60_000;
const atOnce = 100;
/** An owner is told a quarter of a year after he gave an access, and every quarter after that. */
export const reminderAfter_ms = 90 * 24 * 3_600_000;

/** Reminds owners of partners who still have access, so that nobody keeps it only because it was forgotten. */
@Injectable()
export class ReminderWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> = Promise.resolve();

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.pass(), interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  /** One round, after the one that runs. A failure is logged; the next round tries again. */
  pass(): Promise<void> {
    this.working = this.working
      .then(() => this.round())
      .catch((error: unknown) => this.logger.error({ error }, 'owners could not be reminded'));
    return this.working;
  }

  private async round(): Promise<void> {
    const now = this.clock.now();
    await inTransaction(this.pool, async (client) => {
      const locations = await takeLingering(client, new Date(now - reminderAfter_ms), new Date(now), atOnce);
      for (const subjectId of locations) {
        const mail = {
          template: 'lingering-access',
          recipient: null,
          subjectId,
          language: 'en',
          link: null,
        } as const;
        await queueMail(client, mail, new Date(now));
      }
    });
  }
}
