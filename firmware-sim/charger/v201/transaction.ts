import type { Connector } from '../connector.js';
import type { OutboxMessage } from '../outbox.js';
import type { IdToken } from './types.js';

export type ChargingState = 'Idle' | 'EVConnected' | 'Charging' | 'SuspendedEV' | 'SuspendedEVSE';

/** A transaction as the station knows it; its number is the station's own choice (OCPP 2.0.1 E01.FR.08). */
export interface Transaction201 {
  readonly transactionId: string;
  readonly connector: Connector;
  readonly startedAt_ms: number;
  /** The number of the next event; the first is 0 (E01.FR.07). */
  seqNo: number;
  /** Null until somebody is authorized. */
  token: IdToken | null;
  remoteStartId: number | null;
  reservationId: number | null;
  chargingState: ChargingState;
  /** Seconds during which current flowed. */
  timeSpentCharging_s: number;
  /** Why the energy stopped before the transaction did; null while nothing stopped it. */
  stoppedReason: string | null;
  totalCost: number | null;
}

/** An event on its way; it names its transaction so that the station can say what still waits. */
export interface TransactionMessage extends OutboxMessage {
  readonly transactionId: string;
}

/** An event that the central system has answered. */
export interface AcknowledgedEvent {
  readonly transactionId: string;
  readonly seqNo: number;
  readonly eventType: 'Started' | 'Updated' | 'Ended';
}

/** What the outlet is doing for the transaction. */
export function chargingState({ car, transaction, offer }: Connector): ChargingState {
  if (!car) return 'Idle';
  if (!transaction) return 'EVConnected';
  if (car.current_A > 0) return 'Charging';
  return offer.limit_A < 6 ? 'SuspendedEVSE' : 'SuspendedEV';
}
