import { z } from 'zod';
import { open, route } from './route.js';

export const operationRoutes = {
  getHealth: route({
    method: 'get',
    path: '/health',
    operationId: 'getHealth',
    summary: 'Whether this process can do its work',
    tag: 'operation',
    access: open,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: {
      kind: 'json',
      status: 200,
      schema: z
        .object({
          status: z.enum(['ok', 'degraded']),
          checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
        })
        .meta({ id: 'Health' }),
    },
    errors: [],
  }),
  getOpenApi: route({
    method: 'get',
    path: '/v1/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This interface, described',
    tag: 'operation',
    access: open,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.record(z.string(), z.unknown()) },
    errors: [],
  }),
  getAsyncApi: route({
    method: 'get',
    path: '/v1/asyncapi.json',
    operationId: 'getAsyncApi',
    summary: 'The topics of load balancers and alarm hubs over MQTT, described (AsyncAPI 3.0)',
    tag: 'operation',
    access: open,
    params: z.object({}),
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: z.record(z.string(), z.unknown()) },
    errors: [],
  }),
};
