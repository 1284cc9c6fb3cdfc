import { Connector } from '#firmware-sim/charger/connector.js';
import type { LocalTransaction } from '#firmware-sim/charger/outbox.js';
import type { RelayModel } from '#firmware-sim/charger/phase-relay.js';
import type { CarModel } from '#firmware-sim/physics/car.js';
import type { WiredConnector } from '#libs/allocation/topology.js';
import type { ConnectorStatus } from '#libs/devices/device-event.js';
import type { Offer } from '#libs/protocols/ocppj/charging-profile.js';
import { ProfileStore } from '#libs/protocols/ocppj/profile-store.js';
import type { PerPhase } from '#libs/units/phases.js';
import type { FromCharger, ToCharger } from './wire.js';

export const voltage_V = 230;
const heartbeatInterval_s = 120;
const retryAfter_s = 30;

export interface ChargerHabits {
  readonly sampleInterval_s: number;
  /** Starts a transaction without the central system (OCPP 1.6 LocalAuthorizeOffline). */
  readonly startsOffline: boolean;
  /** Goes on with its transaction after a reboot; others end it (StopTransaction with reason PowerLoss). */
  readonly resumesAfterReboot: boolean;
  /** The relay of a charger that switches phases. */
  readonly relay: RelayModel;
}

interface Session {
  readonly session: number;
  readonly transaction: LocalTransaction;
}

/** A charger with one connector in virtual time, by the rules of OCPP 1.6: profiles, transactions, its own clock. */
export class SimulatedCharger {
  readonly profiles = new ProfileStore(voltage_V);
  readonly connector: Connector;
  /** What its clock shows beyond true time. */
  clockOffset_ms = 0;
  contact: 'offline' | 'greeting' | 'online' = 'offline';
  private bootingUntil_ms = 0;
  private current: Session | null = null;
  private sessions = 0;
  private readonly outbox: { readonly message: FromCharger; sentAt_ms: number }[] = [];
  private lastStatus: ConnectorStatus | null = null;
  private pluggedAt_ms = 0;
  private saidAt_ms = 0;

  constructor(
    readonly wired: WiredConnector,
    readonly habits: ChargerHabits,
    private readonly say: (message: FromCharger) => void,
  ) {
    this.connector = new Connector(wired, voltage_V, 1, habits.relay);
  }

  /** The transaction it believes to run; its id is null until StartTransaction was answered. */
  get transaction(): LocalTransaction | null {
    return this.current?.transaction ?? null;
  }

  plugIn(model: CarModel, now_ms: number): void {
    this.connector.plugIn(model, null);
    this.pluggedAt_ms = now_ms;
  }

  unplug(): void {
    this.end();
    this.connector.car = null;
  }

  reboot(now_ms: number, takes_ms: number): void {
    this.bootingUntil_ms = now_ms + takes_ms;
    this.contact = 'offline';
    if (!this.habits.resumesAfterReboot) this.end();
  }

  isBooting(now_ms: number): boolean {
    return now_ms < this.bootingUntil_ms;
  }

  connected(now_ms: number): void {
    this.contact = 'greeting';
    this.saidAt_ms = now_ms;
    this.say({ type: 'boot' });
  }

  disconnected(): void {
    this.contact = 'offline';
  }

  hear(message: ToCharger, now_ms: number): void {
    switch (message.type) {
      case 'time':
        this.clockOffset_ms = message.now_ms - now_ms;
        if (!message.boot) return;
        this.contact = 'online';
        this.lastStatus = null;
        for (const waiting of this.outbox) waiting.sentAt_ms = -Infinity;
        return;
      case 'started':
        if (this.current?.session === message.session)
          this.current.transaction.transactionId = message.transactionId;
        this.acknowledged('start', message.session);
        return;
      case 'stopped':
        this.acknowledged('stop', message.session);
        return;
      case 'profile': {
        const { connectorId, csChargingProfiles } = message.request;
        const refused =
          csChargingProfiles.chargingProfilePurpose === 'TxProfile' &&
          this.connector.refuses(csChargingProfiles);
        const status = refused
          ? 'Rejected'
          : this.profiles.set(connectorId, csChargingProfiles, this.transaction);
        this.say({ type: 'answer', callId: message.callId, status });
      }
    }
  }

  /** The setpoint it follows now, by its own clock or by another; null while its relay is open. */
  setpoint(now_ms: number, clockOffset_ms = this.clockOffset_ms): Offer | null {
    if (!this.current || this.isBooting(now_ms)) return null;
    const { hardware } = this.connector;
    return this.profiles.offer(this.wired.connector, now_ms + clockOffset_ms, this.transaction, hardware);
  }

  limit_A(now_ms: number, clockOffset_ms = this.clockOffset_ms): number | null {
    return this.setpoint(now_ms, clockOffset_ms)?.limit_A ?? null;
  }

  /** One second of life. */
  second(now_ms: number): void {
    this.connector.step(1, this.setpoint(now_ms));
    if (this.isBooting(now_ms)) return;
    const mayStart = this.contact === 'online' || (this.contact === 'offline' && this.habits.startsOffline);
    if (this.connector.car && !this.current && mayStart && now_ms - this.pluggedAt_ms > 3_000)
      this.start(now_ms);
    this.report(now_ms);
  }

  private report(now_ms: number): void {
    if (this.contact === 'greeting' && now_ms - this.saidAt_ms >= retryAfter_s * 1_000)
      this.connected(now_ms);
    if (this.contact !== 'online') return;
    const status = this.connector.status();
    if (status !== this.lastStatus) {
      this.lastStatus = status;
      this.say({ type: 'status', status });
    }
    // Transaction messages one after the other, again until they are answered (OCPP 1.6 3.7.1, 4.1).
    const first = this.outbox[0];
    if (first && now_ms - first.sentAt_ms >= retryAfter_s * 1_000) {
      first.sentAt_ms = now_ms;
      this.say(first.message);
    }
    const second = Math.floor(now_ms / 1_000);
    if (second % heartbeatInterval_s === 0) this.say({ type: 'heartbeat' });
    const id = this.transaction?.transactionId ?? null;
    if (id !== null && second % this.habits.sampleInterval_s === 0)
      this.say({ type: 'sample', transactionId: id, current_A: this.terminals_A() });
  }

  private terminals_A(): PerPhase {
    const { current_A, phases } = this.connector.draw();
    return [current_A, phases > 1 ? current_A : 0, phases > 2 ? current_A : 0];
  }

  private start(now_ms: number): void {
    const transaction: LocalTransaction = {
      idTag: 'card',
      startedAt_ms: now_ms + this.clockOffset_ms,
      transactionId: null,
    };
    this.current = { session: ++this.sessions, transaction };
    this.connector.begin(transaction);
    this.outbox.push({ message: { type: 'start', session: this.current.session }, sentAt_ms: -Infinity });
  }

  private end(): void {
    if (!this.current) return;
    const { session, transaction } = this.current;
    this.current = null;
    this.connector.end();
    this.profiles.transactionEnded(this.wired.connector);
    this.outbox.push({
      message: { type: 'stop', session, transactionId: transaction.transactionId },
      sentAt_ms: -Infinity,
    });
  }

  private acknowledged(type: 'start' | 'stop', session: number): void {
    const message = this.outbox[0]?.message;
    if (message?.type === type && message.session === session) this.outbox.shift();
  }
}
