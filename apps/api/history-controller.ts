import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { historyRoutes } from '#libs/contracts/http/history-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { readableTypes } from '#libs/devices/event-audience.js';
import { atDevice } from '#libs/entitlements/facts.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { listDeviceEvents, type DeviceEventRow } from '#libs/store/event-history.js';
import type { Pool } from '#libs/store/pool.js';
import { ReadingsRepository, type StoredReading } from '#libs/store/readings/readings-repository.js';
import { readTimeZone } from '#libs/store/locations.js';
import type { SessionQuery } from '#libs/store/session-history.js';
import type { Allowed, Gate } from '#libs/gate/gate.js';
import { allPricedSessions, pricedSessions, type PricedSession } from '#libs/store/priced-sessions.js';
import { addTo, monthOf, noTotal, type Total } from './history/session-totals.js';

type ItemOf<Answer extends { items: readonly unknown[] }> = Answer['items'][number];

@Controller()
export class HistoryController {
  private readonly readings: ReadingsRepository;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
  ) {
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
    const rows = await pricedSessions(
      this.pool,
      {
        ...filterOf(query, allowed, person),
        locationId: params.locationId,
        open: query.open === undefined ? null : query.open === 'true',
      },
      after && { startedAt: new Date(after[0]), transactionId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, sessionView, (row) =>
      encodeCursor('sessions', [row.startedAt.getTime(), row.transactionId]),
    );
  }

  @Route(historyRoutes.getSessionTotals)
  async totals({ person, allowed, params, query }: RouteRequest<typeof historyRoutes.getSessionTotals>) {
    const timeZone = (await readTimeZone(this.pool, params.locationId)) ?? 'UTC';
    const wanted = { ...filterOf(query, allowed, person), locationId: params.locationId, open: null };
    let total = noTotal;
    const months = new Map<string, Total>();
    for await (const page of allPricedSessions(this.pool, wanted)) {
      for (const session of page) {
        total = addTo(total, session);
        const month = monthOf(timeZone, session.startedAt);
        months.set(month, addTo(months.get(month) ?? noTotal, session));
      }
    }
    return {
      ...total,
      months: [...months]
        .map(([month, ofMonth]) => ({ month, ...ofMonth }))
        .toSorted((a, b) => (a.month < b.month ? -1 : 1)),
    };
  }

  @Route(historyRoutes.listDeviceEvents)
  async listEvents({ person, allowed, params, query }: RouteRequest<typeof historyRoutes.listDeviceEvents>) {
    const after = decodeCursor(
      'events',
      [z.number().int(), z.number().int(), z.number().int()],
      query.cursor,
    );
    const ownOnly = allowed.extent === 'own';
    const actions = this.gate.actionsAt(person.personId, atDevice(params.deviceId));
    const rows = await listDeviceEvents(this.pool, {
      deviceId: params.deviceId,
      from: allowed.historyFrom === null ? null : new Date(allowed.historyFrom),
      types: readableTypes({ ownOnly, electrical: actions.includes('electrical') }),
      ofPersonId: ownOnly ? person.personId : null,
      after,
      count: query.limit + 1,
    });
    return pageOf(rows, query.limit, eventView, (row) => encodeCursor('events', [...row.place]));
  }
}

const readingView = (row: StoredReading): ItemOf<RouteAnswer<typeof historyRoutes.listReadings>> => ({
  ...row,
  at: row.at.toISOString(),
});

interface SessionFilter {
  readonly deviceId?: string | undefined;
  readonly idToken?: string | undefined;
  readonly personId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What was asked for, narrowed to what may be seen: a guest's own, and nothing from before the present owner (NB-52). */
function filterOf(
  query: SessionFilter,
  { extent, historyFrom }: Allowed,
  { personId }: { readonly personId: string },
): Pick<SessionQuery, 'ofPersonId' | 'deviceId' | 'idToken' | 'from' | 'to'> {
  const from = query.from === undefined ? historyFrom : Math.max(Date.parse(query.from), historyFrom ?? 0);
  // Somebody else's sessions are none of a guest's: he finds nothing, as if there were none.
  const others = extent === 'own' && query.personId !== undefined && query.personId !== personId;
  return {
    ofPersonId: others ? '' : extent === 'own' ? personId : (query.personId ?? null),
    deviceId: query.deviceId ?? null,
    idToken: query.idToken ?? null,
    from: from === null ? null : new Date(from),
    to: query.to === undefined ? null : new Date(query.to),
  };
}

const sessionView = (row: PricedSession): ItemOf<RouteAnswer<typeof historyRoutes.listSessions>> => ({
  ...row,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

const eventView = (row: DeviceEventRow): ItemOf<RouteAnswer<typeof historyRoutes.listDeviceEvents>> => ({
  ...row,
  at: row.at.toISOString(),
  receivedAt: row.receivedAt.toISOString(),
});
