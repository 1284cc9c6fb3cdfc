import type { DeviceRegistry } from '#libs/store/device-registry.js';
import type { ReservationStore } from '#libs/store/reservations.js';
import type { Observe } from '../../observe.js';
import type { ActionTable } from '../call-handler.js';
import type { StationCertificates } from '../station-certificates.js';
import { tokenLookupFrom } from '../v16/handlers/authorize.js';
import { dataTransfer } from '../v16/handlers/data-transfer.js';
import { heartbeat } from '../v16/handlers/heartbeat.js';
import {
  chargingLimitNotice,
  clearedLimitNotice,
  evScheduleNotice,
  firmwareNotice,
  logNotice,
  publishFirmwareNotice,
  securityNotice,
} from '#libs/protocols/ocpp201/notices.js';
import type { RegisteredDevice } from '#libs/store/device-registry.js';
import type { ContractAuthority } from './contract-authority.js';
import { get15118EvCertificate, getCertificateStatus } from './handlers/contract-certificates.js';
import { noticed } from './handlers/noticed.js';
import { notifyCustomerInformation } from './handlers/notify-customer-information.js';
import { notifyDisplayMessages } from './handlers/notify-display-messages.js';
import { notifyEvChargingNeeds } from './handlers/notify-ev-charging-needs.js';
import { notifyEvent } from './handlers/notify-event.js';
import { notifyMonitoringReport } from './handlers/notify-monitoring-report.js';
import { notifyReport } from './handlers/notify-report.js';
import { reportChargingProfiles } from './handlers/report-charging-profiles.js';
import { authorize } from './handlers/authorize.js';
import { bootNotification } from './handlers/boot-notification.js';
import { meterValues } from './handlers/meter-values.js';
import { signCertificate } from './handlers/sign-certificate.js';
import { reservationStatusUpdate } from './handlers/reservation-status-update.js';
import { statusNotification } from './handlers/status-notification.js';
import { transactionEvent } from './handlers/transaction-event.js';
import type { Stores201 } from './stores.js';

export interface ActionPorts201 extends Stores201 {
  readonly observe: Observe;
  readonly registry: Pick<DeviceRegistry, 'idTokenInfo' | 'recordBoot'>;
  readonly certificates: Pick<StationCertificates, 'canSign' | 'fulfil'>;
  readonly contracts: ContractAuthority;
  readonly reservations: Pick<ReservationStore, 'ask' | 'change'>;
  /** Told when a device's desired settings have changed. */
  readonly desiredChanged: (device: RegisteredDevice) => Promise<void>;
  readonly heartbeatInterval_s: number;
  readonly random: () => number;
}

/** Every call a station may make (OCPP 2.0.1 part 2; 2.1 where it is the same) and who answers it; the rest is NotSupported. */
export function inboundActions201(ports: ActionPorts201): ActionTable {
  const tokenInfo = tokenLookupFrom(ports.registry);
  return {
    Authorize: authorize({ tokenInfo }),
    BootNotification: bootNotification(ports),
    ClearedChargingLimit: noticed(ports, clearedLimitNotice, {}),
    DataTransfer: dataTransfer({ observe: ports.observe, vendors: {} }),
    FirmwareStatusNotification: noticed(ports, firmwareNotice, {}),
    Get15118EVCertificate: get15118EvCertificate(ports),
    GetCertificateStatus: getCertificateStatus(ports),
    Heartbeat: heartbeat(ports),
    LogStatusNotification: noticed(ports, logNotice, {}),
    MeterValues: meterValues(ports),
    NotifyChargingLimit: noticed(ports, chargingLimitNotice, {}),
    NotifyCustomerInformation: notifyCustomerInformation(ports),
    NotifyDisplayMessages: notifyDisplayMessages(ports),
    NotifyEVChargingNeeds: notifyEvChargingNeeds(ports),
    NotifyEVChargingSchedule: noticed(ports, evScheduleNotice, { status: 'Accepted' }),
    NotifyEvent: notifyEvent(ports),
    NotifyMonitoringReport: notifyMonitoringReport(ports),
    NotifyReport: notifyReport(ports),
    PublishFirmwareStatusNotification: noticed(ports, publishFirmwareNotice, {}),
    ReportChargingProfiles: reportChargingProfiles(ports),
    ReservationStatusUpdate: reservationStatusUpdate(ports),
    SecurityEventNotification: noticed(ports, securityNotice, {}),
    SignCertificate: signCertificate(ports),
    StatusNotification: statusNotification(ports),
    TransactionEvent: transactionEvent(ports),
  };
}
