import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import { exportRoutes as routes } from '#libs/contracts/http/export-routes.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { entitlementOf } from '#libs/entitlements/proof.js';
import type { Gate, Principal } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest, StreamAnswer } from '#libs/platform/http/route-request.js';
import { CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import {
  exportById,
  insertExport,
  readExport,
  type ExportFormat,
  type ExportJob,
} from '#libs/store/exports.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { ExportWorker } from './export-worker.js';

/** Files are kept a week. */
const keptFor_ms = 7 * 86_400_000;
const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Charging data as files (NB-90). */
@Controller()
export class ExportController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(ExportWorker) private readonly worker: ExportWorker,
  ) {}

  @Route(routes.createExport)
  async create({ person, allowed, params, body }: RouteRequest<typeof routes.createExport>) {
    const now = this.clock.now();
    // NB-52: what was before the present owner is not theirs to take along; nor is what is to come.
    const from = Math.max(Date.parse(body.from), allowed.historyFrom ?? 0);
    const job: ExportJob = {
      exportId: randomUUID(),
      locationId: params.locationId,
      personId: person.personId,
      entitlement: entitlementOf(allowed.proof),
      ownOnly: allowed.extent === 'own',
      format: body.format,
      from: new Date(from),
      to: new Date(Math.max(from, Math.min(Date.parse(body.to), now))),
      state: 'queued',
      reason: null,
      sessions: 0,
      total: null,
      requestedAt: new Date(now),
      expiresAt: new Date(now + keptFor_ms),
    };
    await insertExport(this.pool, job);
    this.worker.wake();
    return view(job);
  }

  @Route(routes.getExport)
  async get({ person, params }: RouteRequest<typeof routes.getExport>) {
    return view(await this.read(person, params.exportId));
  }

  @Route(routes.downloadExport)
  async download({ person, params }: RouteRequest<typeof routes.downloadExport>): Promise<StreamAnswer> {
    const job = await this.read(person, params.exportId);
    await this.requireStillAllowed(person, job);
    if (job.state !== 'ready') throw problem('export-not-ready');
    const day = job.requestedAt.toISOString().slice(0, 10);
    return {
      status: 200,
      headers: {
        'content-type': mediaTypes[job.format],
        'content-disposition': `attachment; filename="charging-sessions-${day}.${job.format}"`,
        'cache-control': 'no-store',
      },
      body: Readable.from(readExport(this.pool, job.exportId), { objectMode: false }),
    };
  }

  /** Only who asked for it knows of it. */
  private async read(person: Principal, exportId: string): Promise<ExportJob> {
    const job = await exportById(this.pool, exportId, new Date(this.clock.now()));
    if (job?.personId !== person.personId) throw problem('not-found');
    return job;
  }

  /** T9: the right is judged at the download; a former owner keeps what was made in his own time (NB-52). */
  private async requireStillAllowed(person: Principal, job: ExportJob): Promise<void> {
    if (job.entitlement.startsWith('owner:')) return;
    const decision = await this.gate.check(person, 'history', atLocation(job.locationId));
    if (!decision.ok) throw problem(decision.error);
    const { extent, historyFrom } = decision.value;
    if (extent === 'own' && !job.ownOnly) throw problem('forbidden');
    if (historyFrom !== null && historyFrom > job.from.getTime()) throw problem('forbidden');
  }
}

const view = (job: ExportJob): RouteAnswer<typeof routes.getExport> => ({
  exportId: job.exportId,
  locationId: job.locationId,
  format: job.format,
  from: job.from.toISOString(),
  to: job.to.toISOString(),
  state: job.state,
  reason: job.reason,
  sessions: job.sessions,
  total: job.total,
  expiresAt: job.expiresAt.toISOString(),
});
