import { call, unsupported, type CommandCall } from '../ocppj/command-call.js';
import type { WiredRequest } from '../ocppj/kept-here.js';
import { personsMaximumProfile } from './charging-profile.js';

type RequestOf<Action extends WiredRequest['action']> = Extract<WiredRequest, { action: Action }>;

/** OCPP 1.6 6.9, 6.23: a key has at most 50 characters and a value 500; those of OCPP 2.0.1 are longer. */
const isTooLong = (key: string): boolean => key.length > 50;
const tooLong = 'A configuration key of OCPP 1.6 has at most 50 characters and a value at most 500.';

/** Every command and its OCPP 1.6 call (chapter 5, operations initiated by the central system). */
const table: {
  readonly [Action in WiredRequest['action']]: (
    request: RequestOf<Action>,
    brightnessKey: string,
  ) => CommandCall;
} = {
  'set-max-current': (request) => call('SetChargingProfile', personsMaximumProfile(request.current_A)),
  'set-brightness': (request, brightnessKey) =>
    call('ChangeConfiguration', { key: brightnessKey, value: String(request.brightness_percent) }),
  'remote-start': (request) =>
    call('RemoteStartTransaction', { connectorId: request.connector, idTag: request.idToken }),
  'remote-stop': (request) => call('RemoteStopTransaction', { transactionId: request.transactionId }),
  reset: (request) => call('Reset', { type: request.type }),
  'unlock-connector': (request) => call('UnlockConnector', { connectorId: request.connector }),
  'trigger-message': (request) =>
    call('TriggerMessage', {
      requestedMessage: request.requestedMessage,
      ...(request.connector === undefined ? {} : { connectorId: request.connector }),
    }),
  'get-configuration': ({ keys }) =>
    keys.find(isTooLong) === undefined
      ? call('GetConfiguration', keys.length === 0 ? {} : { key: keys })
      : unsupported(tooLong),
  'change-configuration': ({ key, value }) =>
    isTooLong(key) || value.length > 500 ? unsupported(tooLong) : call('ChangeConfiguration', { key, value }),
  // Only the person's own ceiling: leases and the standing default belong to the load balancing and keep the fuses.
  'clear-charging-profile': () =>
    call('ClearChargingProfile', { chargingProfilePurpose: 'ChargePointMaxProfile' }),
  // 9.1.30: whether the cable is let go when it is pulled at the car; a cable that always stays is not.
  'set-cable-lock': ({ cableLock }) =>
    call('ChangeConfiguration', {
      key: 'UnlockConnectorOnEVSideDisconnect',
      value: String(cableLock === 'while-charging'),
    }),
  'set-phase-rotation': ({ connector, rotation }) =>
    call('ChangeConfiguration', { key: 'ConnectorPhaseRotation', value: `${connector}.${rotation}` }),
  'clear-cache': () => call('ClearCache', {}),
  // The plain one knows neither a request of ours nor a signature (6.49, Security Whitepaper 5.3).
  'update-firmware': ({ location, requestId, signed, retrieveAt, installAt }) =>
    signed === null
      ? call('UpdateFirmware', { location, retrieveDate: retrieveAt })
      : call('SignedUpdateFirmware', {
          requestId,
          firmware: {
            location,
            retrieveDateTime: retrieveAt,
            ...(installAt === null ? {} : { installDateTime: installAt }),
            ...signed,
          },
        }),
};

/** `brightnessKey`: the configuration key this product keeps the brightness of its light under. */
export function commandCall(request: WiredRequest, brightnessKey: string): CommandCall {
  const translate = table[request.action] as (request: WiredRequest, brightnessKey: string) => CommandCall;
  return translate(request, brightnessKey);
}

/** Statuses by which a charger agrees; every other status of the same answer declines. */
const agreeing = new Set(['Accepted', 'AcceptedCanceled', 'RebootRequired', 'Unlocked']);

/** GetConfiguration has no status (OCPP 1.6 6.24): that it answered is its agreement. */
export function commandOutcome(answer: unknown): 'accepted' | 'rejected' {
  const status = (answer as { status?: unknown } | null)?.status;
  return status === undefined || (typeof status === 'string' && agreeing.has(status))
    ? 'accepted'
    : 'rejected';
}

/** The configuration a GetConfiguration answer lists; keys without a value are left out. */
export function configurationValues(answer: unknown): Readonly<Record<string, string>> {
  const list = (answer as { configurationKey?: unknown } | null)?.configurationKey;
  const entries = (Array.isArray(list) ? list : []) as { key?: unknown; value?: unknown }[];
  return Object.fromEntries(
    entries.flatMap(({ key, value }) =>
      typeof key === 'string' && typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
}
