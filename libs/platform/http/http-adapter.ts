import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { pathOf } from './problem-filter.js';
import { problem, problemDocument } from './problems.js';
import type { GuardedRequest } from './route-request.js';

/** 256 KB: the largest topology is well below, and nobody needs more. */
const bodyLimit_bytes = 256 * 1_024;

/** What browsers shall not do with any answer of ours. */
const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export interface HttpAdapterOptions {
  readonly metrics: Registry;
  /** Proxies whose X-Forwarded-For and -Proto are believed, as CIDR; empty believes nobody. */
  readonly trustedProxies: readonly string[];
}

/** The HTTP server of an app, with its limits, trace ids and metrics. Hand it to NestFactory.create. */
export function createHttpAdapter(options: HttpAdapterOptions): FastifyAdapter {
  const duration = new Histogram({
    name: 'busbar_http_request_seconds',
    help: 'Time to answer, by operation and status',
    labelNames: ['operation', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [options.metrics],
  });
  const refused = new Counter({
    name: 'busbar_http_problems_total',
    help: 'Answers of 400 and above, by operation and status',
    labelNames: ['operation', 'status'],
    registers: [options.metrics],
  });
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimit_bytes,
    genReqId: () => randomUUID(),
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    skipMiddie: true,
    routerOptions: { maxParamLength: 200 },
    // An address that cannot be decoded is refused before any route, filter or hook of ours sees it.
    frameworkErrors: (_: Error, request: FastifyRequest, reply: FastifyReply) => {
      refused.inc({ operation: 'unmatched', status: '400' });
      const document = problemDocument(problem('invalid-request'), pathOf(request), request.id);
      void reply
        .status(document.status)
        .headers({ ...safeHeaders, 'x-trace-id': request.id, 'cache-control': 'no-store' })
        .header('content-type', 'application/problem+json; charset=utf-8')
        .send(JSON.stringify(document));
    },
  });
  const server = adapter.getInstance();
  server.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, text, done) => done(null, text));
  // Not read before its sender may send it: the handler takes the bytes as they come, and bounds them.
  server.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...safeHeaders, 'x-trace-id': request.id });
  });
  server.addHook('onResponse', async (request, reply) => {
    const operation = (request as GuardedRequest).contract?.operationId ?? unmatched(request.url);
    const labels = { operation, status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1_000);
    if (reply.statusCode >= 400) refused.inc(labels);
  });
  return adapter;
}

const unmatched = (url: string): string => (url.startsWith('/api/auth/') ? 'auth' : 'unmatched');
