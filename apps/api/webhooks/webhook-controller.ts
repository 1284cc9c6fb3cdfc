import { randomUUID } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { webhookRoutes as routes } from '#libs/contracts/http/webhook-routes.js';
import { decodeCursor, encodeCursor, pageOf } from '#libs/platform/http/cursor.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import {
  deleteWebhook,
  deliveriesOf,
  insertWebhook,
  replayDelivery,
  webhookById,
  webhooksOf,
  type Delivery,
  type Webhook,
} from '#libs/store/webhooks.js';
import type { Clock } from '#libs/units/clock.js';
import { WebhookSecrets } from './webhook-secrets.js';

@Controller()
export class WebhookController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WebhookSecrets) private readonly secrets: WebhookSecrets,
  ) {}

  @Route(routes.createWebhook)
  async create({ person, params, body }: RouteRequest<typeof routes.createWebhook>) {
    const webhook: Webhook = {
      webhookId: randomUUID(),
      organisationId: params.organisationId,
      url: body.url,
      eventTypes: body.eventTypes,
      secretVersion: 1,
      createdAt: new Date(this.clock.now()),
      createdBy: person.personId,
    };
    await insertWebhook(this.pool, webhook);
    return { webhook: view(webhook), secret: this.secrets.secretOf(webhook.webhookId, 1) };
  }

  @Route(routes.listWebhooks)
  async list({ params }: RouteRequest<typeof routes.listWebhooks>) {
    return { items: (await webhooksOf(this.pool, params.organisationId)).map(view) };
  }

  @Route(routes.deleteWebhook)
  async delete({ params }: RouteRequest<typeof routes.deleteWebhook>): Promise<void> {
    await deleteWebhook(this.pool, (await this.read(params)).webhookId);
  }

  @Route(routes.listDeliveries)
  async deliveries({ params, query }: RouteRequest<typeof routes.listDeliveries>) {
    const { webhookId } = await this.read(params);
    const after = decodeCursor('deliveries', [z.number(), z.uuid()], query.cursor);
    const position = after && { queuedAt: new Date(after[0]), deliveryId: after[1] };
    const rows = await deliveriesOf(this.pool, webhookId, position, query.limit + 1);
    return pageOf(rows, query.limit, deliveryView, (row) =>
      encodeCursor('deliveries', [row.queuedAt.getTime(), row.deliveryId]),
    );
  }

  @Route(routes.replayDelivery)
  async replay({ params }: RouteRequest<typeof routes.replayDelivery>): Promise<void> {
    const { webhookId } = await this.read(params);
    const at = new Date(this.clock.now());
    if (!(await replayDelivery(this.pool, webhookId, params.deliveryId, at))) throw problem('not-found');
  }

  private async read(params: { organisationId: string; webhookId: string }): Promise<Webhook> {
    const webhook = await webhookById(this.pool, params.webhookId);
    if (webhook?.organisationId !== params.organisationId) throw problem('not-found');
    return webhook;
  }
}

const view = ({ webhookId, url, eventTypes, createdAt }: Webhook) => ({
  webhookId,
  url,
  eventTypes: [...eventTypes],
  createdAt: createdAt.toISOString(),
});

const deliveryView = ({ nextAt, queuedAt, finishedAt, ...row }: Delivery) => ({
  ...row,
  queuedAt: queuedAt.toISOString(),
  nextAt: row.state === 'queued' ? nextAt.toISOString() : null,
  finishedAt: finishedAt?.toISOString() ?? null,
});
