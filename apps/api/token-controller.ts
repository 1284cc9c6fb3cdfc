import { Controller, Inject } from '@nestjs/common';
import { tokenRoutes } from '#libs/contracts/http/token-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { limitIdToken } from '#libs/store/id-tokens.js';
import { SiteChanges } from './site-changes.js';

/** What the holders of tokens may do at a location. */
@Controller()
export class TokenController {
  constructor(@Inject(SiteChanges) private readonly changes: SiteChanges) {}

  @Route(tokenRoutes.putTokenMaximum)
  async putMaximum({
    person,
    params,
    body,
  }: RouteRequest<typeof tokenRoutes.putTokenMaximum>): Promise<void> {
    const { locationId, idToken } = params;
    await this.changes.run(
      { actor: person.personId, right: 'comfort', locationId, subject: 'limits' },
      async (client) => {
        if (!(await limitIdToken(client, locationId, idToken, body.current_A))) throw problem('not-found');
        // A token opens a charger: the audit, which many may read, does not hold it.
        return { action: 'token-maximum-set', subjectId: null, detail: body };
      },
    );
  }
}
