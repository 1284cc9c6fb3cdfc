import type { Bus, Subscription } from '#libs/bus/bus.js';
import { partitionOf } from '#libs/bus/partition.js';
import { defaultPolicy } from '#libs/allocation/policy.js';
import type { Change } from '#libs/contracts/change.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { Logger } from '#libs/platform/logger.js';
import type { OwnedPartition } from '#libs/store/partition-ownership.js';
import type { Clock } from '#libs/units/clock.js';
import type { AllocatorMetrics } from './allocator-metrics.js';
import { Rota } from './rota.js';
import { SiteActor } from './site-actor.js';
import type { SiteSource } from './site-source.js';
import { toLimit } from './to-limit.js';

/** A round of all sites takes a second. */
const turn_ms = 20;
const turnsPerRound = 50;
/** A site that decided so recently, and has heard nothing since, needs no turn. */
const rest_ms = 900;
/** What the allocator knows of a site besides what its devices say. */
const loadedAgain: ReadonlySet<Change['subject']> = new Set([
  'topology',
  'twin',
  'devices',
  'limits',
  'prices',
]);

export interface AllocatorPorts {
  readonly bus: Bus;
  readonly sites: SiteSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AllocatorMetrics;
}

/** Runs the actors of the partitions this process owns: bus in, actor, bus out. */
export class AllocatorService {
  private readonly actors = new Map<string, SiteActor>();
  private readonly epochs = new Map<number, number>();
  private readonly rota = new Rota(turnsPerRound);
  private subscriptions: Subscription[] = [];
  private ticker: NodeJS.Timeout | null = null;

  constructor(private readonly ports: AllocatorPorts) {}

  /** Takes charge of partitions: loads their sites, then follows their observations and changes. */
  async own(owned: readonly OwnedPartition[]): Promise<void> {
    for (const { partition, epoch } of owned) this.epochs.set(partition, epoch);
    const partitions = owned.map(({ partition }) => partition);
    const ids = await this.ports.sites.siteIds();
    for (const siteId of ids) if (partitions.includes(partitionOf(siteId))) await this.load(siteId);
    this.subscriptions.push(
      await this.ports.bus.consume({
        topic: 'observations',
        partitions,
        group: 'allocator',
        handler: ({ message }) => this.observe(message),
      }),
      await this.ports.bus.consume({
        topic: 'changes',
        partitions,
        group: null,
        handler: ({ message }) => this.change(message),
      }),
    );
    // Silence is an observation too: leases are renewed and stale meters noticed without any message.
    this.ticker ??= setInterval(() => void this.tick(), turn_ms);
    this.ports.logger.info({ partitions: partitions.length, sites: this.actors.size }, 'allocating');
  }

  /** Stops acting on every partition at once. */
  async disown(): Promise<void> {
    if (this.ticker) clearInterval(this.ticker);
    this.ticker = null;
    this.actors.clear();
    this.epochs.clear();
    this.ports.metrics.sites.set(0);
    const subscriptions = this.subscriptions;
    this.subscriptions = [];
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  }

  private async load(siteId: string): Promise<void> {
    const epoch = this.epochs.get(partitionOf(siteId));
    if (epoch === undefined) return;
    const record = await this.ports.sites.load(siteId, this.ports.clock.now());
    if (!record) {
      this.actors.delete(siteId);
    } else {
      const before = this.actors.get(siteId) ?? null;
      const created = SiteActor.create(record, epoch, this.ports.clock.now(), defaultPolicy, before);
      if (created.ok) this.actors.set(siteId, created.value);
      else {
        // The running description stays in force: a bad edit never takes a site out of control.
        this.ports.metrics.refusedTopologies.inc();
        this.ports.logger.error({ siteId, errors: created.error }, 'site description refused');
      }
    }
    this.ports.metrics.sites.set(this.actors.size);
  }

  private async change(change: Change): Promise<void> {
    if (loadedAgain.has(change.subject)) {
      await this.load(change.siteId);
      await this.decide(change.siteId);
    }
  }

  private async observe(observation: Observation): Promise<void> {
    const actor = this.actors.get(observation.siteId);
    if (!actor) return;
    const calls = actor.take(observation);
    const confirmed = actor.confirmedDefault(observation);
    if (confirmed) await this.ports.sites.confirm(confirmed);
    if (!calls) return;
    await this.decide(observation.siteId);
    if (observation.event.type === 'balancer-reading')
      this.ports.metrics.frameToLimit.observe(
        Math.max(0, this.ports.clock.now() - observation.receivedAt) / 1_000,
      );
  }

  private async tick(): Promise<void> {
    const now = this.ports.clock.now();
    for (const siteId of this.rota.next(() => this.actors.keys()))
      if (this.actors.get(siteId)?.isDue(now, rest_ms)) await this.decide(siteId);
  }

  private async decide(siteId: string): Promise<void> {
    const actor = this.actors.get(siteId);
    const epoch = this.epochs.get(partitionOf(siteId));
    if (!actor || epoch === undefined) return;
    const now = this.ports.clock.now();
    const decisions = actor.decide(now);
    try {
      // Handed over in one turn, so that two decisions of a site never interleave: decreases before the increases they
      // pay for, older before newer.
      const published = decisions.map((decision) =>
        this.ports.bus.publish('limits', toLimit(decision, siteId, epoch, now)),
      );
      for (const decision of decisions) this.ports.metrics.limits.inc({ kind: decision.kind });
      await Promise.all(published);
    } catch (error) {
      // Committed but not sent counts as sent and unanswered, which is the safe side; it is sent again when its answer is due.
      this.ports.logger.error({ siteId, error }, 'limits could not be published');
    }
  }
}
