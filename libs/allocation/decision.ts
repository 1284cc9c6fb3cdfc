import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { Reason } from './reason.js';

/** One message to one connector. */
export interface Decision {
  readonly limitId: string;
  readonly index: number;
  readonly deviceId: string;
  readonly connector: number;
  /** Null: `current_A` becomes the connector's standing default. */
  readonly transactionId: number | null;
  readonly current_A: number;
  /** Lines the car may charge on; null: the charger does not switch. */
  readonly numberPhases: 1 | 3 | null;
  readonly leaseUntil: EpochMilliseconds | null;
  readonly reason: Reason;
  readonly kind: 'decrease' | 'increase' | 'renewal' | 'fallback';
}

/** Answers a new id, unique for ever, each time it is called. */
export type LimitIds = () => string;
