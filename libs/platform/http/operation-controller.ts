import { Controller, Inject } from '@nestjs/common';
import { asyncApi } from '#libs/contracts/generated/async-api.js';
import { openApiDocument } from '#libs/contracts/http/openapi.js';
import { operationRoutes } from '#libs/contracts/http/operation-routes.js';
import { allRoutes } from '#libs/contracts/http/routes.js';
import type { Gate } from '#libs/gate/gate.js';
import type { Logger } from '#libs/platform/logger.js';
import { GATE, LOGGER, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import { Route } from './route-decorator.js';
import type { RouteAnswer } from './route-request.js';

/** Entitlements older than this mean that commands are being refused (libs/gate). */
const freshEntitlements_ms = 1_000;

@Controller()
export class OperationController {
  private readonly document = JSON.parse(JSON.stringify(openApiDocument(allRoutes))) as Record<
    string,
    unknown
  >;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Route(operationRoutes.getHealth)
  async health(): Promise<RouteAnswer<typeof operationRoutes.getHealth>> {
    const database = await this.pool.query('SELECT 1').then(
      () => true,
      (error: unknown) => {
        this.logger.warn({ error }, 'the database did not answer a health check');
        return false;
      },
    );
    const fresh = this.gate.staleness_ms() <= freshEntitlements_ms;
    return {
      status: database && fresh ? 'ok' : 'degraded',
      checks: [
        { name: 'database', ok: database, detail: database ? 'answers' : 'does not answer' },
        { name: 'entitlements', ok: fresh, detail: fresh ? 'current' : 'too old: commands are refused' },
      ],
    };
  }

  @Route(operationRoutes.getOpenApi)
  async openApi(): Promise<RouteAnswer<typeof operationRoutes.getOpenApi>> {
    return this.document;
  }

  @Route(operationRoutes.getAsyncApi)
  async asyncApi(): Promise<RouteAnswer<typeof operationRoutes.getAsyncApi>> {
    return asyncApi;
  }
}
