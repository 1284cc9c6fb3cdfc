import type { SimSwitch } from '#libs/store/hub-sims.js';

/** Who runs the SIMs in hubs. */
export interface SimCarrier {
  /** Whether the SIM is one of ours (AJ-22). */
  knows(iccid: string): Promise<boolean>;
  /** Resolves when the carrier has confirmed it; rejects while it cannot. Switching again to the same changes nothing. */
  switch(iccid: string, to: SimSwitch): Promise<void>;
}

export const SIM_CARRIER = Symbol('Carrier of the SIMs in hubs');

/** ICCIDs of the simulated carrier: 89 for telecommunication, 882 for networks of no country. */
export const simulatedRange = '89882';

/** Stands in for a carrier where there is none: it knows its range, and forgets with the process what is on. */
export class SimulatedCarrier implements SimCarrier {
  /** It answers nothing while this is true. */
  down = false;
  private readonly switchedOn = new Set<string>();

  async knows(iccid: string): Promise<boolean> {
    return iccid.startsWith(simulatedRange);
  }

  async switch(iccid: string, to: SimSwitch): Promise<void> {
    if (this.down) throw new Error('the carrier is away');
    if (to === 'on') this.switchedOn.add(iccid);
    else this.switchedOn.delete(iccid);
  }

  isOn(iccid: string): boolean {
    return this.switchedOn.has(iccid);
  }
}
