import { evseStatus } from '#libs/protocols/ocpp201/connector-status.js';
import type { ConnectorStatusName } from '#libs/protocols/ocpp201/payloads.js';
import type { ConnectorStatuses } from '#libs/store/connector-statuses.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { TransactionEventJournal } from '#libs/store/journal/transaction-event-journal.js';
import type { Observe, Times } from '../../observe.js';

export interface EvseStatusPorts {
  readonly observe: Observe;
  readonly connectors: ConnectorStatuses;
  readonly transactions: Pick<TransactionEventJournal, 'openAt'>;
}

export interface ConnectorTold {
  readonly evse: number;
  readonly connector: number;
  readonly status: ConnectorStatusName;
}

/**
 * Publishes what an EVSE is after one of its connectors told its status (OCPP 2.0.1 G01). 2.1 stations tell the same as
 * AvailabilityState in a NotifyEvent.
 */
export async function tellConnector(
  ports: EvseStatusPorts,
  device: RegisteredDevice,
  { evse, connector, status }: ConnectorTold,
  times: Times,
): Promise<void> {
  const connectors = await ports.connectors.tell(device.deviceId, evse, { connector, status });
  const occupied = connectors.some((each) => each.status === 'Occupied');
  const transaction = occupied ? await ports.transactions.openAt(device.deviceId, evse) : null;
  await ports.observe(device, evseStatus(evse, connectors, transaction), times);
}
