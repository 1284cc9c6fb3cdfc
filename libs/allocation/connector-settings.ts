import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** What the driver wants: so much more energy before leaving. */
export interface Departure {
  readonly at: EpochMilliseconds;
  /** Energy the car still needs, watt hours; at most 0 when it has it. */
  readonly remaining_Wh: number;
}

/** What people and plans say of a connector at one instant. Each entry is a constraint with a source of its own. */
export interface ConnectorSettings {
  /** Ceiling a person set, ampere per line; null: none. */
  readonly personMaximum_A: number | null;
  /** What keeps the car from charging although there may be current; null: nothing. `goal`: it has the energy asked for. */
  readonly pausedBy: 'schedule' | 'price' | 'goal' | null;
  /** About when that ends; null: not known, or nothing keeps it. */
  readonly pausedUntil: EpochMilliseconds | null;
  /** `surplus`: only what the sun gives beyond the site's use; `surplus-with-minimum`: never less than the minimum. */
  readonly solar: 'off' | 'surplus' | 'surplus-with-minimum';
  /** Admitted before all others, and held back by neither schedule, price nor sun. */
  readonly boosted: boolean;
  /** On how many lines a charger that switches may charge: as the room suggests, or always the same. */
  readonly phases: 'automatic' | 'one' | 'three';
  /** Added to the priority of the connector. */
  readonly priority: number;
  /** Null: unknown. Who leaves soonest for what is missing is filled first (least laxity). */
  readonly departure: Departure | null;
}

/** Nobody has set anything: balanced charging. */
export const plainSettings: ConnectorSettings = {
  personMaximum_A: null,
  pausedBy: null,
  pausedUntil: null,
  solar: 'off',
  boosted: false,
  phases: 'automatic',
  priority: 0,
  departure: null,
};
