import type { RegisteredDevice, DeviceRegistry } from '#libs/store/device-registry.js';
import type { TransactionJournal } from '#libs/store/journal/transaction-journal.js';
import type { Observe } from '../../observe.js';
import type { ActionTable } from '../call-handler.js';
import type { StationCertificates } from '../station-certificates.js';
import { authorize, tokenLookupFrom } from './handlers/authorize.js';
import { bootNotification } from './handlers/boot-notification.js';
import { dataTransfer } from './handlers/data-transfer.js';
import { diagnosticsStatusNotification } from './handlers/diagnostics-status-notification.js';
import { firmwareStatusNotification } from './handlers/firmware-status-notification.js';
import { heartbeat } from './handlers/heartbeat.js';
import { logStatusNotification } from './handlers/log-status-notification.js';
import { meterValues } from './handlers/meter-values.js';
import { securityEventNotification } from './handlers/security-event-notification.js';
import { signCertificate } from './handlers/sign-certificate.js';
import { signedFirmwareStatusNotification } from './handlers/signed-firmware-status-notification.js';
import { startTransaction } from './handlers/start-transaction.js';
import { statusNotification } from './handlers/status-notification.js';
import { stopTransaction } from './handlers/stop-transaction.js';

export interface ActionPorts {
  readonly observe: Observe;
  readonly registry: Pick<DeviceRegistry, 'idTokenInfo' | 'recordBoot'>;
  readonly journal: TransactionJournal;
  readonly certificates: Pick<StationCertificates, 'canSign' | 'fulfil'>;
  readonly heartbeatInterval_s: number;
  readonly random: () => number;
  readonly quarantined: (device: RegisteredDevice, transactionId: number) => void;
}

/** Every call a charger may make (OCPP 1.6 chapter 4 and the Security Whitepaper) and who answers it. */
export function inboundActions(ports: ActionPorts): ActionTable {
  const tokenInfo = tokenLookupFrom(ports.registry);
  return {
    Authorize: authorize({ tokenInfo }),
    BootNotification: bootNotification(ports),
    DataTransfer: dataTransfer({ observe: ports.observe, vendors: {} }),
    DiagnosticsStatusNotification: diagnosticsStatusNotification(ports),
    FirmwareStatusNotification: firmwareStatusNotification(ports),
    Heartbeat: heartbeat(ports),
    LogStatusNotification: logStatusNotification(ports),
    MeterValues: meterValues(ports),
    SecurityEventNotification: securityEventNotification(ports),
    SignCertificate: signCertificate({
      certificates: ports.certificates,
      heard: (device, receivedAt) =>
        ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt }),
    }),
    SignedFirmwareStatusNotification: signedFirmwareStatusNotification(ports),
    StartTransaction: startTransaction(ports),
    StatusNotification: statusNotification(ports),
    StopTransaction: stopTransaction({ ...ports, tokenInfo }),
  };
}
