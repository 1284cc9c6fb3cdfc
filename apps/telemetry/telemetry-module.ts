import {
  Controller,
  Inject,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import { Consume } from '#libs/bus/transport/bus-transport.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { Logger } from '#libs/platform/logger.js';
import { BUS, CLOCK, LOGGER, METRICS, POOL } from '#libs/platform/tokens.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { TelemetryConfig } from './telemetry-config.js';
import { TelemetryMetrics } from './telemetry-metrics.js';
import { group, TelemetryService } from './telemetry-service.js';

const CONFIG = Symbol('TelemetryConfig');

/** Starts the service before Nest's transport hands it messages, and stops it after the last. */
@Injectable()
export class Telemetry implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly service: TelemetryService;

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

/** What telemetry follows: both topics, every partition, progress kept under one group. */
@Controller()
class TelemetryConsumer {
  constructor(@Inject(Telemetry) private readonly telemetry: Telemetry) {}

  @Consume('observations', group)
  observation(@Payload() observation: Observation): Promise<void> {
    return this.telemetry.service.takeObservation(observation);
  }

  @Consume('limits', group)
  limit(@Payload() limit: Limit): Promise<void> {
    return this.telemetry.service.takeLimit(limit);
  }
}

/** Needs PlatformModule, and BusTransport as the application's microservice. */
@Module({})
export class TelemetryModule {
  static register(config: TelemetryConfig): DynamicModule {
    return {
      module: TelemetryModule,
      controllers: [TelemetryConsumer],
      providers: [{ provide: CONFIG, useValue: config }, Telemetry],
    };
  }
}
