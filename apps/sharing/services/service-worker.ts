import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { isLive, stepService } from '#libs/entitlements/service-subscription.js';
import type { Logger } from '#libs/platform/logger.js';
import { CLOCK, LOGGER, POOL } from '#libs/platform/tokens.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { entitlementLock } from '#libs/store/entitlement-log.js';
import { confirmSim, postponeSim, simsToSwitch, wantSim, type HubSim } from '#libs/store/hub-sims.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import {
  endedServices,
  serviceById,
  servicesOn,
  servicesToBill,
  storeService,
  type ServiceRow,
} from '#libs/store/services.js';
import type { Clock } from '#libs/units/clock.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { book } from './bills.js';
import { SIM_CARRIER, type SimCarrier } from './sim-carrier.js';

const interval_ms = 1_000;
const atOnce = 50;
/** Bills are complete whenever they are read; this only writes the lines of those that nobody reads. */
const billing_ms = 3_600_000;
const backOff_ms = (attempts: number): number => Math.min(2 ** attempts * 1_000, 15 * 60_000);

/**
 * Switches SIMs until their carrier has confirmed it (5E) and tidies up what has ended. Nobody waits for it to know the
 * state of a service: that follows from the instants in its row.
 */
@Injectable()
export class ServiceWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> = Promise.resolve();
  private stopped = false;
  private billedUntil = 0;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SIM_CARRIER) private readonly carrier: SimCarrier,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.pass(), interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  /** One round, after the one that runs; resolves when it is through. A failure is logged and tried again. */
  pass(): Promise<void> {
    this.working = this.working
      .then(() => (this.stopped ? undefined : this.round(this.clock.now())))
      .catch((error: unknown) => this.logger.error({ error }, 'services could not be tidied up'));
    return this.working;
  }

  private async round(now: EpochMilliseconds): Promise<void> {
    for (const { serviceId } of await endedServices(this.pool, new Date(now), atOnce)) {
      await this.system((client) => this.end(client, serviceId, now));
    }
    for (const sim of await simsToSwitch(this.pool, new Date(now), atOnce)) await this.switch(sim, now);
    if (now < this.billedUntil) return;
    const services = await servicesToBill(this.pool, new Date(now - 62 * 86_400_000));
    await inTransaction(this.pool, (client) => book(client, services, now));
    this.billedUntil = now + billing_ms;
  }

  /** Its end has come: the row says so, and a SIM that served nothing else goes off. */
  private async end(client: pg.PoolClient, serviceId: string, now: EpochMilliseconds): Promise<void> {
    const service = await serviceById(client, serviceId);
    if (service?.state !== 'expiring' || isLive(service, now)) return;
    await book(client, [service], now);
    await storeService(client, serviceId, { state: 'inactive', endsAt: service.endsAt }, null);
    if (service.withSim && !(await simServesOthers(client, service, now))) {
      await wantSim(client, service.deviceId, 'off', new Date(now));
    }
    await this.audit(client, 'service-ended', service, now);
  }

  private async switch(sim: HubSim, now: EpochMilliseconds): Promise<void> {
    try {
      await this.carrier.switch(sim.iccid, sim.wanted);
    } catch (error) {
      this.logger.warn({ error, iccid: sim.iccid }, 'the carrier did not confirm; it is asked again');
      await postponeSim(this.pool, sim.deviceId, new Date(now + backOff_ms(sim.attempts)));
      return;
    }
    await this.system(async (client) => {
      await confirmSim(client, sim, new Date(now));
      if (sim.wanted === 'on') return;
      for (const service of await servicesOn(client, sim.deviceId)) {
        const next = stepService(service, { type: 'sim-stopped' }, now);
        if (!next.ok) continue;
        await storeService(client, service.serviceId, next.value, null);
        await this.audit(client, 'service-sim-stopped', service, now);
      }
    });
  }

  /** Under the lock that orders the audit; nobody's rights change here. */
  private system(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [entitlementLock]);
      await work(client);
    });
  }

  private audit(
    client: pg.PoolClient,
    action: string,
    service: ServiceRow,
    now: EpochMilliseconds,
  ): Promise<void> {
    return appendAudit(
      client,
      {
        action,
        entitlement: null,
        locationId: service.locationId,
        organisationId: service.dealerId,
        subjectId: service.serviceId,
        detail: {},
      },
      { actorPersonId: null, at: new Date(now) },
    );
  }
}

/** Whether another service on the hub needs its SIM. */
export async function simServesOthers(
  client: pg.PoolClient,
  service: Pick<ServiceRow, 'serviceId' | 'deviceId'>,
  now: EpochMilliseconds,
): Promise<boolean> {
  return (await servicesOn(client, service.deviceId)).some(
    (other) =>
      other.serviceId !== service.serviceId &&
      other.withSim &&
      other.state !== 'stopping' &&
      isLive(other, now),
  );
}
