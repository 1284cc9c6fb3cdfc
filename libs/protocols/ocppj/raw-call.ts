import type { OcppSchemas } from './schema.js';
import type { OcppVersion } from './version.js';
import { call, unsupported, type CommandCall } from './command-call.js';

const inBothGenerations = [
  'CancelReservation',
  'CertificateSigned',
  'ChangeAvailability',
  'ClearCache',
  'ClearChargingProfile',
  'DataTransfer',
  'DeleteCertificate',
  'GetCompositeSchedule',
  'GetInstalledCertificateIds',
  'GetLocalListVersion',
  'GetLog',
  'InstallCertificate',
  'ReserveNow',
  'Reset',
  'SendLocalList',
  'SetChargingProfile',
  'TriggerMessage',
  'UnlockConnector',
  'UpdateFirmware',
] as const;

const first = [
  ...inBothGenerations,
  'ChangeConfiguration',
  'ExtendedTriggerMessage',
  'GetConfiguration',
  'GetDiagnostics',
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'SignedUpdateFirmware',
] as const;

const second = [
  ...inBothGenerations,
  'ClearDisplayMessage',
  'ClearVariableMonitoring',
  'CostUpdated',
  'CustomerInformation',
  'GetBaseReport',
  'GetChargingProfiles',
  'GetDisplayMessages',
  'GetMonitoringReport',
  'GetReport',
  'GetTransactionStatus',
  'GetVariables',
  'PublishFirmware',
  'RequestStartTransaction',
  'RequestStopTransaction',
  'SetDisplayMessage',
  'SetMonitoringBase',
  'SetMonitoringLevel',
  'SetNetworkProfile',
  'SetVariableMonitoring',
  'SetVariables',
  'UnpublishFirmware',
] as const;

/** What a central system may call at a station: OCPP 1.6 chapter 5 with its Security Whitepaper, OCPP 2.0.1 blocks A-P. */
export const callsToStation: Readonly<Record<OcppVersion, ReadonlySet<string>>> = {
  'ocpp1.6': new Set(first),
  'ocpp2.0.1': new Set(second),
  'ocpp2.1': new Set(second),
};

/**
 * An operator's own message as it goes on the wire, or why it does not. Profiles of a transaction and its default belong to
 * the load balancing: somebody else's would lift the limits that keep the fuses (I1), so they are never sent by hand.
 */
export function rawCall(
  schemas: OcppSchemas,
  message: string,
  payload: Readonly<Record<string, unknown>>,
): CommandCall {
  const { version } = schemas;
  if (!callsToStation[version].has(message))
    return unsupported(`${version} has no message ${message} from the central system to a station.`);
  const refusal = schemas.checkRequest(message, payload);
  if (refusal) return unsupported(`The payload is not a ${version} ${message}: ${refusal.description}.`);
  if (touchesTheFuses(message, payload))
    return unsupported(
      'This would change the charging profiles that keep the fuses. Use set-max-current, or a ChargePointMaxProfile.',
    );
  if (touchesTheCredentials(message, payload))
    return unsupported(
      'This would change a credential or the security profile of the charger. Use rotate-credential instead.',
    );
  return call(message, payload);
}

/** Names of what lets a charger in, in lower case: OCPP 1.6 Security Whitepaper 4.1, OCPP 2.0.1 SecurityCtrlr. */
const credentials: ReadonlySet<string> = new Set([
  'authorizationkey',
  'securityprofile',
  'basicauthpassword',
]);

function touchesTheCredentials(message: string, payload: Readonly<Record<string, unknown>>): boolean {
  const names =
    message === 'ChangeConfiguration'
      ? [payload['key']]
      : message === 'SetVariables'
        ? (payload['setVariableData'] as { variable: { name: string } }[]).map(
            ({ variable }) => variable.name,
          )
        : [];
  // Its password would stand in the command, which many may read.
  const { basicAuthPassword } = (payload['connectionData'] ?? {}) as { basicAuthPassword?: unknown };
  if (message === 'SetNetworkProfile' && basicAuthPassword !== undefined) return true;
  return names.some((name) => credentials.has(String(name).toLowerCase()));
}

const freePurposes: ReadonlySet<unknown> = new Set(['ChargePointMaxProfile', 'ChargingStationMaxProfile']);

/**
 * Ids of standing defaults and leases (charging-profile.ts of either generation). An id reaches its profile whatever purpose
 * stands beside it: OCPP 2.0.1 K01 replaces, K10 and OCPP 1.6 5.5 clear by id.
 */
const isOurs = (id: unknown): boolean => typeof id === 'number' && id >= 100 && id <= 1_255;

interface ProfileFields {
  readonly id?: unknown;
  readonly chargingProfileId?: unknown;
  readonly csChargingProfiles?: {
    readonly chargingProfileId?: unknown;
    readonly chargingProfilePurpose?: unknown;
  };
  readonly chargingProfile?: { readonly id?: unknown; readonly chargingProfilePurpose?: unknown };
  readonly chargingProfilePurpose?: unknown;
  readonly chargingProfileCriteria?: { readonly chargingProfilePurpose?: unknown };
}

function touchesTheFuses(message: string, payload: Readonly<Record<string, unknown>>): boolean {
  const fields = payload as ProfileFields;
  switch (message) {
    case 'SetChargingProfile':
      return (
        isOurs(fields.csChargingProfiles?.chargingProfileId ?? fields.chargingProfile?.id) ||
        !freePurposes.has((fields.csChargingProfiles ?? fields.chargingProfile)?.chargingProfilePurpose)
      );
    case 'ClearChargingProfile':
      return (
        isOurs(fields.id ?? fields.chargingProfileId) ||
        !freePurposes.has(
          fields.chargingProfilePurpose ?? fields.chargingProfileCriteria?.chargingProfilePurpose,
        )
      );
    case 'SetVariables':
      // K01: without smart charging no limit holds.
      return (payload['setVariableData'] as { component: { name: string } }[]).some(
        ({ component }) => component.name.toLowerCase() === 'smartchargingctrlr',
      );
    case 'RemoteStartTransaction':
    case 'RequestStartTransaction':
      return fields.chargingProfile !== undefined;
    default:
      return false;
  }
}
