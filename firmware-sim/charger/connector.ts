import type { WiredConnector } from '#libs/allocation/topology.js';
import type { ConnectorStatus } from '#libs/devices/device-event.js';
import { Car, type CarModel } from '../physics/car.js';
import type { ConnectorDraw } from '../physics/site.js';
import { PhaseRelay, type RelayModel } from './phase-relay.js';
import type { ChargingProfile, Offer, RunningTransaction } from '#libs/protocols/ocppj/charging-profile.js';

/** IEC 61851-1: the duty cycle cannot say less than 6 A, so a smaller offer is a pause. */
const smallestOffer_A = 6;

/** The session that may draw current: from authorisation to stop. */
export interface PowerSession extends RunningTransaction {
  readonly idTag: string;
}

/** One outlet: its relay, its meter and the car in it. */
export class Connector {
  car: Car | null = null;
  transaction: PowerSession | null = null;
  offer: Offer = { limit_A: 0, phases: 3 };
  energy_Wh = 0;
  unavailable = false;
  /** The vendor's name of what is broken; null: nothing is. */
  fault: string | null = null;
  /** Its residual-current device does not open when it is tested. */
  brokenResidualCurrentDevice = false;
  /** Kept for somebody who has not come yet. */
  reserved = false;
  /** The card the driver holds to the reader; null once it was used. */
  waitingCard: string | null = null;
  /** Null: it always charges on all wired lines, whatever a profile says. */
  readonly relay: PhaseRelay | null;
  private hadTransaction = false;

  constructor(
    readonly wired: WiredConnector,
    readonly voltage_V: number,
    private readonly energyScale: number,
    relay: RelayModel,
  ) {
    const switches = wired.switchesPhases && wired.wiring.kind === 'three-phase';
    this.relay = switches ? new PhaseRelay(relay, 3) : null;
  }

  get number(): number {
    return this.wired.connector;
  }

  /** Lines the wiring, the relay and the car have in common. */
  get phases(): number {
    const closed = this.relay?.closedOn ?? this.hardware.phases;
    return Math.min(closed, this.car?.model.phases ?? 3);
  }

  get hardware(): Offer {
    return { limit_A: this.wired.maximum_A, phases: this.wired.wiring.kind === 'three-phase' ? 3 : 1 };
  }

  get power_W(): number {
    return (this.car?.current_A ?? 0) * this.voltage_V * this.phases;
  }

  plugIn(model: CarModel, card: string | null): void {
    this.car = new Car(model);
    this.waitingCard = card;
    this.hadTransaction = false;
  }

  begin(transaction: PowerSession): void {
    this.transaction = transaction;
    this.hadTransaction = true;
    this.waitingCard = null;
  }

  /** Opens the relay. */
  end(): void {
    this.transaction = null;
    this.car?.cut();
  }

  /** Advances the car by `dt_s` under `offer`; null keeps the relay open. */
  step(dt_s: number, offer: Offer | null): void {
    this.offer = offer ?? { limit_A: 0, phases: this.hardware.phases };
    if (!this.car) return;
    if (!offer) {
      this.car.cut();
      return;
    }
    const mayFlow = this.relay?.step(dt_s, offer.phases, this.car.current_A > 0) ?? true;
    if (this.relay?.isOpen) this.car.cut();
    const offered_A = !mayFlow || offer.limit_A < smallestOffer_A ? 0 : offer.limit_A;
    this.energy_Wh += this.car.step(dt_s, offered_A, this.voltage_V * this.phases, this.energyScale);
  }

  /** Whether this charger turns down a profile because it is for another number of lines while current flows. */
  refuses(profile: ChargingProfile): boolean {
    if (!this.relay?.model.refusesUnderLoad || !this.car || this.car.current_A === 0) return false;
    const { closedOn } = this.relay;
    return profile.chargingSchedule.chargingSchedulePeriod.some(
      ({ limit, numberPhases }) => limit > 0 && (numberPhases ?? 3) !== closedOn,
    );
  }

  /** OCPP 1.6 4.9. */
  status(): ConnectorStatus {
    if (this.fault !== null) return 'Faulted';
    if (this.unavailable && !this.transaction) return 'Unavailable';
    if (!this.car) return this.reserved ? 'Reserved' : 'Available';
    if (!this.transaction) return this.hadTransaction ? 'Finishing' : 'Preparing';
    if (this.car.current_A > 0) return 'Charging';
    return this.offer.limit_A < smallestOffer_A ? 'SuspendedEVSE' : 'SuspendedEV';
  }

  draw(): ConnectorDraw {
    const { nodeId, wiring } = this.wired;
    return { nodeId, wiring, current_A: this.car?.current_A ?? 0, phases: this.phases };
  }
}
