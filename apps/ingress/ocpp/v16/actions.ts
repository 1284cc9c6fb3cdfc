import type { RegisteredDevice, DeviceRegistry } from '#libs/store/device-registry.js';
import type { TransactionJournal } from '#libs/store/journal/transaction-journal.js';
import type { Observe } from '../../observe.js';
import type { ActionTable } from '../call-handler.js';
import { acknowledgedOnly } from './handlers/acknowledged-only.js';
import { authorize, tokenStatusFrom } from './handlers/authorize.js';
import { bootNotification } from './handlers/boot-notification.js';
import { dataTransfer } from './handlers/data-transfer.js';
import { heartbeat } from './handlers/heartbeat.js';
import { meterValues } from './handlers/meter-values.js';
import { startTransaction } from './handlers/start-transaction.js';
import { statusNotification } from './handlers/status-notification.js';
import { stopTransaction } from './handlers/stop-transaction.js';

export interface ActionPorts {
  readonly observe: Observe;
  readonly registry: Pick<DeviceRegistry, 'idTokenStatus' | 'recordBoot'>;
  readonly journal: TransactionJournal;
  readonly heartbeatInterval_s: number;
  readonly random: () => number;
  readonly quarantined: (device: RegisteredDevice, transactionId: number) => void;
}

/** Every call a charger may make (OCPP 1.6 chapter 4) and who answers it; the rest is NotSupported. */
export function inboundActions(ports: ActionPorts): ActionTable {
  const tokenStatus = tokenStatusFrom(ports.registry);
  return {
    Authorize: authorize({ tokenStatus }),
    BootNotification: bootNotification(ports),
    DataTransfer: dataTransfer({ observe: ports.observe, vendors: {} }),
    DiagnosticsStatusNotification: acknowledgedOnly(ports),
    FirmwareStatusNotification: acknowledgedOnly(ports),
    Heartbeat: heartbeat(ports),
    MeterValues: meterValues(ports),
    StartTransaction: startTransaction({ ...ports, tokenStatus }),
    StatusNotification: statusNotification(ports),
    StopTransaction: stopTransaction({ ...ports, tokenStatus }),
  };
}
