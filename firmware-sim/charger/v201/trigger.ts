import type { Answer } from '../protocol.js';
import type { OwnUse } from '../services/certificate-store.js';
import type { Charger201 } from './charger201.js';
import { tellFirmwareStatus, tellPublishStatus } from './firmware.js';
import { tellLogStatus } from './logs.js';
import type { Evse } from './types.js';

interface TriggerRequest {
  readonly requestedMessage: string;
  readonly evse?: Evse;
}

type Trigger = (charger: Charger201, evse: Evse | undefined) => void;

const chosen = ({ station }: Charger201, evse: Evse | undefined) =>
  station.connectors.filter(({ number }) => (evse?.id ?? number) === number);

/** The messages the central system can ask for (OCPP 2.0.1 F06). */
const triggers: Readonly<Record<string, Trigger>> = {
  BootNotification: ({ station }) => station.wire.bootNow(),
  Heartbeat: ({ station }) => station.wire.heartbeatNow(),
  StatusNotification: (charger, evse) => {
    for (const connector of chosen(charger, evse)) charger.reportStatus(connector);
  },
  MeterValues: (charger, evse) => {
    for (const connector of chosen(charger, evse)) charger.sendMeterValues(connector, 'Trigger');
  },
  TransactionEvent: (charger, evse) => {
    for (const connector of chosen(charger, evse)) {
      const transaction = charger.transactions.on(connector);
      if (transaction) charger.transactions.update(transaction, 'Trigger', 'Trigger');
    }
  },
  LogStatusNotification: ({ station, logs }) =>
    tellLogStatus(station, logs.status, logs.status === 'Idle' ? null : logs.requestId),
  FirmwareStatusNotification: ({ station, firmware }) =>
    void tellFirmwareStatus(station, firmware.status, firmware.status === 'Idle' ? null : firmware.requestId),
  PublishFirmwareStatusNotification: ({ station, publisher }) =>
    tellPublishStatus(station, publisher.status, null, publisher.locations),
  SignChargingStationCertificate: (charger) => askForCertificate(charger, 'station'),
  SignV2GCertificate: (charger) => askForCertificate(charger, 'v2g'),
  // One certificate for both uses is the station's own here.
  SignCombinedCertificate: (charger) => askForCertificate(charger, 'station'),
};

function askForCertificate(charger: Charger201, use: OwnUse): void {
  charger.station.wire.permit('SignCertificate');
  charger.requestCertificate(use).catch(() => undefined);
}

export function triggerMessage(charger: Charger201, { requestedMessage, evse }: TriggerRequest): Answer {
  const action = triggers[requestedMessage];
  if (!action) return { status: 'NotImplemented' };
  const { station } = charger;
  if (evse && !station.connector(evse.id)) return { status: 'Rejected' };
  // F06.FR.17: a station that was accepted has nothing to introduce.
  if (requestedMessage === 'BootNotification' && station.online) return { status: 'Rejected' };
  station.wire.permit(requestedMessage);
  station.afterAnswer(() => action(charger, evse));
  return { status: 'Accepted' };
}
