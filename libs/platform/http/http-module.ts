import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { openIdentity, type Identity } from '#libs/platform/identity.js';
import { PortalIdentity } from '#libs/platform/portal-identity.js';
import { CLOCK, IDENTITY, POOL, PORTAL_IDENTITY } from '#libs/platform/tokens.js';
import { queueMail } from '#libs/store/mail-queue.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { mountAuthEndpoint } from './auth-endpoint.js';
import { DeclaredRoutes } from './declared-routes.js';
import { HTTP_CONFIG, type HttpConfig } from './http-config.js';
import { OperationController } from './operation-controller.js';
import { ProblemFilter } from './problem-filter.js';
import { RouteGuard } from './route-guard.js';
import { RouteInterceptor } from './route-interceptor.js';

class HttpLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
  ) {}

  onModuleInit(): void {
    if (this.config.authEndpoint === 'elsewhere') return;
    mountAuthEndpoint(this.host.httpAdapter.getInstance<FastifyInstance>(), this.identity);
  }

  onApplicationShutdown(): Promise<void> {
    return this.identity.close();
  }
}

/** The HTTP surface of a process: one guard, one interceptor and one filter around every route, and sign-in. */
@Module({})
export class HttpModule {
  static register(config: HttpConfig): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      controllers: [OperationController],
      providers: [
        { provide: HTTP_CONFIG, useValue: config },
        {
          provide: IDENTITY,
          inject: [POOL, CLOCK],
          useFactory: (pool: Pool, clock: Clock) =>
            openIdentity(config.identity, (recipient, link) =>
              queueMail(
                pool,
                { template: 'confirm-address', recipient, subjectId: null, language: 'en', link },
                new Date(clock.now()),
              ),
            ),
        },
        {
          provide: PORTAL_IDENTITY,
          inject: [POOL, CLOCK],
          useFactory: (pool: Pool, clock: Clock) => new PortalIdentity(pool, clock),
        },
        { provide: APP_GUARD, useClass: RouteGuard },
        { provide: APP_INTERCEPTOR, useClass: RouteInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
        DeclaredRoutes,
        HttpLifecycle,
      ],
      exports: [IDENTITY, PORTAL_IDENTITY, HTTP_CONFIG],
    };
  }
}
