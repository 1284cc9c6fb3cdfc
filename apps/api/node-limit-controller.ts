import { Controller, Inject } from '@nestjs/common';
import { nodeLimitRoutes } from '#libs/contracts/http/node-limit-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { readTopology } from '#libs/store/locations.js';
import {
  deleteNodeLimit,
  nodeLimitsOf,
  putNodeLimit,
  type StoredNodeLimit,
} from '#libs/store/node-limits.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { SiteChanges } from './site-changes.js';

/** Limits of grid operator and contract beneath the fuses of a location. */
@Controller()
export class NodeLimitController {
  constructor(
    @Inject(SiteChanges) private readonly changes: SiteChanges,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(nodeLimitRoutes.listNodeLimits)
  async list({ params }: RouteRequest<typeof nodeLimitRoutes.listNodeLimits>) {
    const limits = await nodeLimitsOf(this.pool, params.locationId, new Date(this.clock.now()));
    return { items: limits.map(limitView) };
  }

  @Route(nodeLimitRoutes.putNodeLimit)
  async put({ person, params, body }: RouteRequest<typeof nodeLimitRoutes.putNodeLimit>) {
    const { locationId, limitId } = params;
    const limit: StoredNodeLimit = {
      ...body,
      limitId,
      validFrom: new Date(body.validFrom),
      validUntil: body.validUntil === null ? null : new Date(body.validUntil),
    };
    if (limit.validUntil && limit.validUntil <= limit.validFrom) throw problem('ends-before-begin');
    await this.changes.run(
      { actor: person.personId, right: 'electrical', locationId, subject: 'limits' },
      async (client, by) => {
        const stored = await readTopology(client, locationId);
        if (!stored?.topology.nodes.some(({ nodeId }) => nodeId === limit.nodeId))
          throw problem('unknown-node');
        await putNodeLimit(client, locationId, limit, by);
        return { action: 'node-limit-set', subjectId: limitId, detail: body };
      },
    );
    return limitView(limit);
  }

  @Route(nodeLimitRoutes.deleteNodeLimit)
  async delete({ person, params }: RouteRequest<typeof nodeLimitRoutes.deleteNodeLimit>): Promise<void> {
    const { locationId, limitId } = params;
    await this.changes.run(
      { actor: person.personId, right: 'electrical', locationId, subject: 'limits' },
      async (client) => {
        if (!(await deleteNodeLimit(client, locationId, limitId))) throw problem('not-found');
        return { action: 'node-limit-removed', subjectId: limitId, detail: {} };
      },
    );
  }
}

const limitView = (limit: StoredNodeLimit): RouteAnswer<typeof nodeLimitRoutes.putNodeLimit> => ({
  ...limit,
  validFrom: limit.validFrom.toISOString(),
  validUntil: limit.validUntil?.toISOString() ?? null,
});
