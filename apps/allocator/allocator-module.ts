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
import { allPartitions } from '#libs/bus/partition.js';
import type { Logger } from '#libs/platform/logger.js';
import { BUS, CLOCK, LOGGER, METRICS, POOL } from '#libs/platform/tokens.js';
import { PartitionOwnership } from '#libs/store/partition-ownership.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { AllocatorMetrics } from './allocator-metrics.js';
import { AllocatorService } from './allocator-service.js';
import { storedSites } from './site-source.js';

export interface AllocatorConfig {
  /** For the session whose advisory locks say which partitions are ours. */
  readonly postgresUrl: string;
}
const CONFIG = Symbol('AllocatorConfig');

@Injectable()
class Allocator implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly service: AllocatorService;
  private readonly ownership: PartitionOwnership;

  constructor(
    @Inject(CONFIG) config: AllocatorConfig,
    @Inject(BUS) bus: Bus,
    @Inject(POOL) pool: Pool,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) registry: Registry,
  ) {
    const metrics = new AllocatorMetrics(registry);
    this.service = new AllocatorService({ bus, sites: storedSites(pool), clock, logger, metrics });
    this.ownership = new PartitionOwnership({
      connectionString: config.postgresUrl,
      pool,
      group: 'allocator',
      partitions: allPartitions,
      onAcquired: (owned) => this.service.own(owned),
      onLost: async () => {
        metrics.lostPartitions.inc();
        logger.error('partition ownership lost; limits stop until it is regained');
        await this.service.disown();
      },
      retry_ms: 2_000,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ownership.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.service.disown();
    await this.ownership.close();
  }
}

@Module({})
export class AllocatorModule {
  static register(config: AllocatorConfig): DynamicModule {
    return { module: AllocatorModule, providers: [{ provide: CONFIG, useValue: config }, Allocator] };
  }
}
