import type { Answer } from '../protocol.js';
import type { Charger16 } from './charger16.js';
import { tellFirmwareStatus } from './firmware.js';
import { tellDiagnosticsStatus, tellLogStatus } from './logs.js';

interface TriggerRequest {
  readonly requestedMessage: string;
  readonly connectorId?: number;
}

type Trigger = (charger: Charger16, connectorId: number | undefined) => void;

const chosen = ({ station }: Charger16, connectorId: number | undefined) =>
  station.connectors.filter(({ number }) => (connectorId ?? number) === number);

/** The messages that can be asked for, by TriggerMessage (5.17) or ExtendedTriggerMessage (whitepaper 5.5) or both. */
const common: Readonly<Record<string, Trigger>> = {
  BootNotification: ({ station }) => station.wire.bootNow(),
  Heartbeat: ({ station }) => station.wire.heartbeatNow(),
  StatusNotification: (charger, connectorId) => {
    if (connectorId === 0) charger.reportStation();
    for (const connector of chosen(charger, connectorId)) charger.reportStatus(connector);
  },
  MeterValues: (charger, connectorId) => {
    for (const connector of chosen(charger, connectorId)) charger.sample(connector, 'Trigger');
  },
};

const plain: Readonly<Record<string, Trigger>> = {
  ...common,
  DiagnosticsStatusNotification: ({ station, diagnostics }) =>
    tellDiagnosticsStatus(station, diagnostics.status),
  FirmwareStatusNotification: ({ station, firmware }) =>
    void tellFirmwareStatus(station, firmware.status, { requestId: null, signature: null }),
};
const extended: Readonly<Record<string, Trigger>> = {
  ...common,
  LogStatusNotification: ({ station, logs }) =>
    tellLogStatus(station, logs.status, logs.status === 'Idle' ? null : logs.requestId),
  FirmwareStatusNotification: ({ station, firmware }) => {
    const requestId = firmware.status === 'Idle' ? null : firmware.requestId;
    station.wire.permit('SignedFirmwareStatusNotification');
    station.say('SignedFirmwareStatusNotification', {
      status: firmware.status,
      ...(requestId !== null && { requestId }),
    });
  },
  SignChargePointCertificate: (charger) => {
    charger.station.wire.permit('SignCertificate');
    charger.requestCertificate().catch(() => undefined);
  },
};

export const triggerMessage = (charger: Charger16, request: TriggerRequest): Answer =>
  trigger(plain, charger, request);

export const extendedTriggerMessage = (charger: Charger16, request: TriggerRequest): Answer =>
  trigger(extended, charger, request);

function trigger(
  known: Readonly<Record<string, Trigger>>,
  charger: Charger16,
  { requestedMessage, connectorId }: TriggerRequest,
): Answer {
  const action = known[requestedMessage];
  if (!action) return { status: 'NotImplemented' };
  if (connectorId !== undefined && connectorId !== 0 && !charger.station.connector(connectorId))
    return { status: 'Rejected' };
  charger.station.wire.permit(requestedMessage);
  charger.station.afterAnswer(() => action(charger, connectorId));
  return { status: 'Accepted' };
}
