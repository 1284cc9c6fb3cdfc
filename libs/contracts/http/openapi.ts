import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { problems, problemSchema, type ProblemCode } from './problem.js';
import type { RouteContract } from './route.js';

/** The OpenAPI 3.1 document of a set of routes. */
export function openApiDocument(routes: readonly RouteContract[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const item = (paths[route.path] ??= {});
    item[route.method] = operation(route);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Busbar',
      version: '1',
      description: 'An open device cloud for chargers, load balancers and alarm hubs.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'busbar.session_token' },
        customerPortal: { type: 'apiKey', in: 'cookie', name: 'busbar.customer_portal' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  });
}

function operation(route: RouteContract): ZodOpenApiOperationObject {
  const header = isWrite(route)
    ? z.object({
        'Idempotency-Key': idempotencyKey.optional(),
        'Busbar-Context': context.optional(),
        ...(route.precondition ? { 'If-Match': ifMatch } : {}),
      })
    : undefined;
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(route),
    requestParams: { path: route.params, query: route.query, ...(header ? { header } : {}) },
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: {
              [route.bodyMediaType ?? 'application/json']: {
                schema: route.bodyMediaType === 'application/octet-stream' ? bytes : route.body,
              },
            },
          },
        }
      : {}),
    responses: { [`${route.response.status}`]: success(route), ...failures(route) },
  };
}

function securityOf({ access }: RouteContract): Record<string, string[]>[] {
  if (access.kind === 'public') return [];
  return access.kind === 'portal'
    ? [{ customerPortal: [] }, { bearer: [] }]
    : [{ session: [] }, { bearer: [] }];
}

const idempotencyKey = z.string().min(8).max(128).meta({
  description:
    'A key of your own choosing; repeating a request with it answers the same and does nothing again',
});

const ifMatch = z.string().max(64).meta({
  description: 'The ETag of what you read, so that nothing written since is lost; `*` for whatever is there',
});

/** In whose name a request is sent (AJ-02), as Node writes header names. */
export const contextHeader = 'busbar-context';
const context = z.uuid().meta({
  description: 'The company in whose name you act, of which you are a member; left out: your own',
});

const bytes = { type: 'string', format: 'binary' } as const;

export const isWrite = (route: RouteContract): boolean => route.method !== 'get';

function success(route: RouteContract) {
  const { response } = route;
  if (response.kind === 'empty') return { description: 'Done' };
  if (response.kind === 'file') {
    return { description: route.summary, content: { [response.mediaType]: { schema: bytes } } };
  }
  if (response.kind === 'stream') {
    const content = response.mediaTypes.map((type) => [type, { schema: bytes }] as const);
    return { description: route.summary, content: Object.fromEntries(content) };
  }
  const type = response.kind === 'events' ? 'text/event-stream' : 'application/json';
  return { description: route.summary, content: { [type]: { schema: response.schema } } };
}

/** The problems a route can answer: its own, and those that follow from what it is. */
export function problemsOf(route: RouteContract): readonly ProblemCode[] {
  const codes: ProblemCode[] = [...route.errors, 'invalid-request', 'too-many-requests', 'internal-error'];
  if (route.access.kind !== 'public') codes.push('not-signed-in');
  if (route.access.kind === 'operator') codes.push('operators-only');
  if (route.access.kind === 'portal' && route.access.param !== null) codes.push('not-found');
  if (route.access.kind === 'entitled') codes.push('forbidden', 'not-found', 'entitlements-stale');
  if (route.precondition) codes.push('precondition-missing');
  if (route.body) codes.push('malformed-json', 'body-too-large', 'unsupported-media-type');
  if (isWrite(route)) codes.push('foreign-origin', 'idempotency-key-in-progress', 'idempotency-key-reused');
  if (route.response.kind === 'secret') codes.push('answer-not-repeated');
  return [...new Set(codes)];
}

function failures(route: RouteContract) {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const status = problems[code][0];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, codes]) => [
        `${status}`,
        { description: codes.join(', '), content: { 'application/problem+json': { schema: problemSchema } } },
      ]),
  );
}
