import type { RunningTransaction } from '#libs/protocols/ocppj/charging-profile.js';
import { compositeSchedule, type CompositePeriod } from '#libs/protocols/ocppj/composite-schedule.js';
import { assumedVoltage_V, type ProfileChange } from '#libs/protocols/ocppj/profile-words.js';
import { ProfileStore } from '#libs/protocols/ocppj/profile-store.js';

/** `unknown`: it was sent and no answer came, so it may be in force. */
export type ChangeOutcome = 'accepted' | 'declined' | 'unknown';

/** More than the house and an operator ever set at one charger. */
const mostProfiles = 64;
const mostConnectors = 256;

/** Nothing known limits the connector. */
const unlimited = { limit_A: Infinity, phases: 3 };

/**
 * The charging profiles a charger accepted on one connection, and what follows from them. It cannot know what the charger
 * kept from before, nor what others on site tell it.
 */
export class ProfileMemory {
  private readonly accepted = new ProfileStore(assumedVoltage_V);
  /** Sent and never answered. */
  private readonly unconfirmed = new ProfileStore(assumedVoltage_V);
  private readonly unconfirmedClears = new Set<string>();
  private readonly running = new Map<number, RunningTransaction>();
  private incomplete = false;

  /** False: something may be in force, or gone, that nobody can tell; then no conclusion may be drawn. */
  get isCertain(): boolean {
    return !this.incomplete && this.unconfirmed.size === 0 && this.unconfirmedClears.size === 0;
  }

  /** Takes what became of a call that changes profiles. */
  changed(change: ProfileChange, outcome: ChangeOutcome, now_ms: number): void {
    if (outcome === 'declined') return;
    switch (change.kind) {
      case 'set': {
        const { connector, profile } = change;
        this.unconfirmed.put(connector, profile);
        if (outcome === 'accepted') {
          this.unconfirmed.clear({ id: profile.chargingProfileId });
          this.accepted.put(connector, profile);
          // OCPP 1.6 3.13.1: a TxProfile is accepted for a running transaction only.
          if (profile.chargingProfilePurpose === 'TxProfile' && !this.running.has(connector))
            this.begin(connector, null, now_ms);
        }
        break;
      }
      case 'clear': {
        const key = JSON.stringify(change.request);
        if (outcome === 'unknown') {
          this.unconfirmedClears.add(key);
          break;
        }
        this.unconfirmedClears.delete(key);
        this.unconfirmed.clear(change.request);
        this.accepted.clear(change.request);
        break;
      }
      case 'unreadable':
        this.incomplete = true;
    }
    this.bound();
  }

  isRunning(connector: number): boolean {
    return this.running.has(connector);
  }

  /**
   * True: a later transaction than the one known. Our numbers rise, and a start is told again when a card or a meter reading
   * comes later or an offline queue is emptied.
   */
  transactionStarted(connector: number, transactionId: number, startedAt_ms: number): boolean {
    const running = this.running.get(connector);
    if (typeof running?.transactionId === 'number' && transactionId <= running.transactionId) return false;
    const isNamedLate = running?.transactionId === null;
    this.begin(connector, transactionId, isNamedLate ? running.startedAt_ms : startedAt_ms);
    return !isNamedLate;
  }

  /** OCPP 1.6 3.13.1: its TxProfile dies with a transaction. False: it is a late word about a former one. */
  transactionEnded(connector: number, transactionId: number): boolean {
    const running = this.running.get(connector);
    if (running && running.transactionId !== null && running.transactionId !== transactionId) return false;
    this.running.delete(connector);
    this.accepted.transactionEnded(connector);
    this.unconfirmed.transactionEnded(connector);
    return true;
  }

  /** What the connector may draw per line at an instant; null: nothing known limits it, or nobody can tell. */
  limit_A(connector: number, at_ms: number): number | null {
    if (!this.isCertain) return null;
    const running = this.running.get(connector) ?? null;
    const { limit_A } = this.accepted.offer(connector, at_ms, running, unlimited);
    return Number.isFinite(limit_A) ? limit_A : null;
  }

  /**
   * The composite schedule in A per line from `now_ms` on; a limit of Infinity: nothing known. `personsMaximum_A` is what the
   * charger confirmed earlier: it keeps that over reconnects, and it holds while no other maximum was set on this one.
   */
  schedule(
    connector: number,
    now_ms: number,
    duration_s: number,
    personsMaximum_A: number | null,
  ): CompositePeriod[] {
    const transaction = this.running.get(connector) ?? null;
    const outlet = { number: connector, hardware: unlimited, transaction };
    const periods = compositeSchedule(this.accepted, [outlet], now_ms, duration_s, 'A', assumedVoltage_V);
    const knowsMaximum = this.accepted
      .list()
      .some(({ profile }) => profile.chargingProfilePurpose === 'ChargePointMaxProfile');
    if (knowsMaximum || personsMaximum_A === null) return periods;
    return periods.map((period) => ({ ...period, limit: Math.min(period.limit, personsMaximum_A) }));
  }

  private begin(connector: number, transactionId: number | null, startedAt_ms: number): void {
    if (!this.running.has(connector) && this.running.size >= mostConnectors) this.incomplete = true;
    else this.running.set(connector, { transactionId, startedAt_ms });
  }

  private bound(): void {
    for (const store of [this.accepted, this.unconfirmed]) {
      const [lowest] = store.list().toReversed();
      if (store.size <= mostProfiles || !lowest) continue;
      store.clear({ id: lowest.profile.chargingProfileId });
      this.incomplete = true;
    }
    if (this.unconfirmedClears.size <= mostProfiles) return;
    this.unconfirmedClears.clear();
    this.incomplete = true;
  }
}
