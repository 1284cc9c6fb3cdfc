import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '#libs/platform/identity.js';
import { webHeaders } from './web-headers.js';

/** Sign-up, sign-in and sign-out: the identity library answers everything under /api/auth itself. */
export function mountAuthEndpoint(server: FastifyInstance, identity: Identity): void {
  void server.register(async (scope) => {
    // The library reads the body itself; here it stays bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route({
      method: ['GET', 'POST'],
      url: '/api/auth/*',
      handler: (request, reply) => forward(request, reply, identity),
    });
  });
}

async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  identity: Identity,
): Promise<FastifyReply> {
  const { body } = request;
  const answer = await identity.handle(
    new Request(new URL(request.url, `${request.protocol}://${request.host}`), {
      method: request.method,
      headers: webHeaders(request),
      ...(Buffer.isBuffer(body) && body.length > 0 ? { body: new Uint8Array(body) } : {}),
    }),
  );
  void reply.status(answer.status);
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') void reply.header(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) void reply.header('set-cookie', cookies);
  return reply.send(answer.body === null ? '' : Buffer.from(await answer.arrayBuffer()));
}
