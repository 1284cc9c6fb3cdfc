import type { Delivery } from '#libs/bus/bus.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { LimitAnswered } from '#libs/devices/device-event.js';
import type { Logger } from '#libs/platform/logger.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressMetrics } from '../metrics.js';
import type { Observe } from '../observe.js';
import type { CallOutcome } from './outbound-calls.js';
import type { Station } from './station.js';

/** What delivery needs of a connection; Station is one. */
export type Reachable = Pick<Station, 'device' | 'dialect' | 'isSettled' | 'outbound' | 'quirks'>;

export interface LimitDeliveryPorts {
  readonly station: (deviceId: string) => Reachable | undefined;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<IngressMetrics, 'staleLimits'>;
  readonly limitTimeout_ms: number;
}

/** More than a bus can redeliver of one charger's limits before newer ones follow. */
const rememberedPerDevice = 32;

/** Carries the allocator's limits to the chargers connected here and tells it what became of each. */
export class LimitDelivery {
  private readonly newestEpoch = new Map<number, number>();
  private readonly taken = new Map<string, readonly string[]>();

  constructor(private readonly ports: LimitDeliveryPorts) {}

  /** Resolves once the limit is on its way; its answer is published when it comes and blocks no other site. */
  async deliver({ partition, message: limit }: Delivery<'limits'>): Promise<void> {
    const newest = this.newestEpoch.get(partition) ?? 0;
    if (limit.ownerEpoch < newest) {
      this.ports.metrics.staleLimits.inc();
      this.ports.logger.warn(
        { limitId: limit.limitId, ownerEpoch: limit.ownerEpoch, newest, partition },
        'refused a limit of a former owner',
      );
      return;
    }
    this.newestEpoch.set(partition, limit.ownerEpoch);
    const station = this.ports.station(limit.deviceId);
    if (station && this.isNew(limit)) void this.carry(station, limit);
  }

  /**
   * The bus delivers at least once. A second copy would take the first one's place in the queue: the allocator would hear
   * `undelivered` and count nothing, while the copy comes into force (I1).
   */
  private isNew({ deviceId, limitId }: Limit): boolean {
    const known = this.taken.get(deviceId) ?? [];
    if (known.includes(limitId)) return false;
    this.taken.set(deviceId, [...known.slice(1 - rememberedPerDevice), limitId]);
    return true;
  }

  private async carry(station: Reachable, limit: Limit): Promise<void> {
    const outcome = station.isSettled ? await this.send(station, limit) : 'undelivered';
    const now = this.ports.clock.now();
    try {
      await this.ports.observe(
        station.device,
        { type: 'limit-answered', connector: limit.connector, limitId: limit.limitId, outcome },
        { deviceTime: now, receivedAt: now },
      );
    } catch (error) {
      this.ports.logger.error(
        { limitId: limit.limitId, err: error },
        'could not publish the answer to a limit',
      );
    }
  }

  private async send(station: Reachable, limit: Limit): Promise<LimitAnswered['outcome']> {
    const { leaseUntil } = limit;
    const outcome = await station.outbound.call({
      action: 'SetChargingProfile',
      lane: 'limit',
      // Latest wins: a limit that still waits is worth nothing once a newer one for the same session exists.
      key: `${limit.connector}/${limit.transactionId ?? 'standing'}`,
      timeout_ms: this.ports.limitTimeout_ms,
      // A lease that ran out in the queue would be void on arrival.
      prepare: async () =>
        leaseUntil === null || leaseUntil > this.ports.clock.now()
          ? station.dialect.limitPayload(station.device, limit)
          : null,
    });
    return limitOutcome(outcome);
  }
}

export function limitOutcome(outcome: CallOutcome): LimitAnswered['outcome'] {
  switch (outcome.kind) {
    case 'answered':
      return (outcome.payload as { status?: unknown } | null)?.status === 'Accepted'
        ? 'accepted'
        : 'rejected';
    case 'refused':
      return 'rejected';
    case 'unanswered':
      return 'unknown';
    case 'not-sent':
      return 'undelivered';
  }
}
