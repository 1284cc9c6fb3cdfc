import type { ConnectorState, LimitCause } from './charger-state.js';

/** What people see of a connector (NB-85). */
export type ChargingStatus =
  | 'idle'
  | 'connected'
  | 'charging'
  | 'finished'
  | 'error'
  | 'waiting-for-load-balancing'
  | 'delayed-by-schedule'
  | 'waiting-for-car'
  | 'unavailable'
  | 'unknown';

export interface ExplainedStatus {
  readonly status: ChargingStatus;
  /** Stable code of why: the limit's, the charger's error code, or one of ours. */
  readonly reason: string;
  /** The limit behind it, when there is one. */
  readonly limit: LimitCause | null;
}

/** What a pause by the charger is to people: the clock's doing, the end of what was asked for, or the lack of current. */
function suspendedBy(code: string | null): ChargingStatus {
  if (code === 'schedule' || code === 'price') return 'delayed-by-schedule';
  return code === 'goal' ? 'finished' : 'waiting-for-load-balancing';
}

/** The status of a connector in the words of NB-85, always with its reason. */
export function chargingStatus(connector: ConnectorState): ExplainedStatus {
  const limit = connector.limit?.reason ?? null;
  switch (connector.status) {
    case null:
      return { status: 'unknown', reason: 'not-told', limit: null };
    case 'Available':
      return { status: 'idle', reason: 'no-car', limit: null };
    case 'Reserved':
      return { status: 'idle', reason: 'reserved', limit: null };
    case 'Preparing':
      return { status: 'connected', reason: 'not-authorized', limit: null };
    case 'Charging':
      return { status: 'charging', reason: limit?.code ?? 'unlimited', limit };
    case 'SuspendedEVSE':
      return { status: suspendedBy(limit?.code ?? null), reason: limit?.code ?? 'charger', limit };
    case 'SuspendedEV':
      return { status: 'waiting-for-car', reason: 'car', limit };
    case 'Finishing':
      return { status: 'finished', reason: 'still-plugged-in', limit: null };
    case 'Unavailable':
      return { status: 'unavailable', reason: connector.information ?? 'out-of-service', limit: null };
    case 'Faulted':
      return { status: 'error', reason: connector.errorCode ?? 'OtherError', limit: null };
  }
}
