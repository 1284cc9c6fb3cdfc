import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AllocatorModule } from '#apps/allocator/allocator-module.js';
import { ApiModule } from '#apps/api/api-module.js';
import { IngressModule } from '#apps/ingress/ingress.module.js';
import { defaultIngressLimits } from '#apps/ingress/ingress-config.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryModule } from '#apps/telemetry/telemetry-module.js';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import type { Bus } from '#libs/bus/bus.js';
import { BusTransport } from '#libs/bus/transport/bus-transport.js';
import { GateModule } from '#libs/platform/gate-module.js';
import { createHttpAdapter } from '#libs/platform/http/http-adapter.js';
import { HttpModule } from '#libs/platform/http/http-module.js';
import { createLogger, type Logger } from '#libs/platform/logger.js';
import { startMetricsServer } from '#libs/platform/metrics-server.js';
import { PlatformModule } from '#libs/platform/platform-module.js';
import { startConsumers } from '#libs/platform/start-consumers.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#libs/store/embedded-postgres.js';
import { migrate } from '#libs/store/migrate.js';
import { openPool, type Pool } from '#libs/store/pool.js';
import { CommandRightsModule } from './command-rights-module.js';
import { keepFile } from './demo/keep-file.js';

export interface CloudOptions {
  readonly folder: string;
  readonly host: string;
  readonly httpPort: number;
  readonly ocppPort: number;
  readonly ocppTlsPort: number;
  readonly mqttPort: number;
  readonly mqttTlsPort: number;
  readonly metricsPort: number;
  /** Addresses, in lower case, of the people who run this cloud. */
  readonly operators: readonly string[];
}

/** All of Busbar in this process. */
export interface Cloud {
  readonly bus: Bus;
  readonly pool: Pool;
  readonly logger: Logger;
  readonly httpUrl: string;
  readonly ocppUrl: string;
  readonly ocppTlsUrl: string;
  readonly mqttUrl: string;
  readonly mqttTlsUrl: string;
  readonly metricsUrl: string;
  /** How readings are kept, as the migrations found it. */
  readonly readings: string;
  /** Stops in order: edges first, so that nothing new comes in, the database last. */
  stop(): Promise<void>;
}

@Module({})
class CloudModule {
  static of(imports: DynamicModule['imports']): DynamicModule {
    return { module: CloudModule, imports: imports ?? [] };
  }
}

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const server = await startEmbeddedPostgres({ folder: join(options.folder, 'postgres'), durable: true });
  try {
    return await startOn(server, options);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startOn(server: EmbeddedPostgres, options: CloudOptions): Promise<Cloud> {
  const { folder, host } = options;
  const logger = createLogger({ name: 'busbar', level: 'info', file: join(folder, 'busbar.log') });
  const postgresUrl = await server.database('busbar');
  const pool = openPool(postgresUrl, { max: 20 });
  const { applied, readings } = await migrate(pool);
  logger.info({ applied, readings }, 'database is at this release');

  const bus = new MemoryBus();
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const secret = await keepFile(join(folder, 'auth-secret'), () => randomBytes(36).toString('base64url'));
  const app = await NestFactory.create<NestFastifyApplication>(
    CloudModule.of([
      PlatformModule.of({ clock: systemClock, bus, pool, logger, metrics }),
      { module: CommandRightsModule, global: true },
      GateModule.register(),
      HttpModule.register({
        identity: {
          connectionString: postgresUrl,
          secret,
          publicUrl: null,
          trustedOrigins: [],
          attemptsPerMinute: 30,
        },
        authEndpoint: 'here',
        operators: options.operators,
      }),
      SharingModule.register(),
      ApiModule.register({
        portalFolder: fileURLToPath(new URL('../portal', import.meta.url)),
        sharing: { mode: 'in-process' },
      }),
      TelemetryModule.register(defaultTelemetryConfig),
      AllocatorModule.register({ postgresUrl }),
      IngressModule.register({
        host,
        ocppPort: options.ocppPort,
        mqttHost: host,
        mqttPort: options.mqttPort,
        instance: 'all-in-one',
        quirksFile: join(folder, 'quirks.json'),
        security: {
          ocppTlsPort: options.ocppTlsPort,
          mqttTlsPort: options.mqttTlsPort,
          serverCertificate: null,
          serverNames: ['localhost', host],
          authorityFolder: join(folder, 'certificate-authority'),
          admitsWithoutCredential: false,
        },
        limits: defaultIngressLimits,
      }),
    ]),
    createHttpAdapter({ metrics, trustedProxies: [] }),
    { logger: false, abortOnError: false },
  );
  await startConsumers(app, new BusTransport(bus));
  await app.listen(options.httpPort, host);
  const metricsServer = await startMetricsServer(metrics, { host, port: options.metricsPort });
  return {
    bus,
    pool,
    logger,
    readings,
    httpUrl: `http://${host}:${options.httpPort}`,
    ocppTlsUrl: `wss://${host}:${options.ocppTlsPort}/ocpp`,
    ocppUrl: `ws://${host}:${options.ocppPort}/ocpp`,
    mqttUrl: `mqtt://${host}:${options.mqttPort}`,
    mqttTlsUrl: `mqtts://${host}:${options.mqttTlsPort}`,
    metricsUrl: metricsServer.url,
    async stop() {
      await app.close();
      await metricsServer.close();
      await bus.close();
      await pool.end();
      await server.stop();
    },
  };
}
