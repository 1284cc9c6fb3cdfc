import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '#libs/platform/logger.js';
import { problem } from '#libs/platform/http/problems.js';
import { sendProblem } from '#libs/platform/http/problem-filter.js';

/** The portal loads nothing from elsewhere; React and the charts set style attributes. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'";

/** Addresses that are never a page of the portal: an unknown one is a problem, not the start page. */
const notPages = ['/v1/', '/api/', '/assets/'];

/** Serves the built portal; every address that is not a file is one of its pages. */
export function mountPortal(server: FastifyInstance, folder: string, logger: Logger): void {
  if (!existsSync(join(folder, 'index.html'))) {
    logger.warn({ folder }, 'the portal is not built; only the API is served');
    return;
  }
  void server.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      setHeaders(reply, path) {
        // Vite puts a hash of the content into the names of assets.
        const immutable = path.includes('/assets/');
        void reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
        void reply.header('content-security-policy', contentSecurityPolicy);
      },
    });
    scope.get('/*', (request, reply) => {
      if (notPages.some((prefix) => request.url.startsWith(prefix))) {
        sendProblem(request, reply, problem('not-found'), logger);
        return reply;
      }
      return reply.sendFile('index.html');
    });
  });
}
