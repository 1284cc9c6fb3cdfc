import type { CommandRequest } from '#libs/contracts/command.js';
import { personsMaximumProfile } from './charging-profile.js';

/** What a command becomes on the wire, or why it needs none. */
export type CommandCall =
  | { readonly kind: 'call'; readonly action: string; readonly payload: object }
  | { readonly kind: 'no-wire'; readonly reason: string };

type RequestOf<Action extends CommandRequest['action']> = Extract<CommandRequest, { action: Action }>;

const call = (action: string, payload: object): CommandCall => ({ kind: 'call', action, payload });

const keptHere = (): CommandCall => ({
  kind: 'no-wire',
  reason: 'The load balancing keeps this itself; nothing has to be sent to the charger.',
});

/** Every command and its OCPP 1.6 call (chapter 5, operations initiated by the central system). */
const table: {
  readonly [Action in CommandRequest['action']]: (request: RequestOf<Action>) => CommandCall;
} = {
  'set-max-current': (request) => call('SetChargingProfile', personsMaximumProfile(request.current_A)),
  'set-brightness': (request) =>
    call('ChangeConfiguration', { key: 'LightIntensity', value: String(request.brightness_percent) }),
  'set-schedule': () => ({
    kind: 'no-wire',
    reason: 'The schedule is kept by the load balancing itself; nothing has to be sent to the charger.',
  }),
  'set-mode': keptHere,
  'set-departure': keptHere,
  boost: keptHere,
  'set-priority': keptHere,
  'set-phases': keptHere,
  'set-goal': keptHere,
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
  'get-configuration': (request) =>
    call('GetConfiguration', request.keys.length === 0 ? {} : { key: request.keys }),
  'change-configuration': (request) =>
    call('ChangeConfiguration', { key: request.key, value: request.value }),
  // Only the person's own ceiling: leases and the standing default belong to the load balancing and keep the fuses.
  'clear-charging-profile': () =>
    call('ClearChargingProfile', { chargingProfilePurpose: 'ChargePointMaxProfile' }),
};

export function commandCall(request: CommandRequest): CommandCall {
  const translate = table[request.action] as (request: CommandRequest) => CommandCall;
  return translate(request);
}

/** Statuses by which a charger agrees; every other status of the same answer declines. */
const agreeing = new Set(['Accepted', 'RebootRequired', 'Unlocked']);

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
