import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import type { Logger } from '#libs/platform/logger.js';
import { LOGGER } from '#libs/platform/tokens.js';
import { problem, problemDocument, ProblemError } from './problems.js';

/** What Fastify and Nest themselves refuse, by status. */
const byStatus: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed-json',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  414: 'invalid-request',
  415: 'unsupported-media-type',
};

/** The one place where an error becomes an answer. What we did not foresee is logged and told to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), error, this.logger);
  }
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  logger: Logger,
): void {
  const known = asProblem(error);
  if (known.code === 'internal-error') {
    logger.error({ error, traceId: request.id, path: pathOf(request) }, 'a request failed');
  }
  if (reply.sent || reply.raw.headersSent) return;
  const document = problemDocument(known, pathOf(request), request.id);
  void reply
    .status(document.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(document));
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const status = statusOf(error);
  return problem((status === null ? undefined : byStatus[status]) ?? 'internal-error');
}

function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof SyntaxError || error instanceof URIError) return 400;
  if (typeof error === 'object' && error !== null && 'statusCode' in error) return Number(error.statusCode);
  return null;
}

/** The path without its query: a query may hold what does not belong into logs. */
export const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/';
