import { z } from 'zod';
import { instant, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, route } from './route.js';

const eventType = z
  .enum([
    'alert.raised',
    'alert.cleared',
    'session.started',
    'session.ended',
    'device.connected',
    'device.disconnected',
  ])
  .meta({ id: 'WebhookEventType' });

const webhookSchema = z
  .object({ webhookId: uuid, url: z.url(), eventTypes: z.array(eventType), createdAt: instant })
  .meta({ id: 'Webhook' });

const count = z.number().int().min(0).max(100);
const deliverySchema = z
  .object({
    deliveryId: uuid.meta({ description: 'The same in every attempt: header webhook-id' }),
    type: eventType,
    locationId: uuid,
    payload: z.record(z.string(), z.unknown()),
    state: z.enum(['queued', 'delivered', 'dead', 'dropped']),
    attempts: count,
    status: z.number().int().min(0).max(999).nullable(),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'e.g. unreachable, refused, right-gone, address-not-public' }),
    queuedAt: instant,
    nextAt: instant.nullable(),
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

const webhooks = '/v1/organisations/{organisationId}/webhooks';
const webhookParams = organisationParams.extend({ webhookId: uuid });
const access = onOrganisation('manage-members');

/** Other systems are told what happens, signed as https://www.standardwebhooks.com describes. */
export const webhookRoutes = {
  createWebhook: route({
    method: 'post',
    path: webhooks,
    operationId: 'createWebhook',
    summary: 'Name an address and what it is told; the secret is shown this once',
    tag: 'webhooks',
    access,
    params: organisationParams,
    query: z.object({}),
    body: z.strictObject({
      url: z.url({ protocol: /^https?$/ }).max(2_000),
      eventTypes: z.array(eventType).min(1).max(20),
    }),
    response: {
      kind: 'secret',
      status: 201,
      schema: z.object({ webhook: webhookSchema, secret: z.string() }),
    },
    errors: [],
  }),
  listWebhooks: route({
    method: 'get',
    path: webhooks,
    operationId: 'listWebhooks',
    summary: 'The webhooks of an organisation',
    tag: 'webhooks',
    access,
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(webhookSchema) }) },
    errors: [],
  }),
  deleteWebhook: route({
    method: 'delete',
    path: `${webhooks}/{webhookId}`,
    operationId: 'deleteWebhook',
    summary: 'Remove a webhook with its deliveries',
    tag: 'webhooks',
    access,
    params: webhookParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  listDeliveries: route({
    method: 'get',
    path: `${webhooks}/{webhookId}/deliveries`,
    operationId: 'listDeliveries',
    summary: 'What it was told or is to be told, newest first',
    tag: 'webhooks',
    access,
    params: webhookParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(deliverySchema) },
    errors: ['invalid-cursor'],
  }),
  replayDelivery: route({
    method: 'post',
    path: `${webhooks}/{webhookId}/deliveries/{deliveryId}/replay`,
    operationId: 'replayDelivery',
    summary: 'Tell it once more; whether it may still be told is judged again',
    tag: 'webhooks',
    access,
    params: webhookParams.extend({ deliveryId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
