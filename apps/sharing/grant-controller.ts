import { Controller, Inject } from '@nestjs/common';
import { grantRoutes } from '#libs/contracts/http/grant-routes.js';
import { decide } from '#libs/entitlements/decide.js';
import { atLocation } from '#libs/entitlements/facts.js';
import type { Gate } from '#libs/gate/gate.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { accessOf } from '#libs/store/grants.js';
import { readFactsAt } from '#libs/store/past-facts.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { personId as toPersonId, type PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { accessView, type AccessEntry } from './access-view.js';
import { explanationView } from './explanation-view.js';
import { SHARE_CONFIG, type ShareConfig } from './shares/share-config.js';
import { Sharing } from './sharing.js';

@Controller()
export class GrantController {
  constructor(
    @Inject(Sharing) private readonly sharing: Sharing,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SHARE_CONFIG) private readonly config: ShareConfig,
  ) {}

  @Route(grantRoutes.listAccess)
  async list({ person, params }: RouteRequest<typeof grantRoutes.listAccess>) {
    return { items: await this.access(person.personId, params.locationId) };
  }

  @Route(grantRoutes.revokeGrant)
  async revoke({ person, params }: RouteRequest<typeof grantRoutes.revokeGrant>): Promise<void> {
    await this.sharing.revokeGrant(person.personId, params);
  }

  @Route(grantRoutes.explainAccess)
  async explain({ person, params, query }: RouteRequest<typeof grantRoutes.explainAccess>) {
    const about = query.personId === undefined ? person.personId : toPersonId(query.personId);
    const here = atLocation(params.locationId);
    if (query.at === undefined) {
      return explanationView(about, query.action, this.gate.explain(about, query.action, here));
    }
    const at = epochMilliseconds(Date.parse(query.at));
    const facts = await readFactsAt(this.pool, about, params.locationId, at);
    return explanationView(about, query.action, decide(facts, about, query.action, here, at));
  }

  private async access(viewer: PersonId, locationId: string): Promise<AccessEntry[]> {
    const rows = await accessOf(this.pool, locationId, viewer, new Date(this.clock.now()));
    const revoke = this.gate.explain(viewer, 'revoke', atLocation(locationId));
    const { lockFrom } = this.config;
    return rows.map((row) => accessView(row, viewer, revoke, lockFrom, this.clock.now()));
  }
}
