import type { PerPhase } from '#libs/units/phases.js';
import type { BreakerReport } from '../physics/breaker.js';

export interface NodeSnapshot {
  readonly nodeId: string;
  readonly current_A: PerPhase;
  /** Highest current of the three lines as a share of its fuse. */
  readonly ratio: number;
  /** 1 is the edge of the breaker's no-trip curve. */
  readonly breakerDamage: number;
}

/** The fleet at one instant; what `--json` prints once a second. */
export interface FleetSnapshot {
  readonly elapsed_s: number;
  /** The scenario's clock, HH:MM. */
  readonly dayTime: string;
  readonly nodes: readonly NodeSnapshot[];
  readonly cars: {
    readonly pluggedIn: number;
    readonly charging: number;
    readonly waitingForCurrent: number;
    readonly waitingForCar: number;
    readonly waitingForCard: number;
  };
  readonly chargersOnline: number;
  readonly chargers: number;
  readonly zensOnline: number;
  readonly energy_kWh: number;
  readonly sessions: number;
  readonly reconnects: number;
}

/** What is left to say at the end. */
export interface FleetSummary {
  readonly elapsed_s: number;
  readonly energy_kWh: number;
  readonly sessions: number;
  readonly reconnects: number;
  readonly nodes: readonly ({ readonly nodeId: string; readonly name: string } & BreakerReport)[];
  readonly outsideNoTripCurve_s: number;
  /** True when some breaker may have tripped. */
  readonly mayHaveTripped: boolean;
}
