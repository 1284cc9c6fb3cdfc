import type { FastifyRequest } from 'fastify';
import { clientAddressHeader } from '#libs/platform/identity.js';

/** The request's headers as the web platform has them, with the client's address as we saw it. */
export function webHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (Array.isArray(value)) for (const each of value) headers.append(name, each);
    else if (value !== undefined) headers.set(name, value);
  }
  headers.set(clientAddressHeader, request.ip);
  return headers;
}
