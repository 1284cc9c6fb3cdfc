import { Controller, Inject } from '@nestjs/common';
import { hubAccessRoutes } from '#libs/contracts/http/hub-access-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { accessOf } from '#libs/store/grants.js';
import { accessRequestsAt, guardedPlace, professionalsAt } from '#libs/store/hub-access.js';
import { companyById } from '#libs/store/companies.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { HubAccess } from './hub-access.js';
import { accessRequestView, hubUserViews } from './hub-view.js';

/** The people and professionals of hubs, and the requests between them (AJ-39 to AJ-42). */
@Controller()
export class HubAccessController {
  constructor(
    @Inject(HubAccess) private readonly access: HubAccess,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(hubAccessRoutes.listHubUsers)
  async users({ person, params }: RouteRequest<typeof hubAccessRoutes.listHubUsers>) {
    const now = this.clock.now();
    const place = await guardedPlace(this.pool, params.locationId, new Date(now));
    const installer =
      place?.installedByCompany === true
        ? await companyById(this.pool, place.installedByOrganisationId ?? '')
        : null;
    const rows = await accessOf(this.pool, params.locationId, person.personId, new Date(now));
    const items = hubUserViews(rows, await professionalsAt(this.pool, params.locationId), installer, now);
    return { count: items.length, items };
  }

  @Route(hubAccessRoutes.requestAccess)
  async request({ person, params, body }: RouteRequest<typeof hubAccessRoutes.requestAccess>) {
    return this.view(await this.access.request(person.personId, params.locationId, body));
  }

  @Route(hubAccessRoutes.listAccessRequests)
  async requests({ params }: RouteRequest<typeof hubAccessRoutes.listAccessRequests>) {
    const rows = await accessRequestsAt(this.pool, params.locationId);
    return { items: rows.map((row) => this.view(row)) };
  }

  @Route(hubAccessRoutes.approveAccess)
  async approve({ person, params }: RouteRequest<typeof hubAccessRoutes.approveAccess>) {
    return this.view(await this.access.approve(person.personId, params.locationId, params.requestId));
  }

  @Route(hubAccessRoutes.declineAccess)
  decline({ person, params }: RouteRequest<typeof hubAccessRoutes.declineAccess>): Promise<void> {
    return this.access.decline(person.personId, params.locationId, params.requestId);
  }

  @Route(hubAccessRoutes.withdrawAccessRequest)
  withdraw({ person, params }: RouteRequest<typeof hubAccessRoutes.withdrawAccessRequest>): Promise<void> {
    return this.access.withdraw(person.personId, params.locationId, params.requestId);
  }

  @Route(hubAccessRoutes.scheduleProfessional)
  schedule({
    person,
    params,
    body,
  }: RouteRequest<typeof hubAccessRoutes.scheduleProfessional>): Promise<void> {
    return this.access.schedule(person.personId, params.locationId, params.grantId, body);
  }

  private view(row: Parameters<typeof accessRequestView>[0]) {
    return accessRequestView(row, this.clock.now());
  }
}
