import { toLimit } from '#apps/allocator/to-limit.js';
import { SiteActor, type ConfirmedDefault } from '#apps/allocator/site-actor.js';
import type { Decision } from '#libs/allocation/decision.js';
import { defaultPolicy } from '#libs/allocation/policy.js';
import type { SiteState } from '#libs/allocation/site-state.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { SiteRecord } from '#libs/store/site-repository.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { EventQueue } from './event-queue.js';
import type { SimulatedStore } from './simulated-store.js';

/** What the host needs of the allocator; SiteActor is the real one. */
export interface Actor {
  readonly state: SiteState;
  take(observation: Observation): boolean;
  confirmedDefault(observation: Observation): ConfirmedDefault | null;
  decide(now: EpochMilliseconds): readonly Decision[];
}

/** `before`: the actor of the same owner that this one replaces after a change of the site's description. */
export type CreateActor = (
  record: SiteRecord,
  epoch: number,
  now: EpochMilliseconds,
  before: Actor | null,
) => Actor;

export const createRealActor: CreateActor = (record, epoch, now, before) => {
  const known = before instanceof SiteActor ? before : null;
  const created = SiteActor.create(record, epoch, now, defaultPolicy, known);
  if (!created.ok) throw new Error(created.error.map((each) => `${each.path}: ${each.message}`).join('\n'));
  return created.value;
};

export interface AllocatorHostPorts {
  readonly queue: EventQueue;
  readonly store: SimulatedStore;
  readonly siteId: string;
  readonly createActor: CreateActor;
  readonly publish: (limit: Limit, decision: Decision) => void;
}

/** How many observations an owner that dies may have handled without having said so: they come again. */
const unacknowledged = 5;

/** Does for one site what apps/allocator/allocator-service does for many: observations in, decisions out, deaths between. */
export class AllocatorHost {
  actor: Actor | null = null;
  private epoch = 0;
  private recent: Observation[] = [];
  private backlog: Observation[] = [];
  /** A former owner that has not noticed yet that it is none any more. */
  private former: { readonly actor: Actor; readonly epoch: number } | null = null;

  constructor(private readonly ports: AllocatorHostPorts) {}

  /** A new owner: all it knows is what the store holds, and then what waits in the bus. */
  own(): void {
    this.epoch++;
    this.actor = this.ports.createActor(this.ports.store.record(), this.epoch, this.now(), null);
    const waiting = this.backlog;
    this.backlog = [];
    for (const observation of waiting) this.observe(observation);
  }

  /** The owner is gone. `lingers`: it goes on deciding, unaware, until `retire`. */
  die(lingers: boolean): void {
    if (!this.actor) return;
    if (lingers) this.former = { actor: this.actor, epoch: this.epoch };
    this.actor = null;
    this.backlog = this.recent.splice(0);
  }

  /** Somebody changed the site's description while it runs. */
  amended(): void {
    const { actor, ports } = this;
    if (actor) this.actor = ports.createActor(ports.store.record(), this.epoch, this.now(), actor);
  }

  retire(): void {
    this.former = null;
  }

  observe(observation: Observation): void {
    const { former } = this;
    if (former?.actor.take(observation)) this.decide(former.actor, former.epoch);
    if (!this.actor) {
      this.backlog.push(observation);
      return;
    }
    this.recent.push(observation);
    if (this.recent.length > unacknowledged) this.recent.shift();
    const calls = this.actor.take(observation);
    const confirmed = this.actor.confirmedDefault(observation);
    if (confirmed)
      this.ports.store.confirmDefault(confirmed.deviceId, confirmed.connector, confirmed.current_A);
    if (calls) this.decide(this.actor, this.epoch);
  }

  /** Silence is an observation too. */
  tick(): void {
    if (this.former) this.decide(this.former.actor, this.former.epoch);
    if (this.actor) this.decide(this.actor, this.epoch);
  }

  private decide(actor: Actor, ownerEpoch: number): void {
    const now = this.now();
    for (const decision of actor.decide(now))
      this.ports.publish(toLimit(decision, this.ports.siteId, ownerEpoch, now), decision);
  }

  private now(): EpochMilliseconds {
    return epochMilliseconds(this.ports.queue.now_ms);
  }
}
