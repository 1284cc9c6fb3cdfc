import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Gauge, type Registry } from 'prom-client';
import type { Bus, Subscription } from '#libs/bus/bus.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { Change } from '#libs/contracts/change.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import type { EventStream } from '#libs/platform/http/event-stream.js';
import type { Logger } from '#libs/platform/logger.js';
import { BUS, CLOCK, LOGGER, METRICS, POOL } from '#libs/platform/tokens.js';
import { CommandRepository } from '#libs/store/commands.js';
import { statesOfLocation } from '#libs/store/device-snapshots.js';
import { DeviceRepository } from '#libs/store/devices.js';
import { readTimeZone, readTopology } from '#libs/store/locations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { commandView } from '../command-view.js';
import { RecentMessages } from './recent-messages.js';
import { SiteLive, type StoredSite } from './site-live.js';

/** What changes within this time goes out together: readers see no difference, and the work is bounded. */
const flushInterval_ms = 100;
/** A site nobody has looked at for this long is forgotten; it is loaded again when asked for. */
const forgetAfter_ms = 600_000;

interface Entry {
  readonly live: SiteLive;
  readonly streams: Set<EventStream>;
  askedAt: number;
}

/** The live state of the sites that somebody looks at, folded from the bus over what is stored. */
@Injectable()
export class LiveSites implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly loaded = new Map<string, Entry>();
  private readonly recent = new RecentMessages();
  private readonly devices: DeviceRepository;
  private readonly commands: CommandRepository;
  private subscriptions: readonly Subscription[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Registry,
  ) {
    this.devices = new DeviceRepository(pool);
    this.commands = new CommandRepository(pool);
    const { loaded } = this;
    metrics.registerMetric(
      new Gauge({
        name: 'busbar_live_streams',
        help: 'Open live streams',
        registers: [],
        collect() {
          this.set([...loaded.values()].reduce((sum, { streams }) => sum + streams.size, 0));
        },
      }),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    const all = { partitions: allPartitions, group: null };
    this.subscriptions = await Promise.all([
      this.bus.consume({
        ...all,
        topic: 'observations',
        handler: async ({ message }) => this.observe(message),
      }),
      this.bus.consume({ ...all, topic: 'limits', handler: async ({ message }) => this.limit(message) }),
      this.bus.consume({ ...all, topic: 'changes', handler: ({ message }) => this.change(message) }),
    ]);
    this.timer = setInterval(() => this.flush(), flushInterval_ms);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    for (const { streams } of this.loaded.values()) for (const stream of streams) stream.end('shutting-down');
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  async snapshot(locationId: string): Promise<LiveSnapshot> {
    return (await this.entry(locationId)).live.snapshot(this.clock.now());
  }

  /** Sends the snapshot and then every change, until the stream closes. */
  async follow(locationId: string, stream: EventStream): Promise<void> {
    const entry = await this.entry(locationId);
    stream.send('snapshot', entry.live.snapshot(this.clock.now()));
    entry.streams.add(stream);
    stream.whenClosed(() => entry.streams.delete(stream));
  }

  private entry(locationId: string): Promise<Entry> {
    const known = this.entries.get(locationId);
    if (known) return known;
    const loading = this.load(locationId).catch((error: unknown) => {
      this.entries.delete(locationId);
      throw error;
    });
    this.entries.set(locationId, loading);
    return loading;
  }

  private async load(locationId: string): Promise<Entry> {
    const states = await statesOfLocation(this.pool, locationId);
    const live = new SiteLive(locationId, { ...(await this.stored(locationId)), states });
    // Said while we loaded, or so shortly before that it is not stored yet; reducers do not mind hearing it twice.
    for (const message of this.recent.of(locationId)) {
      if ('event' in message) live.observe(message);
      else live.limit(message);
    }
    const entry: Entry = { live, streams: new Set(), askedAt: this.clock.now() };
    this.loaded.set(locationId, entry);
    return entry;
  }

  private async stored(locationId: string): Promise<Omit<StoredSite, 'states'>> {
    const [devices, topology, timeZone] = await Promise.all([
      this.devices.ofLocation(locationId),
      readTopology(this.pool, locationId),
      readTimeZone(this.pool, locationId),
    ]);
    return { devices, topology: topology?.topology ?? null, timeZone: timeZone ?? 'UTC' };
  }

  private observe(observation: Observation): void {
    this.recent.add(observation.siteId, observation, this.clock.now());
    this.loaded.get(observation.siteId)?.live.observe(observation);
  }

  private limit(limit: Limit): void {
    this.recent.add(limit.siteId, limit, this.clock.now());
    this.loaded.get(limit.siteId)?.live.limit(limit);
  }

  private async change({ siteId, subject, subjectId }: Change): Promise<void> {
    const entry = this.loaded.get(siteId);
    if (!entry) return;
    if (subject === 'topology' || subject === 'devices') entry.live.update(await this.stored(siteId));
    if (subject !== 'command' || subjectId === null || entry.streams.size === 0) return;
    const command = await this.commands.byId(subjectId);
    if (command) for (const stream of entry.streams) stream.send('command', commandView(command));
  }

  private flush(): void {
    const now = this.clock.now();
    this.recent.prune(now);
    for (const [locationId, entry] of this.loaded) {
      if (entry.streams.size === 0) {
        if (now - entry.askedAt > forgetAfter_ms) {
          this.loaded.delete(locationId);
          this.entries.delete(locationId);
        }
        continue;
      }
      entry.askedAt = now;
      this.send(entry, now);
    }
  }

  private send({ live, streams }: Entry, now: number): void {
    try {
      const { devices, site } = live.takeChanges(now);
      for (const stream of streams) {
        for (const device of devices) stream.send('device', device);
        if (site) stream.send('site', site);
      }
    } catch (error) {
      this.logger.error({ error, locationId: live.locationId }, 'a live state could not be shown');
    }
  }
}
