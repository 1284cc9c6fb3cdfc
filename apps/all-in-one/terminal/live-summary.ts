import type { Bus, Subscription } from '#libs/bus/bus.js';
import { allPartitions } from '#libs/bus/partition.js';
import { connectorKey } from '#libs/allocation/compile.js';
import { clockText } from '#libs/allocation/modes/local-time.js';
import { explainReason } from '#libs/allocation/reason.js';
import type { SiteTopology } from '#libs/allocation/topology.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { PerPhase } from '#libs/units/phases.js';

interface Watched {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly topology: SiteTopology;
  /** Names of devices by id, as people call them. */
  readonly deviceNames: ReadonlyMap<string, string>;
}

/** What the terminal shows of one site, folded from the bus. */
export interface SummaryView {
  readonly name: string;
  readonly fuse_A: PerPhase;
  readonly load_A: PerPhase | null;
  readonly charging: number;
  /** Cars that would charge and are paused by the allocator. */
  readonly waiting: number;
  /** Cars that may charge and do not: full, or not awake. */
  readonly resting: number;
  readonly connected: number;
  readonly limitsChanged: number;
  /** The latest changes of a limit, newest last. */
  readonly changes: readonly string[];
}

const shownChanges = 4;
/** Below this a car counts as not charging, ampere. */
const drawing_A = 1;

export class LiveSummary {
  private load_A: PerPhase | null = null;
  private readonly connected = new Set<string>();
  private readonly transactions = new Map<string, number>();
  private readonly limits = new Map<string, Limit>();
  /** Connectors whose last sample shows no current. */
  private readonly idle = new Set<string>();
  private changes: string[] = [];
  private limitsChanged = 0;
  private subscriptions: Subscription[] = [];

  constructor(private readonly watched: Watched) {}

  async start(bus: Bus): Promise<void> {
    const common = { partitions: allPartitions, group: null } as const;
    this.subscriptions = [
      await bus.consume({
        ...common,
        topic: 'observations',
        handler: async ({ message }) => this.observe(message),
      }),
      await bus.consume({ ...common, topic: 'limits', handler: async ({ message }) => this.limit(message) }),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  view(): SummaryView {
    const root = this.watched.topology.nodes.find((node) => node.parentId === null);
    let charging = 0;
    let waiting = 0;
    for (const key of this.transactions.keys()) {
      if ((this.limits.get(key)?.current_A ?? 0) === 0) waiting++;
      else if (!this.idle.has(key)) charging++;
    }
    return {
      name: this.watched.name,
      fuse_A: root?.fuse_A ?? [0, 0, 0],
      load_A: this.load_A,
      charging,
      waiting,
      resting: this.transactions.size - charging - waiting,
      connected: this.connected.size,
      limitsChanged: this.limitsChanged,
      changes: this.changes,
    };
  }

  private observe({ siteId, deviceId, deviceKind, event }: Observation): void {
    if (siteId !== this.watched.siteId) return;
    if (event.type === 'balancer-reading') this.load_A = event.current_A;
    if (event.type === 'meter-sample' && event.current_A) {
      const key = connectorKey(deviceId, event.connector);
      if (Math.max(...event.current_A) >= drawing_A) this.idle.delete(key);
      else this.idle.add(key);
    }
    if (event.type === 'connected' && deviceKind === 'charger') this.connected.add(deviceId);
    if (event.type === 'disconnected') this.connected.delete(deviceId);
    if (event.type === 'transaction-started')
      this.transactions.set(connectorKey(deviceId, event.connector), event.transactionId);
    if (event.type === 'transaction-ended') {
      const key = connectorKey(deviceId, event.connector);
      if (this.transactions.get(key) !== event.transactionId) return;
      this.transactions.delete(key);
      this.limits.delete(key);
      this.idle.delete(key);
    }
  }

  private limit(limit: Limit): void {
    if (limit.siteId !== this.watched.siteId || limit.transactionId === null) return;
    const key = connectorKey(limit.deviceId, limit.connector);
    const before = this.limits.get(key);
    this.limits.set(key, limit);
    this.transactions.set(key, limit.transactionId);
    if (before && before.transactionId === limit.transactionId && before.current_A === limit.current_A)
      return;
    this.limitsChanged++;
    const node = this.watched.topology.nodes.find(({ nodeId }) => nodeId === limit.reason.nodeId);
    const why = explainReason(limit.reason as Parameters<typeof explainReason>[0], node?.name ?? null, (at) =>
      clockText(this.watched.timeZone, 'en-GB', at),
    );
    const name = this.watched.deviceNames.get(limit.deviceId) ?? limit.deviceId;
    this.changes = [...this.changes, `${name} ${limit.current_A} A: ${why}`].slice(-shownChanges);
  }
}
