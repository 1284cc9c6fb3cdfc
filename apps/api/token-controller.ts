import { Controller, Inject } from '@nestjs/common';
import { tokenRoutes } from '#libs/contracts/http/token-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { idTokensOf, limitIdToken, putIdToken, removeIdToken } from '#libs/store/id-tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { ReservationStore } from '#libs/store/reservations.js';
import type { Clock } from '#libs/units/clock.js';
import { SiteChanges } from './site-changes.js';

/** Reservations in one answer. */
const latest = 100;

/** What the holders of tokens may do at a location. A token opens a charger: the audit, which many may read, holds none. */
@Controller()
export class TokenController {
  constructor(
    @Inject(SiteChanges) private readonly changes: SiteChanges,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(tokenRoutes.listTokens)
  async list({ params }: RouteRequest<typeof tokenRoutes.listTokens>) {
    const tokens = await idTokensOf(this.pool, params.locationId);
    return {
      items: tokens.map((token) => ({ ...token, expiresAt: token.expiresAt?.toISOString() ?? null })),
    };
  }

  @Route(tokenRoutes.putToken)
  async put({ person, params, body }: RouteRequest<typeof tokenRoutes.putToken>): Promise<void> {
    const { locationId, idToken } = params;
    await this.changes.run(
      { actor: person.personId, right: 'comfort', locationId, subject: 'tokens' },
      async (client) => {
        const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt);
        await putIdToken(client, locationId, { ...body, token: idToken, expiresAt });
        return { action: 'token-set', subjectId: null, detail: { status: body.status, label: body.label } };
      },
    );
  }

  @Route(tokenRoutes.removeToken)
  async remove({ person, params }: RouteRequest<typeof tokenRoutes.removeToken>): Promise<void> {
    const { locationId, idToken } = params;
    await this.changes.run(
      { actor: person.personId, right: 'comfort', locationId, subject: 'tokens' },
      async (client) => {
        if (!(await removeIdToken(client, locationId, idToken))) throw problem('not-found');
        return { action: 'token-removed', subjectId: null, detail: {} };
      },
    );
  }

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
        return { action: 'token-maximum-set', subjectId: null, detail: body };
      },
    );
  }

  @Route(tokenRoutes.listReservations)
  async reservations({
    params,
  }: RouteRequest<typeof tokenRoutes.listReservations>): Promise<
    RouteAnswer<typeof tokenRoutes.listReservations>
  > {
    const now = this.clock.now();
    const rows = await new ReservationStore(this.pool).ofDevice(params.deviceId, latest);
    return {
      items: rows.map((row) => ({
        ...row,
        // Its end is computed when it is read: no job has to run for it.
        state:
          (row.state === 'asked' || row.state === 'reserved') && row.expiresAt.getTime() <= now
            ? 'expired'
            : row.state,
        expiresAt: row.expiresAt.toISOString(),
        changedAt: row.changedAt.toISOString(),
      })),
    };
  }
}
