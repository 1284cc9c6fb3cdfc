/** How a charger's relay for the number of lines behaves. */
export interface RelayModel {
  /** From open to closed on the other number of lines, self-test included. */
  readonly takes_s: number;
  /** Rejects a profile for another number of lines while current flows; others let go first and then switch. */
  readonly refusesUnderLoad: boolean;
  /** False: it accepts any number of lines and stays closed on all. */
  readonly obeys: boolean;
}

export const ordinaryRelay: RelayModel = { takes_s: 10, refusesUnderLoad: false, obeys: true };

/** The contactor that connects terminals 2 and 3, or not. It never moves under load. */
export class PhaseRelay {
  closedOn: number;
  /** How often it has moved. */
  operations = 0;
  private opensFor_s = 0;

  constructor(
    readonly model: RelayModel,
    wiredLines: number,
  ) {
    this.closedOn = wiredLines;
  }

  get isOpen(): boolean {
    return this.opensFor_s > 0;
  }

  /** Advances by `dt_s`; answers whether the car may be offered current now. */
  step(dt_s: number, wanted: number, currentFlows: boolean): boolean {
    if (!this.model.obeys) return true;
    if (this.isOpen) {
      this.opensFor_s -= dt_s;
      if (this.isOpen) return false;
      this.closedOn = wanted;
      return true;
    }
    if (wanted === this.closedOn) return true;
    if (!currentFlows) {
      this.opensFor_s = this.model.takes_s;
      this.operations++;
    }
    return false;
  }
}
