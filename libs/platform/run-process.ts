import 'reflect-metadata';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { readEnvironment, type Environment } from './config.js';
import { createHttpAdapter } from './http/http-adapter.js';
import { startConsumers } from './start-consumers.js';
import { startMetricsServer } from './metrics-server.js';
import { openPlatform, type OpenPlatform } from './open-platform.js';
import { PlatformModule } from './platform-module.js';

export interface ProcessDescription {
  readonly name: string;
  /** The modules of the process besides PlatformModule. */
  readonly modules: (environment: Environment) => DynamicModule[];
  /** Whether it serves HTTP on BUSBAR_HTTP_PORT. */
  readonly http: boolean;
}

@Module({})
class ProcessModule {}

/**
 * Runs one app as a process of its own: environment, platform, Nest, metrics; ends in order on SIGINT and SIGTERM. A
 * problem at start is one line on standard error and exit code 1.
 */
export async function runProcess(description: ProcessDescription): Promise<void> {
  try {
    const environment = readEnvironment(process.env);
    const platform = await openPlatform(description.name, environment);
    const app = await create(description, environment, platform);
    const metrics = await startMetricsServer(platform.metrics, {
      host: environment.BUSBAR_METRICS_HOST,
      port: environment.BUSBAR_METRICS_PORT,
    });
    platform.logger.info({ metrics: metrics.url }, 'ready');
    let stopping = false;
    const stop = async (): Promise<void> => {
      if (stopping) process.exit(130);
      stopping = true;
      await app.close();
      await metrics.close();
      await platform.close();
      process.exit(0);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  } catch (error) {
    process.stderr.write(`${description.name}: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

async function create(
  description: ProcessDescription,
  environment: Environment,
  platform: OpenPlatform,
): Promise<INestApplicationContext> {
  const module: DynamicModule = {
    module: ProcessModule,
    imports: [PlatformModule.of(platform), ...description.modules(environment)],
  };
  const options = { logger: false as const, abortOnError: false };
  const strategy = new BusTransport(platform.bus);
  if (!description.http) {
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      ...options,
      strategy,
    });
    await service.listen();
    return service;
  }
  const adapter = createHttpAdapter({
    metrics: platform.metrics,
    trustedProxies: ['loopback', 'uniquelocal'],
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, options);
  await startConsumers(app, strategy);
  await app.listen(environment.BUSBAR_HTTP_PORT, environment.BUSBAR_HOST);
  return app;
}
