import { Controller, Inject } from '@nestjs/common';
import { meRoutes } from '#libs/contracts/http/me-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';

@Controller()
export class MeController {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  @Route(meRoutes.getMe)
  async me({ person }: RouteRequest<typeof meRoutes.getMe>) {
    const { personId, name, email, emailVerified } = person;
    const organisations = await organisationsOf(this.pool, personId);
    return { personId, name, email, emailVerified, organisations: [...organisations] };
  }
}
