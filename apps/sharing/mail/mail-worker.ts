import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import { deliverNext } from '#libs/store/mail-queue.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { MailWriter } from './mail-writer.js';

/** The queue is looked at this often even when nobody wakes us: other processes queue too. */
const interval_ms = 1_000;

/** Empties the mail queue in the background, so that no answer waits for a mail (T2). */
@Injectable()
export class MailWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(MailWriter) private readonly writer: MailWriter,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  wake(): void {
    if (this.stopped) return;
    if (this.working) {
      this.again = true;
      return;
    }
    this.working = this.drain()
      .catch((error: unknown) => this.logger.error({ error }, 'the mail queue could not be read'))
      .finally(() => {
        this.working = null;
        if (!this.again) return;
        this.again = false;
        this.wake();
      });
  }

  private async drain(): Promise<void> {
    let more = true;
    while (more && !this.stopped) {
      const now = this.clock.now();
      more = await deliverNext(
        this.pool,
        new Date(now),
        (mail, client) => this.writer.deliver(mail, client, now),
        (error) => this.logger.error({ error }, 'a mail could not be sent; it is tried again'),
      );
    }
  }
}
