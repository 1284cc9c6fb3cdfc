import { z } from 'zod';
import { instant, locationParams, uuid } from './common.js';
import { onLocation, route } from './route.js';

const current_A = z.number().min(0).max(10_000);

const limitShape = {
  nodeId: z.string().min(1).max(64).meta({ description: 'A node of the fuse tree' }),
  /** Whose limit it is; shown to the people whose cars it holds back. */
  source: z.enum(['grid-operator', 'contract']),
  limit_A: z.tuple([current_A, current_A, current_A]).readonly().meta({
    description: 'Ampere per line L1, L2, L3, all loads of the node included',
  }),
};

const nodeLimitSchema = z
  .object({
    limitId: uuid,
    ...limitShape,
    validFrom: instant,
    validUntil: instant.nullable().meta({ description: 'null: until it is taken away' }),
  })
  .meta({ id: 'NodeLimit' });

const limitParams = locationParams.extend({
  limitId: uuid.meta({ description: 'Of your own choosing; the same id replaces' }),
});

/** Limits beneath the fuses that can change at any time. A lower one acts with the next decision, by the clock too. */
export const nodeLimitRoutes = {
  listNodeLimits: route({
    method: 'get',
    path: '/v1/locations/{locationId}/limits',
    operationId: 'listNodeLimits',
    summary: 'The limits of grid operator and contract that hold now or later',
    tag: 'locations',
    access: onLocation('telemetry', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(nodeLimitSchema) }) },
    errors: [],
  }),
  putNodeLimit: route({
    method: 'put',
    path: '/v1/locations/{locationId}/limits/{limitId}',
    operationId: 'putNodeLimit',
    summary: 'Limit what flows through a node of the fuse tree for a time',
    tag: 'locations',
    access: onLocation('electrical', 'refuse'),
    params: limitParams,
    query: z.object({}),
    body: z.strictObject({
      ...limitShape,
      validFrom: z.iso.datetime({ offset: true }),
      validUntil: z.iso.datetime({ offset: true }).nullable(),
    }),
    response: { kind: 'json', status: 200, schema: nodeLimitSchema },
    errors: ['unknown-node', 'ends-before-begin'],
  }),
  deleteNodeLimit: route({
    method: 'delete',
    path: '/v1/locations/{locationId}/limits/{limitId}',
    operationId: 'deleteNodeLimit',
    summary: 'Take a limit away',
    tag: 'locations',
    access: onLocation('electrical', 'refuse'),
    params: limitParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
