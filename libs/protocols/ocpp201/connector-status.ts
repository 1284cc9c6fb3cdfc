import type { ConnectorStatus, ConnectorStatusChanged } from '#libs/devices/device-event.js';
import type { ChargingStateName, ConnectorStatusName } from './payloads.js';

/** The transaction that keeps an EVSE occupied, as far as its status goes. */
export interface OccupyingTransaction {
  /** Null: it was never told. */
  readonly chargingState: ChargingStateName | null;
  readonly hasCharged: boolean;
}

/** OCPP 2.0.1 knows one Occupied where the house tells what the car is doing: 1.6 7.7 from ChargingStateEnumType. */
export function occupiedAs(transaction: OccupyingTransaction | null): ConnectorStatus {
  switch (transaction?.chargingState) {
    case 'Charging':
    case 'SuspendedEV':
    case 'SuspendedEVSE':
      return transaction.chargingState;
    default:
      // Connected and not charging: before the first charge it prepares, after it the car is done.
      return transaction?.hasCharged === true ? 'Finishing' : 'Preparing';
  }
}

/** Which of several connectors speaks for its EVSE: the one in use, else the one that is most able to be. */
const precedence: readonly ConnectorStatusName[] = [
  'Occupied',
  'Reserved',
  'Available',
  'Faulted',
  'Unavailable',
];

/**
 * The status of an EVSE from its connectors (OCPP 2.0.1 G01). A connector that is broken beside one that works is told as
 * a warning: the EVSE can still charge.
 */
export function evseStatus(
  evse: number,
  connectors: readonly { readonly connector: number; readonly status: ConnectorStatusName }[],
  transaction: OccupyingTransaction | null,
): ConnectorStatusChanged {
  const status = precedence.find((name) => connectors.some((each) => each.status === name)) ?? 'Unavailable';
  const faulted = connectors.filter((each) => each.status === 'Faulted');
  return {
    type: 'connector-status',
    connector: evse,
    status: status === 'Occupied' ? occupiedAs(transaction) : status,
    errorCode: faulted.length > 0 ? 'OtherError' : 'NoError',
    information:
      faulted.length > 0 && status !== 'Faulted'
        ? `connector ${faulted.map(({ connector }) => connector).join(', ')} is faulted`
        : undefined,
  };
}

/** Ends after which the car is still at the EVSE say so; those that were faults leave the word to StatusNotification. */
const faultReasons: ReadonlySet<string> = new Set([
  'EmergencyStop',
  'GroundFault',
  'OvercurrentFault',
  'PowerLoss',
  'PowerQuality',
  'Reboot',
  'ImmediateReset',
]);
const departures: ReadonlySet<string> = new Set(['EVDeparted', 'EVCommunicationLost']);

/** What a TransactionEvent says of its EVSE's status; null when it says nothing that StatusNotification does not say better. */
export function statusOfTransaction(
  evse: number,
  event: { readonly triggerReason: string; readonly endReason: string | null },
  transaction: OccupyingTransaction,
): ConnectorStatusChanged | null {
  const status = event.endReason === null ? occupiedAs(transaction) : 'Finishing';
  const silent =
    event.endReason !== null &&
    (faultReasons.has(event.endReason) ||
      event.endReason === 'EVDisconnected' ||
      departures.has(event.triggerReason) ||
      transaction.chargingState === 'Idle');
  if (silent) return null;
  return { type: 'connector-status', connector: evse, status, errorCode: 'NoError', information: undefined };
}
