import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { historyRoutes } from '#libs/contracts/http/history-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { listDeviceEvents, type DeviceEventRow } from '#libs/store/event-history.js';
import type { Pool } from '#libs/store/pool.js';
import { ReadingsRepository, type StoredReading } from '#libs/store/readings/readings-repository.js';
import { listSessions, type SessionRow } from '#libs/store/session-history.js';

type ItemOf<Answer extends { items: readonly unknown[] }> = Answer['items'][number];

@Controller()
export class HistoryController {
  private readonly readings: ReadingsRepository;

  constructor(@Inject(POOL) private readonly pool: Pool) {
    this.readings = new ReadingsRepository(pool);
  }

  @Route(historyRoutes.listReadings)
  async listReadings({ allowed, params, query }: RouteRequest<typeof historyRoutes.listReadings>) {
    const after = decodeCursor('readings', [z.number()], query.cursor);
    const wanted = {
      deviceId: params.deviceId,
      connector: query.connector,
      // NB-52: what was before the present owner is not shown.
      from: new Date(Math.max(Date.parse(query.from), allowed.historyFrom ?? 0)),
      to: new Date(query.to),
      after: after && new Date(after[0]),
      count: query.limit + 1,
    };
    const rows =
      query.resolution === 'raw' ? await this.readings.raw(wanted) : await this.readings.minutes(wanted);
    return pageOf(rows, query.limit, readingView, (row) => encodeCursor('readings', [row.at.getTime()]));
  }

  /** A guest has history of the own sessions only (H: own). */
  @Route(historyRoutes.listSessions)
  async listSessions({ person, allowed, params, query }: RouteRequest<typeof historyRoutes.listSessions>) {
    const after = decodeCursor('sessions', [z.number(), z.number().int()], query.cursor);
    const rows = await listSessions(this.pool, {
      locationId: params.locationId,
      ofPersonId: allowed.extent === 'own' ? person.personId : null,
      from: allowed.historyFrom === null ? null : new Date(allowed.historyFrom),
      to: null,
      open: query.open === undefined ? null : query.open === 'true',
      after: after && { startedAt: new Date(after[0]), transactionId: after[1] },
      count: query.limit + 1,
    });
    return pageOf(rows, query.limit, sessionView, (row) =>
      encodeCursor('sessions', [row.startedAt.getTime(), row.transactionId]),
    );
  }

  @Route(historyRoutes.listDeviceEvents)
  async listEvents({ allowed, params, query }: RouteRequest<typeof historyRoutes.listDeviceEvents>) {
    const after = decodeCursor(
      'events',
      [z.number().int(), z.number().int(), z.number().int()],
      query.cursor,
    );
    const rows = await listDeviceEvents(
      this.pool,
      params.deviceId,
      allowed.historyFrom === null ? null : new Date(allowed.historyFrom),
      after,
      query.limit + 1,
    );
    return pageOf(rows, query.limit, eventView, (row) => encodeCursor('events', [...row.place]));
  }
}

const readingView = (row: StoredReading): ItemOf<RouteAnswer<typeof historyRoutes.listReadings>> => ({
  ...row,
  at: row.at.toISOString(),
});

const sessionView = (row: SessionRow): ItemOf<RouteAnswer<typeof historyRoutes.listSessions>> => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
  energy_Wh: row.meterStop_Wh === null ? null : row.meterStop_Wh - row.meterStart_Wh,
});

const eventView = (row: DeviceEventRow): ItemOf<RouteAnswer<typeof historyRoutes.listDeviceEvents>> => ({
  ...row,
  at: row.at.toISOString(),
  receivedAt: row.receivedAt.toISOString(),
});
