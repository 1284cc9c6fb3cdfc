import { Controller, Inject } from '@nestjs/common';
import { shareProcessingRoutes } from '#libs/contracts/http/share-processing-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { itemsOf } from '#libs/store/share-items.js';
import { objectsOf } from '#libs/store/share-objects.js';
import { shareById } from '#libs/store/share-requests.js';
import { ShareProcessing } from './share-processing.js';
import { ShareRequests } from './share-requests.js';
import { shareSide, shareView } from './share-view.js';
import { ShareWorker } from './share-worker.js';

@Controller()
export class ShareProcessingController {
  constructor(
    @Inject(ShareProcessing) private readonly processing: ShareProcessing,
    @Inject(ShareRequests) private readonly requests: ShareRequests,
    @Inject(ShareWorker) private readonly worker: ShareWorker,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  /** What the requester made of it is his affair: the grantor sees which parts were taken, not into what. */
  @Route(shareProcessingRoutes.listShareItems)
  async items({ params }: RouteRequest<typeof shareProcessingRoutes.listShareItems>) {
    const share = await shareById(this.pool, params.shareId);
    const side = share && shareSide(share, params.organisationId);
    if (!share || !side) throw problem('not-found');
    const items = await itemsOf(this.pool, params.shareId);
    return {
      objects: (await objectsOf(this.pool, params.shareId)).map(
        ({ kind, objectId, name, grantId, rowId }) => ({
          kind,
          id: objectId,
          name,
          grantId,
          items: items
            .filter((item) => item.objectId === rowId)
            .map((item) => ({
              kind: item.kind,
              sourceId: item.sourceId,
              name: item.name,
              state: item.state,
              localId: side === 'requester' ? item.localId : null,
            })),
        }),
      ),
    };
  }

  @Route(shareProcessingRoutes.previewProcessing)
  async preview({ person, params, body }: RouteRequest<typeof shareProcessingRoutes.previewProcessing>) {
    const { organisationId, shareId } = params;
    const items = await this.processing.preview(person.personId, organisationId, shareId, body.objects);
    return {
      items: items.map(({ item: { kind, sourceId, name }, localId }) => ({
        kind,
        sourceId,
        name,
        becomes: localId === null ? ('new' as const) : ('known' as const),
        localId,
      })),
    };
  }

  @Route(shareProcessingRoutes.processShare)
  async process({ person, params, body }: RouteRequest<typeof shareProcessingRoutes.processShare>) {
    const { organisationId, shareId } = params;
    return shareView(
      await this.processing.process(person.personId, organisationId, shareId, body.objects),
      organisationId,
    );
  }

  @Route(shareProcessingRoutes.retryShare)
  async retry({ person, params }: RouteRequest<typeof shareProcessingRoutes.retryShare>) {
    const { organisationId, shareId } = params;
    const share = await this.requests.answer(person.personId, organisationId, shareId, 'retry');
    this.worker.wake();
    return shareView(share, organisationId);
  }
}
