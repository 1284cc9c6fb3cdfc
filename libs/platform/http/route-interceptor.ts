import { Readable } from 'node:stream';
import { Inject, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { z } from 'zod';
import { isWrite } from '#libs/contracts/http/openapi.js';
import type { RouteContract } from '#libs/contracts/http/route.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { hashRequest, IdempotencyStore } from './idempotency.js';
import { invalidRequest, problem } from './problems.js';
import type { FileAnswer, GuardedRequest, StreamAnswer } from './route-request.js';

const keySchema = z.string().min(8).max(128);

/** Around every handler: repeats are answered from the store, and what leaves has exactly the contract's shape (T10). */
export class RouteInterceptor implements NestInterceptor {
  private readonly idempotency: IdempotencyStore;

  constructor(@Inject(POOL) pool: Pool, @Inject(CLOCK) clock: Clock) {
    this.idempotency = new IdempotencyStore(pool, clock);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const { contract } = request;
    if (!contract || contract.response.kind === 'events') return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(
      this.answer(contract, request, reply, () => firstValueFrom(next.handle(), { defaultValue: undefined })),
    );
  }

  private async answer(
    contract: RouteContract,
    request: GuardedRequest,
    reply: FastifyReply,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    void reply.header('cache-control', 'no-store');
    if (contract.response.kind === 'file') {
      return sendFile(contract.response.mediaType, (await handle()) as FileAnswer, reply);
    }
    if (contract.response.kind === 'stream') return sendStream((await handle()) as StreamAnswer);
    const key = request.headers['idempotency-key'];
    if (key === undefined || !isWrite(contract) || !request.sender) return shape(contract, await handle());

    const parsed = keySchema.safeParse(key);
    if (!parsed.success) throw invalidRequest('header.Idempotency-Key', parsed.error);
    const { personId } = request.sender;
    const stored = await this.idempotency.take(
      personId,
      parsed.data,
      hashRequest(
        request.method,
        `${request.url} ${request.routeRequest?.context ?? ''}`,
        // Bytes on their way are read once, by the handler; a repeat of such a request is told by its address.
        contract.bodyMediaType === 'application/octet-stream' ? null : request.body,
      ),
    );
    if (stored) {
      if (contract.response.kind === 'secret') throw problem('answer-not-repeated');
      void reply.header('idempotent-replayed', 'true');
      return stored.body ?? undefined;
    }
    let body: unknown;
    try {
      body = shape(contract, await handle());
    } catch (error) {
      await this.idempotency.release(personId, parsed.data);
      throw error;
    }
    const kept = contract.response.kind === 'json' ? body : null;
    await this.idempotency.keep(personId, parsed.data, { status: contract.response.status, body: kept });
    return body;
  }
}

function sendFile(mediaType: string, { bytes, fileName }: FileAnswer, reply: FastifyReply): Buffer {
  void reply
    .header('content-type', mediaType)
    .header('content-disposition', `attachment; filename="${fileName}"`);
  return bytes;
}

/** Nest streams a web Response with backpressure and stops it when the reader leaves. */
function sendStream({ status, headers, body }: StreamAnswer): Response {
  const bytes = body === null ? null : (Readable.toWeb(body) as ReadableStream<Uint8Array>);
  return new Response(bytes, { status, headers });
}

/** Parsed by the contract: fields it does not name never leave. */
function shape({ response, operationId }: RouteContract, answer: unknown): unknown {
  if (response.kind !== 'json' && response.kind !== 'secret') return undefined;
  const parsed = response.schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
  throw new Error(`${operationId} answered what its contract does not allow: ${places.join('; ')}`);
}
