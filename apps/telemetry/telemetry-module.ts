import {
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import type { Logger } from '#libs/platform/logger.js';
import { BUS, CLOCK, LOGGER, METRICS, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { TelemetryConfig } from './telemetry-config.js';
import { TelemetryMetrics } from './telemetry-metrics.js';
import { TelemetryService } from './telemetry-service.js';

const CONFIG = Symbol('TelemetryConfig');

@Injectable()
class Telemetry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly service: TelemetryService;

  constructor(
    @Inject(CONFIG) config: TelemetryConfig,
    @Inject(BUS) bus: Bus,
    @Inject(POOL) pool: Pool,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) registry: Registry,
  ) {
    const metrics = new TelemetryMetrics(registry);
    this.service = new TelemetryService(config, { bus, pool, clock, logger, metrics });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.service.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.service.stop();
  }
}

/** Needs PlatformModule. */
@Module({})
export class TelemetryModule {
  static register(config: TelemetryConfig): DynamicModule {
    return { module: TelemetryModule, providers: [{ provide: CONFIG, useValue: config }, Telemetry] };
  }
}
