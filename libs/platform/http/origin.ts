import type { FastifyRequest } from 'fastify';
import type { HttpConfig } from './http-config.js';

/** Whether the page that made the browser send this is ours, or one we trust. No Origin header means no browser page. */
export function isOwnOrigin(request: FastifyRequest, config: HttpConfig): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (config.identity.trustedOrigins.includes(origin)) return true;
  if (config.identity.publicUrl !== null) return origin === new URL(config.identity.publicUrl).origin;
  return origin === `${request.protocol}://${request.host}`;
}
