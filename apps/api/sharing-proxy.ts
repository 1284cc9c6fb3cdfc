import httpProxy from '@fastify/http-proxy';
import type { FastifyInstance } from 'fastify';

/** What apps/sharing answers. Where a longer path is ours, e.g. a location's devices, the server prefers our own route. */
const prefixes = [
  '/api/auth',
  '/v1/me',
  '/v1/organisations',
  '/v1/locations',
  '/v1/installations',
  '/v1/hubs',
  '/v1/customer-portal',
];

/** Hands the sharing routes and sign-in to their own process, so that people see one origin. */
export function mountSharingProxy(server: FastifyInstance, url: string): void {
  void server.register(async (scope) => {
    // Bodies pass as they came; the parsers of our own routes would read them.
    scope.removeAllContentTypeParsers();
    for (const prefix of prefixes) {
      await scope.register(httpProxy, {
        upstream: url,
        prefix,
        rewritePrefix: prefix,
        http2: false,
        replyOptions: {
          // The sharing process judges origin and address by what the browser reached: us. It must trust us as proxy.
          rewriteRequestHeaders: (request, headers) => ({
            ...headers,
            host: request.headers.host,
            'x-forwarded-for': request.socket.remoteAddress,
          }),
        },
      });
    }
  });
}
