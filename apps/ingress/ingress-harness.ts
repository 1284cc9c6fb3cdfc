import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { CommandMessage } from '#libs/contracts/command.js';
import type { Change } from '#libs/contracts/change.js';
import type { DeviceKind, Observation } from '#libs/contracts/observation.js';
import type { Logger } from '#libs/platform/logger.js';
import { PlatformModule } from '#libs/platform/platform-module.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { generateDeviceSecret, hashDeviceSecret } from '#libs/store/device-secret.js';
import type { Pool } from '#libs/store/pool.js';
import { COMMAND_RIGHTS, type CommandRights } from './command-rights.js';
import { plainSecurity, type IngressLimits, type IngressSecurity } from './ingress-config.js';
import { IngressModule } from './ingress.module.js';
import { Ingress } from './ingress.js';

export interface SeededDevice {
  readonly deviceId: string;
  readonly siteId: string;
  readonly identity: string;
  readonly secret: string;
}

/** The whole edge on real sockets and a real database, for integration tests and the benchmark. */
export interface IngressHarness {
  readonly bus: Bus;
  readonly metrics: Registry;
  readonly ocppPort: number;
  readonly ocppTlsPort: number;
  readonly mqttPort: number;
  readonly mqttTlsPort: number;
  /** Everything published since the start, in order. */
  readonly observations: Observation[];
  readonly changes: Change[];
  /** False: what is published from now on is not kept, for long runs that measure memory. */
  keepObservations(keep: boolean): void;
  stop(): Promise<void>;
}

export interface HarnessOptions {
  readonly pool: Pool;
  readonly bus: Bus;
  readonly limits: IngressLimits;
  readonly ocppPort: number;
  readonly security: IngressSecurity;
  /** Asked before each command. */
  readonly stillAllowed: (command: CommandMessage) => boolean;
}

/** With a log that nobody reads. */
export const startIngress = (options: HarnessOptions): Promise<IngressHarness> =>
  startIngressLogging(options, pino({ level: 'silent' }));

export const startIngressLogging = (options: HarnessOptions, logger: Logger): Promise<IngressHarness> =>
  startIngressAsking(
    {
      stillAllowed: async (command: CommandMessage) => options.stillAllowed(command),
      stillWished: async () => true,
    },
    options,
    logger,
  );

/** The edge beside the rest of the product: what it asks before the wire is asked of these rights, e.g. the gate. */
export const startIngressBeside = (
  rights: CommandRights,
  pool: Pool,
  bus: Bus,
  limits: IngressLimits,
): Promise<IngressHarness> =>
  startIngressAsking(
    rights,
    { pool, bus, limits, ocppPort: 0, security: plainSecurity },
    pino({ level: 'silent' }),
  );

async function startIngressAsking(
  rights: CommandRights,
  options: Omit<HarnessOptions, 'stillAllowed'>,
  logger: Logger,
): Promise<IngressHarness> {
  const { bus, pool } = options;
  const metrics = new Registry();
  const observations: Observation[] = [];
  const changes: Change[] = [];
  let keeping = true;
  await bus.consume({
    topic: 'observations',
    partitions: allPartitions,
    group: null,
    handler: async ({ message }) => {
      if (keeping) observations.push(message);
    },
  });
  await bus.consume({
    topic: 'changes',
    partitions: allPartitions,
    group: null,
    handler: async ({ message }) => void changes.push(message),
  });
  const rightsModule = {
    module: class RightsModule {},
    global: true,
    providers: [{ provide: COMMAND_RIGHTS, useValue: rights }],
    exports: [COMMAND_RIGHTS],
  };
  @Module({
    imports: [
      PlatformModule.of({ clock: systemClock, bus, pool, logger, metrics }),
      rightsModule,
      IngressModule.register({
        host: '127.0.0.1',
        ocppPort: options.ocppPort,
        mqttHost: '127.0.0.1',
        mqttPort: 0,
        security: options.security,
        quirksFile: null,
        instance: 'harness',
        limits: options.limits,
      }),
    ],
  })
  class HarnessModule {}
  const app = await NestFactory.createApplicationContext(HarnessModule, {
    logger: false,
    abortOnError: false,
  });
  const ingress = app.get(Ingress);
  return {
    bus,
    metrics,
    observations,
    changes,
    keepObservations: (keep) => {
      keeping = keep;
    },
    ocppPort: ingress.ocppPort,
    ocppTlsPort: ingress.ocppTlsPort,
    mqttPort: ingress.mqttPort,
    mqttTlsPort: ingress.mqttTlsPort,
    stop: () => app.close(),
  };
}

export const memoryBus = (): Bus => new MemoryBus();

/** A location with one registered device of its own. */
export async function seedDevice(pool: Pool, kind: DeviceKind): Promise<SeededDevice> {
  const owner = `person-${randomUUID()}`;
  const siteId = randomUUID();
  const deviceId = randomUUID();
  const identity = `${kind}-${deviceId.slice(0, 8)}`;
  const secret = generateDeviceSecret();
  await pool.query(`INSERT INTO identity."user" (id, name, email) VALUES ($1, 'Test', $2)`, [
    owner,
    `${owner}@example.test`,
  ]);
  await pool.query(
    `INSERT INTO locations (id, name, time_zone, owner_person_id) VALUES ($1, 'Home', 'Europe/Oslo', $2)`,
    [siteId, owner],
  );
  await pool.query(
    `INSERT INTO devices (id, location_id, kind, identity, name, secret_hash) VALUES ($1, $2, $3, $4, $4, $5)`,
    [deviceId, siteId, kind, identity, hashDeviceSecret(secret)],
  );
  await pool.query(`INSERT INTO id_tokens (location_id, token) VALUES ($1, 'CARD-1')`, [siteId]);
  return { deviceId, siteId, identity, secret };
}
