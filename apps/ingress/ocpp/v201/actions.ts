import type { ConnectorStatuses } from '#libs/store/connector-statuses.js';
import type { DeviceInventories } from '#libs/store/device-inventories.js';
import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { TransactionEventJournal } from '#libs/store/journal/transaction-event-journal.js';
import type { Observe } from '../../observe.js';
import type { ActionTable } from '../call-handler.js';
import { tokenStatusFrom } from '../v16/handlers/authorize.js';
import { dataTransfer } from '../v16/handlers/data-transfer.js';
import { heartbeat } from '../v16/handlers/heartbeat.js';
import { authorize } from './handlers/authorize.js';
import { bootNotification } from './handlers/boot-notification.js';
import { meterValues } from './handlers/meter-values.js';
import { statusNotification } from './handlers/status-notification.js';
import { transactionEvent } from './handlers/transaction-event.js';

export interface ActionPorts201 {
  readonly observe: Observe;
  readonly registry: Pick<DeviceRegistry, 'idTokenStatus' | 'recordBoot'>;
  readonly transactions: TransactionEventJournal;
  readonly connectors: ConnectorStatuses;
  readonly inventories: DeviceInventories;
  readonly heartbeatInterval_s: number;
  readonly random: () => number;
}

/** Every call a station may make (OCPP 2.0.1 part 2; 2.1 where it is the same) and who answers it; the rest is NotSupported. */
export function inboundActions201(ports: ActionPorts201): ActionTable {
  const tokenStatus = tokenStatusFrom(ports.registry);
  return {
    Authorize: authorize({ tokenStatus }),
    BootNotification: bootNotification(ports),
    DataTransfer: dataTransfer({ observe: ports.observe, vendors: {} }),
    Heartbeat: heartbeat(ports),
    MeterValues: meterValues(ports),
    StatusNotification: statusNotification(ports),
    TransactionEvent: transactionEvent(ports),
  };
}
