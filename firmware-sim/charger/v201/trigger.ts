import type { Answer } from '../protocol.js';
import type { Charger201 } from './charger201.js';
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
};

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
