import { carryOver } from '#libs/allocation/carry-over.js';
import { compileSite, connectorKey } from '#libs/allocation/compile.js';
import { decide } from '#libs/allocation/decide.js';
import type { Decision } from '#libs/allocation/decision.js';
import { observe, type ConnectorEvent } from '#libs/allocation/observe.js';
import type { Policy } from '#libs/allocation/policy.js';
import { createSiteState, takeMeterFrame, type SiteState } from '#libs/allocation/site-state.js';
import type { TopologyError } from '#libs/allocation/topology-error.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { SiteRecord } from '#libs/store/site-repository.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { SiteSettings } from './site-settings.js';

/** A charger confirmed its standing default: worth remembering over a restart. */
export interface ConfirmedDefault {
  readonly deviceId: string;
  readonly connector: number;
  readonly current_A: number;
}

/**
 * One site while this process owns it: turns bus observations into what libs/allocation understands and answers with the
 * limits to send. Single-threaded and synchronous; the service around it does all input and output.
 */
export class SiteActor {
  private readonly meterNodes = new Map<string, number>();
  private sequence = 0;
  private decidedAt: EpochMilliseconds | null = null;
  private readonly offered = new Map<string, ConfirmedDefault>();

  private constructor(
    readonly record: SiteRecord,
    readonly state: SiteState,
    private readonly epoch: number,
    private readonly startedAt: EpochMilliseconds,
    private readonly settings: SiteSettings,
  ) {
    for (const node of record.topology.nodes) {
      const index = state.site.nodeIndexById.get(node.nodeId);
      if (node.meterDeviceId !== null && index !== undefined) this.meterNodes.set(node.meterDeviceId, index);
    }
  }

  /** `before` is the actor of the same site that this one replaces after a change of its description. */
  static create(
    record: SiteRecord,
    epoch: number,
    now: EpochMilliseconds,
    policy: Policy,
    before: SiteActor | null,
  ): Result<SiteActor, readonly TopologyError[]> {
    const compiled = compileSite(record.topology);
    if (!compiled.ok) return fail(compiled.error);
    const state = createSiteState(compiled.value, now, policy);
    if (before) carryOver(before.state, state);
    const actor = new SiteActor(
      record,
      state,
      epoch,
      now,
      new SiteSettings(record, before?.settings ?? null),
    );
    for (const [key, current_A] of record.standingDefaults_A)
      actor.tell(key, now, { type: 'fallback-known', current_A });
    for (const { deviceId, connector, transactionId } of record.openTransactions) {
      const key = connectorKey(deviceId, connector);
      if (actor.settings.sessions.of(key)?.transactionId === transactionId)
        actor.tell(key, now, { type: 'started', transactionId, resumed: true });
    }
    return ok(actor);
  }

  /** Takes in one observation; true when it calls for a decision now. */
  take(observation: Observation): boolean {
    this.decidedAt = null;
    const calls = this.heed(observation);
    this.settings.take(this.state, observation);
    return calls;
  }

