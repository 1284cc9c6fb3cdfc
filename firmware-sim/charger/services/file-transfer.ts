import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

const timeout_ms = 20_000;
/** More than any firmware of this charger. */
const largestFile_bytes = 50_000_000;

/** A transfer that did not work: wrong scheme, no connection, or an answer other than 2xx. */
export class TransferFailed extends Error {}

/** Fetches a file by HTTP(S). `trustedRoots` (PEM) replace those Node.js ships when there are any. */
export async function download(location: string, trustedRoots: readonly string[]): Promise<Buffer> {
  const response = await send(location, 'GET', null, trustedRoots);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestFile_bytes) throw new TransferFailed(`${location} is larger than a firmware can be.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Puts a file to a location; one that ends in a slash is a folder, and the file name is added. */
export async function upload(
  location: string,
  filename: string,
  body: Buffer,
  trustedRoots: readonly string[],
): Promise<void> {
  const response = await send(
    location.endsWith('/') ? location + filename : location,
    'PUT',
    body,
    trustedRoots,
  );
  response.resume();
}

/** Whether this charger can move files there at all. */
export function canTransfer(location: string): boolean {
  return URL.canParse(location) && ['http:', 'https:'].includes(new URL(location).protocol);
}

function send(
  location: string,
  method: 'GET' | 'PUT',
  body: Buffer | null,
  trustedRoots: readonly string[],
): Promise<IncomingMessage> {
  if (!canTransfer(location)) return Promise.reject(new TransferFailed(`${location} is not HTTP or HTTPS.`));
  const url = new URL(location);
  const secure = url.protocol === 'https:';
  const options: RequestOptions & { ca?: string[] } = {
    method,
    timeout: timeout_ms,
    ...(body && { headers: { 'content-type': 'text/plain', 'content-length': body.length } }),
    ...(url.username !== '' && {
      auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
    }),
    ...(secure && trustedRoots.length > 0 && { ca: [...trustedRoots] }),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) return resolve(response);
      response.resume();
      reject(new TransferFailed(`${location} answered ${statusCode}.`));
    });
    request.on('timeout', () => request.destroy(new TransferFailed(`${location} does not answer.`)));
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}
