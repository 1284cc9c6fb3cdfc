import { randomUUID } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { bulkCommandRoutes as routes } from '#libs/contracts/http/bulk-command-routes.js';
import type { Gate, Principal } from '#libs/gate/gate.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { BulkCommandRepository, type BulkCommand, type BulkWork } from '#libs/store/bulk-commands.js';
import { DeviceRepository } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { fitsNoVersion } from '../ocpp-call-check.js';
import { bulkSummary, bulkView, isFinished } from './bulk-view.js';
import { BulkWorker } from './bulk-worker.js';

type Body = RouteRequest<typeof routes.createBulkCommand>['body'];

const mostDevices = 1_000;
/** How often a stream looks; what changed in between is told once. */
const look_ms = 500;

/** One thing asked of many devices; a bulk is seen by who gave it and nobody else. */
@Controller()
export class BulkController {
  private readonly bulks: BulkCommandRepository;
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(POOL) pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BulkWorker) private readonly worker: BulkWorker,
  ) {
    this.bulks = new BulkCommandRepository(pool);
    this.devices = new DeviceRepository(pool);
  }

  @Route(routes.createBulkCommand)
  async create({ person, body }: RouteRequest<typeof routes.createBulkCommand>) {
    const bulk: BulkCommand = {
      bulkId: randomUUID(),
      personId: person.personId,
      work: workOf(body),
      createdAt: new Date(this.clock.now()),
    };
    const deviceIds = await this.select(person, body.selection);
    await this.bulks.insert(
      bulk,
      deviceIds.map((deviceId) => ({ deviceId, commandId: randomUUID() })),
    );
    void this.worker.wake();
    return this.view(person, bulk);
  }

  @Route(routes.getBulkCommand)
  async get({ person, params }: RouteRequest<typeof routes.getBulkCommand>) {
    return this.view(person, await this.own(person, params.bulkId));
  }

  @Route(routes.listBulkCommands)
  async list({ person, query }: RouteRequest<typeof routes.listBulkCommands>) {
    const after = decodeCursor('bulk-commands', [z.number(), z.uuid()], query.cursor);
    const rows = await this.bulks.ofPerson(
      person.personId,
      after && { createdAt: new Date(after[0]), bulkId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, bulkSummary, (row) =>
      encodeCursor('bulk-commands', [row.createdAt.getTime(), row.bulkId]),
    );
  }

  @Route(routes.cancelBulkCommand)
  async cancel({ person, params }: RouteRequest<typeof routes.cancelBulkCommand>) {
    const bulk = await this.own(person, params.bulkId);
    await this.bulks.denyWaiting(bulk.bulkId, 'cancelled');
    for (const item of await this.bulks.items(bulk.bulkId))
      // What was sent meanwhile, or is not his to cancel any more, goes its way.
      if (item.commandState === 'queued') await this.gate.cancel(person, item.commandId);
    return this.view(person, bulk);
  }

  @Route(routes.streamBulkCommand)
  async stream(request: RouteRequest<typeof routes.streamBulkCommand>): Promise<void> {
    const { person, params } = request;
    const bulk = await this.own(person, params.bulkId);
    const stream = request.openEventStream();
    let told = '';
    let looking: NodeJS.Timeout | null = null;
    const look = async (): Promise<void> => {
      const { progress } = await this.view(person, bulk);
      const now = JSON.stringify(progress);
      if (now !== told) stream.send('progress', progress);
      told = now;
      if (isFinished(progress)) return stream.end('finished');
      looking = setTimeout(() => void look().catch(() => stream.end('unavailable')), look_ms);
    };
    stream.whenClosed(() => looking && clearTimeout(looking));
    await look();
  }

  private async own({ personId }: Principal, bulkId: string): Promise<BulkCommand> {
    const bulk = await this.bulks.byId(bulkId);
    if (bulk?.personId !== personId) throw problem('not-found');
    return bulk;
  }

  /** Devices named twice are asked once. A location that is not his to see does not exist for him (T7). */
  private async select(person: Principal, selection: Body['selection']): Promise<readonly string[]> {
    if ('deviceIds' in selection) return [...new Set(selection.deviceIds)];
    const found: string[] = [];
    for (const id of new Set(selection.locationIds)) {
      const seen = await this.gate.check(person, 'telemetry', { kind: 'location', id });
      if (!seen.ok) throw problem(seen.error);
      const devices = await this.devices.ofLocation(id);
      found.push(...devices.filter(({ kind }) => kind === selection.kind).map(({ deviceId }) => deviceId));
    }
    if (found.length > mostDevices) throw problem('selection-too-large');
    return found;
  }

  private async view(person: Principal, bulk: BulkCommand) {
    const items = await this.bulks.items(bulk.bulkId);
    const visible = new Set<string>();
    for (const { deviceId } of items)
      if ((await this.gate.check(person, 'telemetry', { kind: 'device', id: deviceId })).ok)
        visible.add(deviceId);
    return bulkView(bulk, items, (deviceId) => visible.has(deviceId));
  }
}

function workOf({ work, timeout_s }: Body): BulkWork {
  if ('settings' in work) return { kind: 'settings', settings: work.settings };
  const { request } = work;
  if (request.action === 'ocpp-call') {
    const reason = fitsNoVersion(request.message, request.payload);
    if (reason !== null) throw problemWith('not-an-ocpp-call', reason);
  }
  // What cannot be taken back, and what carries a secret, is asked of one device at a time.
  if (request.action === 'factory-reset' || request.action === 'set-network') throw problem('not-in-bulk');
  return { kind: 'command', request, timeout_ms: timeout_s * 1_000 };
}
