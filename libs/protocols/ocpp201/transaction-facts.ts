import { registers } from './meter-values.js';
import type { ChargingStateName, TransactionEventRequest } from './payloads.js';

/** What one TransactionEvent adds to what the house knows of its transaction (OCPP 2.0.1 E). */
export interface TransactionFacts {
  readonly stationTransactionId: string;
  readonly sequence: number;
  readonly kind: 'Started' | 'Updated' | 'Ended';
  readonly evse: number | null;
  readonly startingToken: string | null;
  readonly firstRegister_Wh: number | null;
  readonly lastRegister_Wh: number | null;
  readonly chargingState: ChargingStateName | null;
  readonly stopReason: string | null;
}

/** Triggers whose token is of who ends the session (E07, E05), not of who it is for. */
const endingTriggers: ReadonlySet<string> = new Set(['StopAuthorized', 'Deauthorized']);

export function transactionFacts(request: TransactionEventRequest): TransactionFacts {
  const { eventType, transactionInfo, evse, idToken } = request;
  const ends = eventType === 'Ended';
  const { first_Wh, last_Wh } = registers(request.meterValue ?? []);
  return {
    stationTransactionId: transactionInfo.transactionId,
    sequence: request.seqNo,
    kind: eventType,
    evse: evse && evse.id >= 1 && evse.id <= 255 ? evse.id : null,
    startingToken:
      idToken && idToken.idToken !== '' && !ends && !endingTriggers.has(request.triggerReason)
        ? idToken.idToken
        : null,
    firstRegister_Wh: first_Wh,
    lastRegister_Wh: last_Wh,
    chargingState: transactionInfo.chargingState ?? null,
    // TransactionType: the reason may be left out only when it is Local.
    stopReason: ends ? (transactionInfo.stoppedReason ?? 'Local') : null,
  };
}