  private heed(observation: Observation): boolean {
    const at = epochMilliseconds(observation.receivedAt);
    const { event, deviceId } = observation;
    switch (event.type) {
      case 'balancer-reading': {
        const node = this.meterNodes.get(deviceId);
        return node !== undefined && takeMeterFrame(this.state, node, at, event.current_A);
      }
      case 'connected':
      case 'booted':
        return this.tellAll(deviceId, at, { type: 'connected' });
      case 'disconnected':
        return this.tellAll(deviceId, at, { type: 'disconnected' });
      case 'heard':
        return this.noteAlive(deviceId, at);
      case 'connector-status': {
        this.noteAlive(deviceId, at);
        if (this.settings.sessions.isOfThePast(observation)) return false;
        const key = connectorKey(deviceId, event.connector);
        this.tell(key, at, {
          type: 'usable',
          usable: event.status !== 'Faulted' && event.status !== 'Unavailable',
        });
        this.tell(key, at, { type: event.status === 'Available' ? 'unplugged' : 'plugged-in' });
        // OCPP 1.6 4.9: an available connector has no transaction, whatever became of its Stop.
        const open = this.transactionOf(key);
        if (event.status === 'Available' && open !== null)
          this.tell(key, at, { type: 'ended', transactionId: open });
        return false;
      }
      case 'transaction-started':
        this.noteAlive(deviceId, at);
        if (this.settings.sessions.isOfThePast(observation)) return false;
        return this.tell(connectorKey(deviceId, event.connector), at, {
          type: 'started',
          transactionId: event.transactionId,
          resumed: false,
        });
      case 'transaction-ended':
        return this.tell(connectorKey(deviceId, event.connector), at, {
          type: 'ended',
          transactionId: event.transactionId,
        });
      case 'meter-sample':
        this.noteAlive(deviceId, at);
        if (this.settings.sessions.isOfThePast(observation)) return false;
        this.noteTransaction(connectorKey(deviceId, event.connector), at, event.transactionId);
        if (event.current_A)
          this.tell(connectorKey(deviceId, event.connector), at, {
            type: 'sampled',
            current_A: event.current_A,
          });
        return false;
      case 'limit-answered':
        this.tell(connectorKey(deviceId, event.connector), at, {
          type: 'answered',
          limitId: event.limitId,
          outcome: event.outcome,
        });
        return false;
      default:
        return false;
    }
  }

  /** The standing default that this answer confirms, once. */
  confirmedDefault(observation: Observation): ConfirmedDefault | null {
    const { event } = observation;
    if (event.type !== 'limit-answered') return null;
    const offered = this.offered.get(event.limitId) ?? null;
    this.offered.delete(event.limitId);
    return event.outcome === 'accepted' ? offered : null;
  }

  /** False when it has decided within `rest_ms` and has heard nothing since. */
  isDue(now: EpochMilliseconds, rest_ms: number): boolean {
    return this.decidedAt === null || now - this.decidedAt >= rest_ms;
  }

  decide(now: EpochMilliseconds): readonly Decision[] {
    this.decidedAt = now;
    this.settings.apply(this.state, now);
    const decisions = decide(
      this.state,
      now,
      () => `${this.epoch}.${this.startedAt.toString(36)}.${this.sequence++}`,
    );
    for (const decision of decisions)
      if (decision.transactionId === null)
        this.offered.set(decision.limitId, {
          deviceId: decision.deviceId,
          connector: decision.connector,
          current_A: decision.current_A,
        });
    return decisions;
  }

  /** Word from a charger proves its connection, also when we started after it had connected. */
  private noteAlive(deviceId: string, at: EpochMilliseconds): boolean {
    const known = this.state.connectors.find(
      (connector) => this.state.site.topology.connectors[connector.index]?.deviceId === deviceId,
    );
    return known !== undefined && !known.connected && this.tellAll(deviceId, at, { type: 'connected' });
  }

  /** A sample of a transaction we have not heard of: its start was lost on the way, or came before our time. */
  private noteTransaction(key: string, at: EpochMilliseconds, transactionId: number | null): void {
    if (transactionId === null || this.transactionOf(key) !== null) return;
    this.tell(key, at, { type: 'started', transactionId, resumed: true });
  }

  private transactionOf(key: string): number | null {
    const index = this.state.site.connectorIndexByKey.get(key);
    return index === undefined ? null : (this.state.connectors[index]?.transactionId ?? null);
  }

  private tellAll(deviceId: string, at: EpochMilliseconds, event: ConnectorEvent): boolean {
    let known = false;
    this.state.site.topology.connectors.forEach((wired, index) => {
      if (wired.deviceId !== deviceId) return;
      observe(this.state, index, at, event);
      known = true;
    });
    return known;
  }

  private tell(key: string, at: EpochMilliseconds, event: ConnectorEvent): boolean {
    const index = this.state.site.connectorIndexByKey.get(key);
    if (index === undefined) return false;
    observe(this.state, index, at, event);
    return true;
  }
}
