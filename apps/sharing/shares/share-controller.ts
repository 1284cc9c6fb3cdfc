import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { shareRoutes } from '#libs/contracts/http/share-routes.js';
import { isWithinLevel } from '#libs/entitlements/share-request.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { shareCandidates } from '#libs/store/share-objects.js';
import { shareById, sharesOf, type ShareRow } from '#libs/store/share-requests.js';
import type { Clock } from '#libs/units/clock.js';
import { Evaluation } from './evaluation.js';
import { candidateView, plannedView } from './evaluation-view.js';
import { ShareRequests } from './share-requests.js';
import { ShareRevocations } from './share-revocations.js';
import { shareSide, shareView } from './share-view.js';

@Controller()
export class ShareController {
  constructor(
    @Inject(ShareRequests) private readonly requests: ShareRequests,
    @Inject(Evaluation) private readonly evaluation: Evaluation,
    @Inject(ShareRevocations) private readonly revocations: ShareRevocations,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(shareRoutes.requestShare)
  async request({ person, params, body }: RouteRequest<typeof shareRoutes.requestShare>) {
    const { organisationId, connectionId } = params;
    const share = await this.requests.request(person.personId, organisationId, connectionId, body);
    return shareView(share, organisationId);
  }

  @Route(shareRoutes.listShares)
  async list({ params, query }: RouteRequest<typeof shareRoutes.listShares>) {
    const after = decodeCursor('shares', [z.number(), z.uuid()], query.cursor);
    const rows = await sharesOf(
      this.pool,
      params.organisationId,
      query.connectionId ?? null,
      after && { requestedAt: new Date(after[0]), shareId: after[1] },
      query.limit + 1,
    );
    return pageOf(
      rows,
      query.limit,
      (row) => shareView(row, params.organisationId),
      (row) => encodeCursor('shares', [row.requestedAt.getTime(), row.shareId]),
    );
  }

  @Route(shareRoutes.getShare)
  async get({ params }: RouteRequest<typeof shareRoutes.getShare>) {
    return shareView(await this.seen(params.organisationId, params.shareId), params.organisationId);
  }

  @Route(shareRoutes.withdrawShare)
  withdraw({ person, params }: RouteRequest<typeof shareRoutes.withdrawShare>) {
    return this.answer(person, params, 'withdraw');
  }

  @Route(shareRoutes.approveShare)
  approve({ person, params }: RouteRequest<typeof shareRoutes.approveShare>) {
    return this.answer(person, params, 'approve');
  }

  @Route(shareRoutes.rejectShare)
  reject({ person, params }: RouteRequest<typeof shareRoutes.rejectShare>) {
    return this.answer(person, params, 'reject');
  }

  /** CS-13: nothing wider than what was asked for is even offered. */
  @Route(shareRoutes.listShareCandidates)
  async candidates({ params, query }: RouteRequest<typeof shareRoutes.listShareCandidates>) {
    const share = await this.seen(params.organisationId, params.shareId);
    if (share.grantorId !== params.organisationId) throw problem('not-found');
    if (!isWithinLevel(share.level, query.kind)) throw problem('wider-than-requested');
    const after = decodeCursor('share-candidates', [z.string(), z.uuid()], query.cursor);
    const rows = await shareCandidates(
      this.pool,
      {
        organisationId: params.organisationId,
        kind: query.kind,
        customerId: query.customerId ?? null,
        locationId: query.locationId ?? null,
        search: query.search ?? null,
      },
      new Date(this.clock.now()),
      after && { name: after[0], objectId: after[1] },
      query.limit + 1,
    );
    return pageOf(rows, query.limit, candidateView, (row) =>
      encodeCursor('share-candidates', [row.name, row.objectId]),
    );
  }

  @Route(shareRoutes.previewShare)
  async preview({ person, params, body }: RouteRequest<typeof shareRoutes.previewShare>) {
    const { objects, ...terms } = body;
    const { organisationId, shareId } = params;
    const planned = await this.evaluation.preview(person.personId, organisationId, shareId, terms, objects);
    return { terms, objects: planned.map(plannedView) };
  }

  @Route(shareRoutes.confirmShare)
  async confirm({ person, params, body }: RouteRequest<typeof shareRoutes.confirmShare>) {
    const { objects, ...terms } = body;
    const { organisationId, shareId } = params;
    const share = await this.evaluation.confirm(person.personId, organisationId, shareId, terms, objects);
    return shareView(share, organisationId);
  }

  @Route(shareRoutes.revokeShare)
  async revoke({ person, params }: RouteRequest<typeof shareRoutes.revokeShare>) {
    const { organisationId, shareId } = params;
    const share = await this.revocations.revokeShare(person.personId, organisationId, shareId);
    return shareView(share, organisationId);
  }

  private async answer(
    person: RouteRequest<typeof shareRoutes.withdrawShare>['person'],
    { organisationId, shareId }: RouteRequest<typeof shareRoutes.withdrawShare>['params'],
    type: 'withdraw' | 'approve' | 'reject',
  ) {
    return shareView(
      await this.requests.answer(person.personId, organisationId, shareId, type),
      organisationId,
    );
  }

  /** A share of others does not exist. */
  private async seen(organisationId: string, shareId: string): Promise<ShareRow> {
    const share = await shareById(this.pool, shareId);
    if (!share || shareSide(share, organisationId) === null) throw problem('not-found');
    return share;
  }
}
