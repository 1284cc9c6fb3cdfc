import { Controller, Inject } from '@nestjs/common';
import { serviceRoutes } from '#libs/contracts/http/service-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { simOf } from '#libs/store/hub-sims.js';
import type { Pool } from '#libs/store/pool.js';
import { hubsOfCompany, liveServicesOn, type ServiceRow } from '#libs/store/services.js';
import type { Clock } from '#libs/units/clock.js';
import { requireEnrolled } from '../companies/enrolled.js';
import { hubLabel, serviceView, simView, tileView } from './service-view.js';
import { Services } from './services.js';
import { Sims } from './sims.js';

/** Services as the dealer's employees manage them: the same commands from the list and at the hub (AJ-36). */
@Controller()
export class ServiceController {
  constructor(
    @Inject(Services) private readonly services: Services,
    @Inject(Sims) private readonly sims: Sims,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(serviceRoutes.listHubTiles)
  async tiles({ params }: RouteRequest<typeof serviceRoutes.listHubTiles>) {
    await requireEnrolled(this.pool, params.organisationId, 'dealer');
    const now = this.clock.now();
    const hubs = await hubsOfCompany(this.pool, params.organisationId, new Date(now));
    const ids = hubs.map(({ deviceId }) => deviceId);
    const live = await liveServicesOn(this.pool, ids, new Date(now));
    return { items: hubs.map((hub) => tileView(hub, live, now)) };
  }

  @Route(serviceRoutes.activateFromList)
  async activateFromList({ person, params, body }: RouteRequest<typeof serviceRoutes.activateFromList>) {
    const { resellerId, packageId } = body;
    const choice = { resellerId, packageId };
    const { organisationId, deviceId } = params;
    return this.view(await this.services.activate(person.personId, organisationId, deviceId, choice));
  }

  @Route(serviceRoutes.deactivateFromList)
  deactivateFromList({ person, params }: RouteRequest<typeof serviceRoutes.deactivateFromList>) {
    return this.change(person, params.organisationId, { ...params, deviceId: null }, 'deactivate');
  }

  @Route(serviceRoutes.resumeFromList)
  resumeFromList({ person, params }: RouteRequest<typeof serviceRoutes.resumeFromList>) {
    return this.change(person, params.organisationId, { ...params, deviceId: null }, 'resume');
  }

  @Route(serviceRoutes.stopFromList)
  stopFromList({ person, params }: RouteRequest<typeof serviceRoutes.stopFromList>) {
    return this.change(person, params.organisationId, { ...params, deviceId: null }, 'stop');
  }

  @Route(serviceRoutes.getHubServices)
  async hub({ params }: RouteRequest<typeof serviceRoutes.getHubServices>) {
    const now = this.clock.now();
    const sim = await simOf(this.pool, params.deviceId);
    const live = await liveServicesOn(this.pool, [params.deviceId], new Date(now));
    return {
      sim: sim && simView(sim),
      label: hubLabel(live, now),
      services: live.map((row) => this.view(row)),
    };
  }

  @Route(serviceRoutes.putSim)
  async putSim({ person, params, body }: RouteRequest<typeof serviceRoutes.putSim>) {
    return simView(await this.sims.put(person.personId, params.deviceId, body.iccid));
  }

  @Route(serviceRoutes.activateFromHub)
  async activateFromHub({
    person,
    params,
    body,
    context,
  }: RouteRequest<typeof serviceRoutes.activateFromHub>) {
    const { resellerId, packageId } = body;
    const choice = { resellerId, packageId };
    return this.view(
      await this.services.activate(person.personId, company(context), params.deviceId, choice),
    );
  }

  @Route(serviceRoutes.deactivateFromHub)
  async deactivateFromHub({ person, params, context }: RouteRequest<typeof serviceRoutes.deactivateFromHub>) {
    return this.change(person, company(context), params, 'deactivate');
  }

  @Route(serviceRoutes.resumeFromHub)
  async resumeFromHub({ person, params, context }: RouteRequest<typeof serviceRoutes.resumeFromHub>) {
    return this.change(person, company(context), params, 'resume');
  }

  @Route(serviceRoutes.stopFromHub)
  async stopFromHub({ person, params, context }: RouteRequest<typeof serviceRoutes.stopFromHub>) {
    return this.change(person, company(context), params, 'stop');
  }

  private async change(
    person: RouteRequest['person'],
    dealerId: string,
    { serviceId, deviceId }: { readonly serviceId: string; readonly deviceId: string | null },
    type: Parameters<Services['change']>[3],
  ) {
    return this.view(
      await this.services.change(person.personId, dealerId, { serviceId, at: deviceId }, type),
    );
  }

  private view(row: ServiceRow) {
    return serviceView(row, this.clock.now());
  }
}

/** AJ-02: a service is managed in a company's name; at the hub the header says in which. */
function company(context: string | null): string {
  if (context === null) throw problem('company-context-needed');
  return context;
}
