import { call, unsupported, type CommandCall } from '../ocppj/command-call.js';
import type { WiredRequest } from '../ocppj/kept-here.js';
import { personsMaximumProfile } from './charging-profile.js';
import { parseVariableKey, type VariablePlace } from './variable-key.js';

/** What a translation needs besides the request itself. */
export interface CommandContext {
  /** The station's own name of the transaction the request is about; null when it has none of that number. */
  readonly stationTransactionId: string | null;
  /** A number of ours that no other request of this station carries: remoteStartId, requestId. */
  readonly requestId: number;
  /** `Component.Variable` of the brightness of this product's light; null: nobody knows. */
  readonly brightnessKey: string | null;
}

type RequestOf<Action extends WiredRequest['action']> = Extract<WiredRequest, { action: Action }>;

/** Each EVSE of the stations we know has its own cable; a station with several connectors per EVSE unlocks the first. */
const firstConnector = 1;

const badKey = (key: string): CommandCall =>
  unsupported(
    `${key} names no variable of OCPP 2.0.1. Write Component.Variable, such as OCPPCommCtrlr.HeartbeatInterval.`,
  );

/** Credentials are changed by the house itself, which must know them afterwards (A01). */
const credentials: ReadonlySet<string> = new Set(['basicauthpassword', 'securityprofile']);

function getVariables(keys: readonly string[], { requestId }: CommandContext): CommandCall {
  // No keys means all: there is no GetVariables for that, the station reports its whole device model instead (B07).
  if (keys.length === 0) return call('GetBaseReport', { requestId, reportBase: 'FullInventory' });
  const places: VariablePlace[] = [];
  for (const key of keys) {
    const place = parseVariableKey(key);
    if (!place) return badKey(key);
    places.push(place);
  }
  return call('GetVariables', { getVariableData: places });
}

function setVariable(key: string, value: string): CommandCall {
  const place = parseVariableKey(key);
  if (!place) return badKey(key);
  if (credentials.has(place.variable.name.toLowerCase()))
    return unsupported('This would change a credential of the charger. Use rotate-credential instead.');
  // K01: without smart charging no limit holds.
  if (place.component.name.toLowerCase() === 'smartchargingctrlr')
    return unsupported('This would change the smart charging that keeps the fuses.');
  return call('SetVariables', { setVariableData: [{ ...place, attributeValue: value }] });
}

/** Every command and its OCPP 2.0.1 call; OCPP 2.1 takes the same ones. */
const table: {
  readonly [Action in WiredRequest['action']]: (
    request: RequestOf<Action>,
    context: CommandContext,
  ) => CommandCall;
} = {
  'set-max-current': (request) => call('SetChargingProfile', personsMaximumProfile(request.current_A)),
  // OCPP 2.0.1 has no standard variable for it: only the quirk catalogue knows a vendor's.
  'set-brightness': ({ brightness_percent }, { brightnessKey }) =>
    brightnessKey === null
      ? unsupported('This charger has no known setting for its light.')
      : setVariable(brightnessKey, String(brightness_percent)),
  'remote-start': (request, { requestId }) =>
    call('RequestStartTransaction', {
      evseId: request.connector,
      remoteStartId: requestId,
      idToken: { idToken: request.idToken, type: 'Central' },
    }),
  'remote-stop': (_request, { stationTransactionId }) =>
    stationTransactionId === null
      ? unsupported('This charger has no transaction of that number.')
      : call('RequestStopTransaction', { transactionId: stationTransactionId }),
  reset: ({ type }) => call('Reset', { type: type === 'Hard' ? 'Immediate' : 'OnIdle' }),
  'unlock-connector': ({ connector }) =>
    call('UnlockConnector', { evseId: connector, connectorId: firstConnector }),
  'trigger-message': ({ requestedMessage, connector }) =>
    call('TriggerMessage', {
      requestedMessage,
      // F06: a StatusNotification is of a connector, everything else of an EVSE.
      ...(connector === undefined
        ? {}
        : {
            evse: {
              id: connector,
              ...(requestedMessage === 'StatusNotification' ? { connectorId: firstConnector } : {}),
            },
          }),
    }),
  'get-configuration': ({ keys }, context) => getVariables(keys, context),
  'change-configuration': ({ key, value }) => setVariable(key, value),
  // Only the person's own ceiling: leases and the standing default belong to the load balancing and keep the fuses.
  'clear-charging-profile': () =>
    call('ClearChargingProfile', {
      chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationMaxProfile' },
    }),
  // OCPPCommCtrlr.UnlockOnEVSideDisconnect: whether the cable is let go when it is pulled at the car.
  'set-cable-lock': ({ cableLock }) =>
    setVariable('OCPPCommCtrlr.UnlockOnEVSideDisconnect', String(cableLock === 'while-charging')),
  'set-phase-rotation': ({ connector, rotation }) => setVariable(`EVSE.PhaseRotation@${connector}`, rotation),
  'clear-cache': () => call('ClearCache', {}),
  'update-firmware': ({ location, requestId, signed, retrieveAt, installAt }) =>
    call('UpdateFirmware', {
      requestId,
      firmware: {
        location,
        retrieveDateTime: retrieveAt,
        ...(installAt === null ? {} : { installDateTime: installAt }),
        ...signed,
      },
    }),
};

export function commandCall(request: WiredRequest, context: CommandContext): CommandCall {
  const translate = table[request.action] as (request: WiredRequest, context: CommandContext) => CommandCall;
  return translate(request, context);
}
