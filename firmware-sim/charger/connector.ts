import type { WiredConnector } from '#libs/allocation/topology.js';
import type { ConnectorStatus } from '#libs/devices/device-event.js';
import { Car, type CarModel } from '../physics/car.js';
import type { ConnectorDraw } from '../physics/site.js';
import type { LocalTransaction } from './outbox.js';
import type { Offer } from './profile-store.js';

/** IEC 61851-1: the duty cycle cannot say less than 6 A, so a smaller offer is a pause. */
const smallestOffer_A = 6;

/** One outlet: its relay, its meter and the car in it. */
export class Connector {
  car: Car | null = null;
  transaction: LocalTransaction | null = null;
  offer: Offer = { limit_A: 0, phases: 3 };
  energy_Wh = 0;
  unavailable = false;
  /** The card the driver holds to the reader; null once it was used. */
  waitingCard: string | null = null;
  private hadTransaction = false;

  constructor(
    readonly wired: WiredConnector,
    readonly voltage_V: number,
    private readonly energyScale: number,
  ) {}

  get number(): number {
    return this.wired.connector;
  }

  /** Lines the wiring, the car and the offer have in common. */
  get phases(): number {
    const wired = this.wired.wiring.kind === 'three-phase' ? 3 : 1;
    return Math.min(wired, this.car?.model.phases ?? 3, this.offer.phases);
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

  begin(transaction: LocalTransaction): void {
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
    const offered_A = offer.limit_A < smallestOffer_A ? 0 : offer.limit_A;
    this.energy_Wh += this.car.step(dt_s, offered_A, this.voltage_V * this.phases, this.energyScale);
  }

  /** OCPP 1.6 4.9. */
  status(): ConnectorStatus {
    if (!this.car) return this.unavailable ? 'Unavailable' : 'Available';
    if (!this.transaction) return this.hadTransaction ? 'Finishing' : 'Preparing';
    if (this.car.current_A > 0) return 'Charging';
    return this.offer.limit_A < smallestOffer_A ? 'SuspendedEVSE' : 'SuspendedEV';
  }

  draw(): ConnectorDraw {
    const { nodeId, wiring } = this.wired;
    return { nodeId, wiring, current_A: this.car?.current_A ?? 0, phases: this.phases };
  }
}
