import { Controller, Inject } from '@nestjs/common';
import { meRoutes } from '#libs/contracts/http/me-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { organisationsOf } from '#libs/store/organisations.js';
import { languageOf, setLanguage } from '#libs/store/person-settings.js';
import type { Pool } from '#libs/store/pool.js';

@Controller()
export class MeController {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  @Route(meRoutes.getMe)
  async me({ person }: RouteRequest<typeof meRoutes.getMe>) {
    const { personId, name, email, emailVerified } = person;
    const organisations = await organisationsOf(this.pool, personId);
    const language = await languageOf(this.pool, personId);
    return { personId, name, email, emailVerified, language, organisations: [...organisations] };
  }

  @Route(meRoutes.putLanguage)
  async putLanguage({ person, body }: RouteRequest<typeof meRoutes.putLanguage>): Promise<void> {
    await setLanguage(this.pool, person.personId, body.language);
  }
}
