import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import { Registry } from 'prom-client';
import type { Bus } from '#libs/bus/bus.js';
import { MemoryBus } from '#libs/bus/memory-bus.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { Observation } from '#libs/contracts/observation.js';
import { createLogger } from '#libs/platform/logger.js';
import type { SiteRecord } from '#libs/store/site-repository.js';
import { siteTopology, threePhase } from '#libs/testing/site-builder.js';
import type { PerPhase } from '#libs/units/phases.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { AllocatorMetrics } from './allocator-metrics.js';
import { AllocatorService } from './allocator-service.js';
import type { SiteSource } from './site-source.js';

const siteCount = 10_000;
const chargersPerSite = 10;
const fuse_A = 100;
/** The first seconds take every charger from its fallback to its share. */
const warmUp_s = 15;
const measured_s = 30;
/** A charger reports its meter values so often. */
const sampleEvery_s = 30;

const now = (): EpochMilliseconds => epochMilliseconds(Date.now());
const siteIds = Array.from({ length: siteCount }, (_, at) => `site-${at}`);

function record(siteId: string): SiteRecord {
  const topology = siteTopology({
    fuse_A,
    assumedBase_A: 10,
    chargers: Array.from({ length: chargersPerSite }, (_, at) => ({
      deviceId: `${siteId}-${at}`,
      wiring: threePhase,
    })),
  });
  return {
    siteId,
    timeZone: 'Europe/Oslo',
    topology: {
      ...topology,
      nodes: topology.nodes.map((node) => ({ ...node, meterDeviceId: `${siteId}-zen` })),
    },
    settings: new Map(),
    standingDefaults_A: new Map(topology.connectors.map(({ deviceId }) => [`${deviceId}/1`, 6])),
    openTransactions: topology.connectors.map(({ deviceId }, at) => ({
      deviceId,
      connector: 1,
      transactionId: at + 1,
      idToken: 'CARD',
      startedAt: now(),
      beganAt: now(),
      meterStart_Wh: 0,
    })),
    nodeLimits: [],
    prices: [],
    tokenMaximums_A: new Map(),
  };
}

const source: SiteSource = {
  siteIds: () => Promise.resolve(siteIds),
  load: (siteId) => Promise.resolve(record(siteId)),
  confirm: () => Promise.resolve(),
};

const observation = (siteId: string, deviceId: string, event: Observation['event']): Observation => ({
  siteId,
  deviceId,
  deviceKind: event.type === 'balancer-reading' ? 'balancer' : 'charger',
  deviceTime: now(),
  receivedAt: now(),
  event,
});

/** The bus as the allocator sees it: when its handler is done with a frame, the limits that follow from it are published. */
const timed = (bus: Bus, onFrameDone: (siteId: string) => void): Bus => ({
  publish: (topic, message) => bus.publish(topic, message),
  consume: (consumption) =>
    bus.consume({
      ...consumption,
      handler: async (delivery) => {
        await consumption.handler(delivery);
        const { message } = delivery;
        if ('event' in message && message.event.type === 'balancer-reading') onFrameDone(message.siteId);
      },
    }),
  close: () => bus.close(),
});

const siteNumber = (siteId: string): number => Number(siteId.slice('site-'.length));

/** All sites, their meters and chargers: the other end of the loop. */
class World {
  /** What each charger draws, by site and charger. */
  private readonly drawn_A = new Float64Array(siteCount * chargersPerSite);
  private readonly base_A = new Float64Array(siteCount).fill(20);
  private readonly frameAt = new Float64Array(siteCount);
  private seed = 1;
  limits = 0;

  constructor(
    private readonly bus: Bus,
    private readonly latency: RecordableHistogram,
  ) {}

  async open(): Promise<void> {
    await this.bus.consume({
      topic: 'limits',
      partitions: allPartitions,
      group: null,
      handler: async ({ message }) => {
        this.limits++;
        const site = siteNumber(message.siteId);
        const charger = Number(message.deviceId.slice(message.deviceId.lastIndexOf('-') + 1));
        if (message.transactionId !== null)
          this.drawn_A[site * chargersPerSite + charger] = message.current_A;
        await this.bus.publish(
          'observations',
          observation(message.siteId, message.deviceId, {
            type: 'limit-answered',
            connector: 1,
            limitId: message.limitId,
            outcome: 'accepted',
          }),
        );
      },
    });
  }

  frameDone = (siteId: string): void => {
    const waited_us = Math.round((performance.now() - this.frameAt[siteNumber(siteId)]!) * 1_000);
    this.latency.record(Math.max(1, waited_us));
  };

