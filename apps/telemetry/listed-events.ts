import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import type { ChargerState, ConnectorState } from '#libs/devices/charger-state.js';
import type { DeviceState } from '#libs/devices/device-state.js';
import { sensibleTime } from '#libs/devices/device-time.js';
import type { ListedEvent, Severity } from '#libs/store/telemetry/device-event-store.js';

interface Listing {
  readonly type: string;
  readonly severity: Severity;
  /** Makes the source key, behind the device id. */
  readonly key: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
type EventOf<Type extends Observation['event']['type']> = Extract<Observation['event'], { type: Type }>;
type Lister<Type extends Observation['event']['type']> = (
  event: EventOf<Type>,
  observation: Observation,
  before: DeviceState,
) => Listing | null;

const hubSeverity: Readonly<Record<EventOf<'hub-event'>['category'], Severity>> = {
  alarm: 'alarm',
  tamper: 'alarm',
  fault: 'fault',
  restore: 'information',
  arming: 'information',
  information: 'information',
};

/** Which observations people find in the event list, and under which key. Measurements and heartbeats are not there. */
const listers: { readonly [Type in Observation['event']['type']]?: Lister<Type> } = {
  connected: ({ connectionEpoch, protocol }) => ({
    type: 'connected',
    severity: 'information',
    key: `connected:${connectionEpoch}`,
    detail: { protocol },
  }),
  disconnected: ({ connectionEpoch, cause }) => ({
    type: 'disconnected',
    // A device that was replaced by its own new connection, or that we sent away, is no cause for worry.
    severity: cause === 'replaced' || cause === 'drain' ? 'information' : 'warning',
    key: `disconnected:${connectionEpoch}`,
    detail: { cause },
  }),
  booted: ({ vendor, model, firmwareVersion }, { receivedAt }) => ({
    type: 'booted',
    severity: 'information',
    key: `booted:${receivedAt}`,
    detail: { vendor, model, firmwareVersion: firmwareVersion ?? null },
  }),
  'connector-status': (event, { deviceTime, receivedAt }, before) => {
    const known = connectorOf(before, event.connector);
    const wasFaulted = isFault(known?.status ?? null, known?.errorCode ?? null);
    const faulted = isFault(event.status, event.errorCode);
    const sameFault = wasFaulted && known?.errorCode === event.errorCode;
    if (faulted ? sameFault : !wasFaulted) return null;
    const { connector, status, errorCode, information } = event;
    return {
      type: faulted ? 'fault' : 'fault-cleared',
      severity: !faulted ? 'information' : status === 'Faulted' ? 'fault' : 'warning',
      key: `status:${connector}:${deviceTime}:${receivedAt}`,
      detail: { connector, status, errorCode, information: information ?? null },
    };
  },
  'transaction-started': ({ connector, transactionId, idToken, meterStart_Wh }) => ({
    type: 'transaction-started',
    severity: 'information',
    key: `transaction-started:${transactionId}`,
    detail: { connector, transactionId, idToken, meterStart_Wh },
  }),
  'transaction-ended': ({ connector, transactionId, meterStop_Wh, reason }) => ({
    type: 'transaction-ended',
    severity: 'information',
    key: `transaction-ended:${transactionId}`,
    detail: { connector, transactionId, meterStop_Wh, reason },
  }),
  'limit-answered': ({ connector, limitId, outcome }) =>
    outcome === 'rejected'
      ? {
          type: 'limit-rejected',
          severity: 'warning',
          key: `limit-rejected:${limitId}`,
          detail: { connector, limitId },
        }
      : null,
  notice: ({ topic, code, severity, detail }, { deviceTime, receivedAt }) => ({
    type: `${topic}-notice`,
    severity: severity <= 2 ? 'alarm' : severity <= 4 ? 'fault' : severity <= 5 ? 'warning' : 'information',
    key: `notice:${topic}:${code}:${deviceTime}:${receivedAt}`,
    detail: { ...detail, code },
  }),
  'hub-event': ({ sequence, category, code, zone, text }) => ({
    type: `hub-${category}`,
    severity: hubSeverity[category],
    key: `hub-event:${sequence}`,
    detail: { sequence, code, zone, text },
  }),
};

/** The entry of the event list an observation deserves, or null; `before` is the device's state before it. */
export function listObservation(observation: Observation, before: DeviceState): ListedEvent | null {
  const lister = listers[observation.event.type] as Lister<Observation['event']['type']> | undefined;
  const listing = lister?.(observation.event, observation, before);
  if (!listing) return null;
  const { siteId, deviceId, deviceTime, receivedAt, event } = observation;
  const listed = toEvent(listing, siteId, deviceId, sensibleTime(deviceTime, receivedAt), receivedAt);
  return event.type === 'hub-event' ? { ...listed, sequence: event.sequence } : listed;
}

/** Causes that people want to know of when they begin or end; the ordinary give and take of current is not listed. */
const remarkable = new Set(['meter-silent', 'restart-unknown', 'fallback', 'schedule']);

/** A limit that pauses a car, lets it go on, or begins or ends an unusual cause. */
export function listLimit(limit: Limit, before: DeviceState): ListedEvent | null {
  if (limit.transactionId === null) return null;
  const last = connectorOf(before, limit.connector)?.limit ?? null;
  const paused = limit.current_A === 0;
  const wasPaused = last?.current_A === 0;
  const cause = remarkable.has(limit.reason.code) ? limit.reason.code : null;
  const lastCause = last && remarkable.has(last.reason.code) ? last.reason.code : null;
  if (last?.limitId === limit.limitId || (paused === wasPaused && cause === lastCause)) return null;
  const { connector, current_A, reason, limitId, transactionId } = limit;
  const listing: Listing = {
    type: paused ? 'charging-paused' : wasPaused ? 'charging-resumed' : 'limit-changed',
    severity: cause === 'meter-silent' || cause === 'fallback' ? 'warning' : 'information',
    key: `limit:${limitId}`,
    detail: { connector, transactionId, current_A, reason },
  };
  return toEvent(listing, limit.siteId, limit.deviceId, limit.issuedAt, limit.issuedAt);
}

function toEvent(
  { type, severity, key, detail }: Listing,
  locationId: string,
  deviceId: string,
  at: number,
  receivedAt: number,
): ListedEvent {
  return {
    locationId,
    deviceId,
    at: new Date(at),
    receivedAt: new Date(receivedAt),
    type,
    severity,
    detail,
    sequence: null,
    sourceKey: `${deviceId}:${key}`,
  };
}

function connectorOf(state: DeviceState, number: number): ConnectorState | undefined {
  return (state as Partial<ChargerState>).connectors?.find(({ connector }) => connector === number);
}

/** OCPP 1.6 4.9: an error code beside a status other than Faulted is a warning. */
const isFault = (status: string | null, errorCode: string | null): boolean =>
  status === 'Faulted' || (errorCode !== null && errorCode !== 'NoError');
