import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import { Gate } from '#libs/gate/gate.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { Logger } from './logger.js';
import { BUS, CLOCK, GATE, LOGGER, METRICS, POOL } from './tokens.js';

@Injectable()
class GateLifecycle implements OnApplicationShutdown {
  constructor(@Inject(GATE) private readonly gate: Gate) {}

  onApplicationShutdown(): Promise<void> {
    return this.gate.stop();
  }
}

async function openGate(
  pool: Pool,
  bus: Bus,
  clock: Clock,
  logger: Logger,
  metrics: Registry,
): Promise<Gate> {
  const gate = new Gate({
    pool,
    bus,
    clock,
    onError: (error) => logger.error({ error }, 'the entitlement log could not be read'),
  });
  await gate.start();
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [metrics],
      collect() {
        this.set(read());
      },
    });
  gauge(
    'busbar_entitlements_age_seconds',
    'Age of the entitlement snapshot at most',
    () => gate.staleness_ms() / 1_000,
  );
  gauge('busbar_live_streams_watched', 'Streams that end with their proof', () => gate.watchedStreams);
  return gate;
}

/** Provides GATE, ready to decide, to every module of the process. */
@Module({})
export class GateModule {
  static register(): DynamicModule {
    return {
      module: GateModule,
      global: true,
      providers: [
        { provide: GATE, inject: [POOL, BUS, CLOCK, LOGGER, METRICS], useFactory: openGate },
        GateLifecycle,
      ],
      exports: [GATE],
    };
  }
}
