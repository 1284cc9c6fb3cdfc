import { Controller, Inject } from '@nestjs/common';
import { serviceRoutes } from '#libs/contracts/http/service-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { paymentsOf } from '#libs/store/service-bills.js';
import { packagesForCards } from '#libs/store/service-packages.js';
import type { ServiceRow } from '#libs/store/services.js';
import type { Clock } from '#libs/units/clock.js';
import { packageView } from '../companies/reseller-controller.js';
import { CardServices } from './card-services.js';
import { cardServiceView } from './service-view.js';

/** Services that users of a hub pay for themselves (AJ-38). */
@Controller()
export class CardServiceController {
  constructor(
    @Inject(CardServices) private readonly services: CardServices,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(serviceRoutes.listCardPackages)
  async packages({ query }: RouteRequest<typeof serviceRoutes.listCardPackages>) {
    return { items: (await packagesForCards(this.pool, query.country)).map(packageView) };
  }

  @Route(serviceRoutes.activateByCard)
  async activate({ person, params, body }: RouteRequest<typeof serviceRoutes.activateByCard>) {
    return this.view(await this.services.activate(person.personId, params.deviceId, body));
  }

  @Route(serviceRoutes.deactivateByCard)
  async deactivate({ person, params }: RouteRequest<typeof serviceRoutes.deactivateByCard>) {
    const { deviceId, serviceId } = params;
    return this.view(await this.services.change(person.personId, deviceId, serviceId, 'deactivate'));
  }

  @Route(serviceRoutes.resumeByCard)
  async resume({ person, params }: RouteRequest<typeof serviceRoutes.resumeByCard>) {
    const { deviceId, serviceId } = params;
    return this.view(await this.services.change(person.personId, deviceId, serviceId, 'resume'));
  }

  @Route(serviceRoutes.stopByCard)
  async stop({ person, params }: RouteRequest<typeof serviceRoutes.stopByCard>) {
    const { deviceId, serviceId } = params;
    return this.view(await this.services.change(person.personId, deviceId, serviceId, 'stop'));
  }

  private async view(row: ServiceRow) {
    return cardServiceView(row, await paymentsOf(this.pool, row.serviceId), this.clock.now());
  }
}
