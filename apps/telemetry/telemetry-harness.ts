import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { createLogger } from '#libs/platform/logger.js';
import { PlatformModule } from '#libs/platform/platform-module.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { defaultTelemetryConfig } from './telemetry-config.js';
import { Telemetry, TelemetryModule } from './telemetry-module.js';

@Module({})
class HarnessModule {}

export interface TelemetryHarness {
  /** Tells the journal's entries again. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Telemetry on a bus and a database that a test shares with other parts of the product; it looks often. */
export async function startTelemetry(platform: {
  readonly bus: Bus;
  readonly pool: Pool;
  readonly clock: Clock;
}): Promise<TelemetryHarness> {
  const logger = createLogger({ name: 'test', level: 'silent', file: null });
  const config = {
    ...defaultTelemetryConfig,
    batchAge_ms: 20,
    stateInterval_ms: 20,
    alertInterval_ms: 20,
    retryFirst_ms: 5,
    retryLongest_ms: 50,
  };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    {
      module: HarnessModule,
      imports: [
        PlatformModule.of({ ...platform, logger, metrics: new Registry() }),
        TelemetryModule.register(config),
      ],
    },
    { strategy: new BusTransport(platform.bus), logger: false },
  );
  await app.listen();
  return {
    catchUp: () => app.get(Telemetry, { strict: false }).service.catchUp(),
    stop: () => app.close(),
  };
}
