import { connectorKey } from '#libs/allocation/compile.js';
import type { ConnectorState } from '#libs/allocation/connector-state.js';
import { lineAmperes } from '#libs/allocation/modes/solar-share.js';
import { limitsInForce, nextLimitChange } from '#libs/allocation/modes/timed-limit.js';
import { remaining_Wh, resolveWishes, type Session, type Wishes } from '#libs/allocation/modes/wishes.js';
import { setNodeLimits } from '#libs/allocation/node-limits.js';
import type { SiteState } from '#libs/allocation/site-state.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { SiteRecord } from '#libs/store/site-repository.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { Sessions } from './sessions.js';
import { toWishes } from './to-wishes.js';

/** Line to neutral, and between the lines of a delta supply. */
const nominalVoltage_V = 230;
/** A plan is made anew when the car turns out to take this much more or less than it was made for. */
const noticeableShare = 0.1;
const never = epochMilliseconds(8_640_000_000_000_000);
const atOnce = epochMilliseconds(-8_640_000_000_000_000);

interface Applied {
  /** Until then nothing changes by the clock alone. */
  validUntil: EpochMilliseconds;
  transactionId: number | null;
  wishes: Wishes | null;
  power_W: number;
}

/**
 * What people, plans and agreements say of a site, applied to its state only when it changes: with ten thousand sites in
 * a process a second in which nothing begins or ends must cost one comparison.
 */
export class SiteSettings {
  readonly sessions: Sessions;
  private readonly applied: Applied[];
  private limitsUntil = atOnce;
  private nextAt = atOnce;

  constructor(
    private readonly record: SiteRecord,
    before: SiteSettings | null,
  ) {
    this.sessions = new Sessions(record.openTransactions, before?.sessions ?? null);
    this.applied = record.topology.connectors.map(() => ({
      validUntil: atOnce,
      transactionId: null,
      wishes: null,
      power_W: 0,
    }));
  }

  /** Notes what an observation says of a session; the state is that after it. */
  take(state: SiteState, observation: Observation): void {
    const { event, deviceId } = observation;
    const changed = this.sessions.take(observation);
    if (
      event.type === 'transaction-started' ||
      event.type === 'transaction-ended' ||
      event.type === 'meter-sample'
    ) {
      const index = state.site.connectorIndexByKey.get(connectorKey(deviceId, event.connector));
      if (index === undefined) return;
      const connector = state.connectors[index]!;
      if (changed === 'session' || this.applied[index]!.transactionId !== connector.transactionId)
        this.renew(index);
      else this.follow(state, connector, changed === 'energy');
    }
  }

  /** Brings the state to what holds at `now`. */
  apply(state: SiteState, now: EpochMilliseconds): void {
    if (now < this.nextAt) return;
    if (now >= this.limitsUntil) {
      setNodeLimits(state.site, state.nodeLimits, limitsInForce(this.record.nodeLimits, now));
      this.limitsUntil = nextLimitChange(this.record.nodeLimits, now) ?? never;
    }
    let next = this.limitsUntil;
    for (const connector of state.connectors) {
      const applied = this.applied[connector.index]!;
      if (now >= applied.validUntil) this.resolve(state, connector, now);
      if (applied.validUntil < next) next = applied.validUntil;
    }
    this.nextAt = next;
  }

  private resolve(state: SiteState, connector: ConnectorState, now: EpochMilliseconds): void {
    const wired = state.site.topology.connectors[connector.index]!;
    const { transactionId } = connector;
    const facts = this.sessions.of(connectorKey(wired.deviceId, wired.connector));
    const known = facts?.transactionId === transactionId ? facts : null;
    const token_A = known?.idToken ? this.record.tokenMaximums_A.get(known.idToken) : undefined;
    const wishes = toWishes(this.record.settings.get(wired.deviceId), token_A ?? null, transactionId);
    const power_W = fullPower_W(state, connector, wishes);
    const session: Session | null =
      transactionId === null
        ? null
        : { startedAt: known?.startedAt ?? now, delivered_Wh: known?.delivered_Wh ?? 0, power_W };
    const { timeZone, prices } = this.record;
    const { settings, validUntil } = resolveWishes(wishes, session, { timeZone, prices }, now);
    connector.settings = settings;
    const applied = this.applied[connector.index]!;
    applied.validUntil = validUntil ?? never;
    applied.transactionId = transactionId;
    applied.wishes = wishes;
    applied.power_W = power_W;
  }

  /** The same session went on: its remaining energy moves without a new plan, unless the plan was made for another car. */
  private follow(state: SiteState, connector: ConnectorState, energyChanged: boolean): void {
    const { wishes, power_W } = this.applied[connector.index]!;
    if (!wishes) return;
    const now_W = fullPower_W(state, connector, wishes);
    if (wishes.mode === 'price' && Math.abs(now_W - power_W) > noticeableShare * power_W) {
      this.renew(connector.index);
      return;
    }
    const wired = state.site.topology.connectors[connector.index]!;
    const facts = this.sessions.of(connectorKey(wired.deviceId, wired.connector));
    if (!energyChanged || !facts) return;
    const left_Wh = remaining_Wh(wishes, { ...facts, power_W });
    if (left_Wh === 0 && wishes.mode === 'price') this.renew(connector.index);
    const { departure } = connector.settings;
    if (left_Wh !== null && departure)
      connector.settings = {
        ...connector.settings,
        departure: { at: departure.at, remaining_Wh: left_Wh },
      };
  }

  private renew(index: number): void {
    this.applied[index]!.validUntil = atOnce;
    this.nextAt = atOnce;
  }
}

/** What the car takes when only its charger, its driver and it itself limit it. */
function fullPower_W(state: SiteState, connector: ConnectorState, { maximum_A }: Wishes): number {
  const wired = state.site.topology.connectors[connector.index]!;
  const current_A = Math.min(
    wired.maximum_A,
    maximum_A ?? Infinity,
    // A car that is about full draws little; that is no measure for what it takes after a pause.
    Math.max(wired.minimum_A, connector.learntMaximum_A ?? Infinity),
  );
  const slots = connector.slots === 0 ? state.site.wiredSlots[connector.index]! : connector.slots;
  const pairs = slots > 0b111;
  return current_A * (pairs ? 1 : lineAmperes(slots)) * nominalVoltage_V;
}
