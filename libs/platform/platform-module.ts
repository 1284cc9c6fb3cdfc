import { Module, type DynamicModule } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { Logger } from './logger.js';
import { BUS, CLOCK, LOGGER, METRICS, POOL } from './tokens.js';

/** What a composition root opens before the app starts and closes after it stopped. */
export interface Platform {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly pool: Pool;
  readonly logger: Logger;
  readonly metrics: Registry;
}

@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const providers = [
      { provide: CLOCK, useValue: platform.clock },
      { provide: BUS, useValue: platform.bus },
      { provide: POOL, useValue: platform.pool },
      { provide: LOGGER, useValue: platform.logger },
      { provide: METRICS, useValue: platform.metrics },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers };
  }
}