  async connectAll(): Promise<void> {
    for (const siteId of siteIds)
      for (let charger = 0; charger < chargersPerSite; charger++)
        await this.bus.publish(
          'observations',
          observation(siteId, `${siteId}-${charger}`, {
            type: 'connected',
            connectionEpoch: 1,
            protocol: 'ocpp1.6',
          }),
        );
  }

  /** One second of one site: its meter speaks, and now and then a charger. */
  async second(site: number, second: number): Promise<void> {
    const siteId = siteIds[site]!;
    // An appliance of up to 20 A comes and goes, about once in ten seconds.
    if (this.random() < 0.1) this.base_A[site] = 10 + this.random() * 20;
    let sum_A = this.base_A[site]!;
    for (let charger = 0; charger < chargersPerSite; charger++)
      sum_A += this.drawn_A[site * chargersPerSite + charger]!;
    const current_A: PerPhase = [sum_A, sum_A, sum_A];
    this.frameAt[site] = performance.now();
    await this.bus.publish(
      'observations',
      observation(siteId, `${siteId}-zen`, {
        type: 'balancer-reading',
        current_A,
        voltage_V: null,
        power_W: null,
        energyImport_Wh: null,
        energyExport_Wh: null,
      }),
    );
    for (let charger = 0; charger < chargersPerSite; charger++) {
      if ((second + site + charger * 3) % sampleEvery_s !== 0) continue;
      const drawn_A = this.drawn_A[site * chargersPerSite + charger]!;
      await this.bus.publish(
        'observations',
        observation(siteId, `${siteId}-${charger}`, {
          type: 'meter-sample',
          connector: 1,
          transactionId: charger + 1,
          current_A: [drawn_A, drawn_A, drawn_A],
          voltage_V: null,
          power_W: null,
          energy_Wh: null,
          offered_A: null,
        }),
      );
    }
  }

  private random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 2 ** 32;
  }
}

/** Runs all sites for some seconds, evenly spread over each; answers the seconds of CPU that this took. */
async function run(world: World, seconds: number): Promise<number> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const end = siteCount * seconds;
  for (let at = 0; at < end;) {
    const due = Math.min(end, Math.floor(((performance.now() - began) / 1_000) * siteCount));
    for (; at < due; at++) await world.second(at % siteCount, Math.floor(at / siteCount));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const used = process.cpuUsage(cpu);
  return (used.user + used.system) / 1e6;
}

const milliseconds = (histogram: RecordableHistogram, percentile: number): string =>
  (histogram.percentile(percentile) / 1_000).toFixed(2);

/**
 * The closed loop in one process: 10,000 sites of 10 chargers, a meter frame each second, every limit answered. The meters,
 * the chargers and the bus run in the same thread; what they take alone is measured first and is the peer.
 */
export async function bench() {
  const rows = [];
  let alone_s = 0;
  for (const allocating of [false, true]) {
    const bus = new MemoryBus();
    const latency = createHistogram();
    const world = new World(bus, latency);
    await world.open();
    const service = new AllocatorService({
      bus: timed(bus, world.frameDone),
      sites: source,
      clock: { now },
      logger: createLogger({ name: 'bench', level: 'error', file: null }),
      metrics: new AllocatorMetrics(new Registry()),
    });
    if (allocating) await service.own(allPartitions.map((partition) => ({ partition, epoch: 1 })));
    else
      await bus.consume({
        topic: 'observations',
        partitions: allPartitions,
        group: 'allocator',
        handler: () => Promise.resolve(),
      });
    await world.connectAll();
    await run(world, warmUp_s);
    latency.reset();
    world.limits = 0;
    const cpu_s = await run(world, measured_s);
    if (!allocating) alone_s = cpu_s;
    rows.push({
      loop: allocating ? 'with the allocator' : 'meters, chargers and bus alone',
      'cores used': (cpu_s / measured_s).toFixed(2),
      'of them the allocator': allocating ? ((cpu_s - alone_s) / measured_s).toFixed(2) : '0',
      'limits per second': Math.round(world.limits / measured_s),
      'frame to limit p50 ms': allocating ? milliseconds(latency, 50) : '',
      'p99 ms': allocating ? milliseconds(latency, 99) : '',
      'p99.9 ms': allocating ? milliseconds(latency, 99.9) : '',
      'worst ms': allocating ? (latency.max / 1_000).toFixed(2) : '',
    });
    await service.disown();
    await bus.close();
  }
  return { name: `closed loop: ${siteCount} sites x ${chargersPerSite} chargers at 1 Hz`, rows };
}
