import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What an operator watches of the allocator. */
export class AllocatorMetrics {
  readonly sites: Gauge;
  readonly limits: Counter<'kind'>;
  readonly frameToLimit: Histogram;
  readonly refusedTopologies: Counter;
  readonly lostPartitions: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.sites = new Gauge({
      name: 'busbar_allocator_sites',
      help: 'Sites this process allocates',
      registers,
    });
    this.limits = new Counter({
      name: 'busbar_allocator_limits_total',
      help: 'Current limits sent, by kind of change',
      labelNames: ['kind'],
      registers,
    });
    this.frameToLimit = new Histogram({
      name: 'busbar_allocator_frame_to_limit_seconds',
      help: 'From the reception of a meter frame to its limits on the bus',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
      registers,
    });
    this.refusedTopologies = new Counter({
      name: 'busbar_allocator_refused_topologies_total',
      help: 'Site descriptions that could not be used',
      registers,
    });
    this.lostPartitions = new Counter({
      name: 'busbar_allocator_ownership_lost_total',
      help: 'Times the session that holds our partitions died',
      registers,
    });
  }
}
