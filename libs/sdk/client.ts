import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './generated/schema.gen.js';

/** Every shape the API speaks, by its name in the OpenAPI document, e.g. `Schemas['Location']`. */
export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

export interface BusbarClientOptions {
  /** Origin of the API, without a trailing slash; '' in the portal, which is served from the same origin. */
  readonly baseUrl: string;
  /** A bearer token, or null where the browser's session cookie speaks for the person. */
  readonly token: string | null;
}

export type BusbarClient = Client<paths>;

/** A client whose paths, parameters, bodies and answers are typed by the OpenAPI document. */
export function createBusbarClient(options: BusbarClientOptions): BusbarClient {
  return createClient<paths>({
    baseUrl: options.baseUrl,
    credentials: 'include',
    headers: options.token === null ? {} : { authorization: `Bearer ${options.token}` },
  });
}

/** An answer of the API that says no; `problem` holds its stable code, its sentence and what to do next. */
export class BusbarProblem extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.title} ${problem.nextStep}`);
    this.name = 'BusbarProblem';
  }
}

/** What a call answered, or a BusbarProblem thrown: `await unwrap(client.GET('/v1/me'))`. */
export async function unwrap<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  throw new BusbarProblem(isProblem(error) ? error : unreadable(response));
}

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'nextStep' in value;

/** For answers that are not ours, e.g. of a proxy in between. */
const unreadable = (response: Response): Problem => ({
  type: 'about:blank',
  code: 'internal-error',
  title: `The server answered ${response.status} without an explanation.`,
  status: Math.max(400, response.status),
  nextStep: 'Try again in a moment.',
  instance: new URL(response.url, 'http://localhost').pathname,
  traceId: response.headers.get('x-trace-id') ?? 'unknown',
});
