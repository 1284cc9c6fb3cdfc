import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import {
  addExportPiece,
  deleteExpiredExports,
  endExport,
  takeExport,
  touchExport,
  type ExportJob,
} from '#libs/store/exports.js';
import type { Pool } from '#libs/store/pool.js';
import { countSessions, type SessionQuery } from '#libs/store/session-history.js';
import type { Clock } from '#libs/units/clock.js';
import { allPricedSessions, type PricedSession } from '#libs/store/priced-sessions.js';
import { csvHead, csvLines, mostSessionsInWorkbook, workbook } from './session-file.js';

const interval_ms = 1_000;
/** A job whose process was silent for so long is taken over. */
const abandonedAfter_ms = 60_000;

/** Makes the files that people asked for, one at a time; a job outlives the process that works on it. */
@Injectable()
export class ExportWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> | null = null;
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
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
    this.working ??= this.drain()
      .catch((error: unknown) => this.logger.error({ err: error }, 'exports could not be made; trying again'))
      .finally(() => (this.working = null));
  }

  private async drain(): Promise<void> {
    await deleteExpiredExports(this.pool, new Date(this.clock.now()));
    while (!this.stopped) {
      const now = this.clock.now();
      const job = await takeExport(this.pool, new Date(now), new Date(now - abandonedAfter_ms));
      if (!job) return;
      try {
        await this.make(job);
      } catch (error) {
        this.logger.error({ err: error, exportId: job.exportId }, 'an export failed');
        await endExport(this.pool, job.exportId, 'internal-error');
      }
    }
  }

  private async make(job: ExportJob): Promise<void> {
    const { exportId } = job;
    const query: SessionQuery = {
      locationId: job.locationId,
      ofPersonId: job.ownOnly ? job.personId : null,
      deviceId: null,
      idToken: null,
      open: null,
      from: job.from,
      to: job.to,
    };
    const total = await countSessions(this.pool, query);
    if (job.format === 'xlsx' && total > mostSessionsInWorkbook) {
      await endExport(this.pool, exportId, 'too-many-for-xlsx');
      return;
    }
    let number = 0;
    let written = 0;
    const add = (bytes: Buffer): Promise<void> =>
      addExportPiece(this.pool, exportId, { number: number++, bytes });
    const held: PricedSession[] = [];
    if (job.format === 'csv') await add(csvHead());
    for await (const page of allPricedSessions(this.pool, query)) {
      // Left as it is, the next process begins it anew.
      if (this.stopped) return;
      if (job.format === 'csv') await add(csvLines(page));
      else held.push(...page);
      written += page.length;
      await touchExport(this.pool, exportId, written, Math.max(total, written), new Date(this.clock.now()));
    }
    if (job.format === 'xlsx') await add(await workbook(held));
    await touchExport(this.pool, exportId, written, Math.max(total, written), new Date(this.clock.now()));
    await endExport(this.pool, exportId, null);
  }
}
