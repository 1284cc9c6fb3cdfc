import { lookup } from 'node:dns/promises';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Which addresses webhooks may name; private ones only where somebody runs tests, or owns the network. */
export interface WebhookPolicy {
  readonly allowsPrivate: boolean;
}
export const WEBHOOK_POLICY = Symbol('Webhook policy');

/** A receiver that holds us longer has failed. */
const timeout_ms = 10_000;

/** The address is not one that we send to. */
export class RefusedAddress extends Error {}

/** True for addresses of the public internet; a mapped one is what it maps to (RFC 4291 2.5.5.2). */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** Sends a body and answers the status. Redirects are not followed, and what comes back is not read. */
export async function post(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowsPrivate }: WebhookPolicy,
): Promise<number> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(allowsPrivate && url.protocol === 'http:'))
    throw new RefusedAddress('only https is sent to');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = ipaddr.isValid(host)
    ? [{ address: host, family: ipaddr.parse(host).kind() === 'ipv6' ? 6 : 4 }]
    : await lookup(host, { all: true });
  const [first] = found;
  // All of them: who answers with a public and a private address would choose for us.
  if (!first || (!allowsPrivate && !found.every((each) => isPublic(each.address))))
    throw new RefusedAddress('the address is not public');
  // The connection goes to what was checked, not to what the name means a moment later.
  const pinned: LookupFunction = (_host, options, done) => {
    if (options.all) done(null, [first]);
    else done(null, first.address, first.family);
  };
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    lookup: pinned,
    timeout: timeout_ms,
    signal: AbortSignal.timeout(timeout_ms),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.on('timeout', () => request.destroy(new Error('the receiver does not answer')));
    request.on('error', reject);
    request.end(body);
  });
}
