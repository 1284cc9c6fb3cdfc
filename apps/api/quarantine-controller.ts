import { Controller, Inject } from '@nestjs/common';
import type { Bus } from '#libs/bus/bus.js';
import { quarantineRoutes } from '#libs/contracts/http/quarantine-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { BUS, CLOCK, POOL } from '#libs/platform/tokens.js';
import { Quarantine, type MatchedEnd } from '#libs/store/journal/quarantine.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { SiteChanges } from './site-changes.js';

/** Stops in one answer. */
const oldest = 200;

/** Stops that fitted no transaction, and what a person makes of them. */
@Controller()
export class QuarantineController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SiteChanges) private readonly changes: SiteChanges,
  ) {}

  @Route(quarantineRoutes.listQuarantinedStops)
  async list({ params }: RouteRequest<typeof quarantineRoutes.listQuarantinedStops>) {
    const stops = await new Quarantine(this.pool).open(params.locationId, oldest);
    return {
      items: stops.map((stop) => ({
        ...stop,
        stoppedAt: stop.stoppedAt.toISOString(),
        receivedAt: stop.receivedAt.toISOString(),
        candidates: stop.candidates.map((each) => ({ ...each, startedAt: each.startedAt.toISOString() })),
      })),
    };
  }

  @Route(quarantineRoutes.resolveQuarantinedStop)
  async resolve({
    person,
    params,
    body,
  }: RouteRequest<typeof quarantineRoutes.resolveQuarantinedStop>): Promise<void> {
    const { locationId } = params;
    const stopId = Number(params.stopId);
    if (!Number.isSafeInteger(stopId) || stopId < 1) throw problem('not-found');
    const { transactionId } = body;
    let matched: MatchedEnd | null = null;
    await this.changes.run(
      { actor: person.personId, right: 'electrical', locationId, subject: 'devices' },
      async (client) => {
        const quarantine = new Quarantine(client);
        const now = this.clock.now();
        if (transactionId === null) {
          if (!(await quarantine.dismiss(locationId, stopId, now))) throw problem('not-found');
        } else {
          matched = await quarantine.match(locationId, stopId, transactionId, now);
          if (!matched) throw problem('stop-does-not-fit');
        }
        return { action: 'quarantined-stop-resolved', subjectId: null, detail: { stopId, transactionId } };
      },
    );
    if (matched) await this.announce(locationId, matched);
  }

  /** The journal has it; those who follow the bus hear of the end like of any other. */
  private announce(siteId: string, end: MatchedEnd): Promise<void> {
    const { deviceId, connector, transactionId, meterStop_Wh, reason } = end;
    return this.bus.publish('observations', {
      siteId,
      deviceId,
      deviceKind: 'charger',
      deviceTime: end.stoppedAt.getTime(),
      receivedAt: end.receivedAt.getTime(),
      event: { type: 'transaction-ended', connector, transactionId, meterStop_Wh, reason },
    });
  }
}
