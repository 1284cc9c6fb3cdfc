import { limitProfile } from '#libs/protocols/ocpp16/charging-profile.js';
import { commandCall, commandOutcome, configurationValues } from '#libs/protocols/ocpp16/command-call.js';
import { profileWords16 } from '#libs/protocols/ocpp16/profile-words.js';
import { unsupported } from '#libs/protocols/ocppj/command-call.js';
import { foreignReason, isForeign, isKeptHere, keptHereReason } from '#libs/protocols/ocppj/kept-here.js';
import { rawCall } from '#libs/protocols/ocppj/raw-call.js';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import type { StationSecurityStore } from '#libs/store/station-security.js';
import type { Dialect } from '../dialect.js';
import { isReservation, reservationCall, type ReservePorts } from '../reserve.js';
import { rotation } from '../rotation.js';
import { scheduleCheck, type ScheduleCheckPorts } from '../schedule-check.js';
import { isVendorRequest, vendorCall, type VendorPorts, type VendorWords } from '../vendor-calls.js';
import { localList16 } from './local-list.js';
import { inboundActions, type ActionPorts } from './actions.js';

export interface Dialect16Ports extends ActionPorts, ReservePorts {
  readonly scheduleChecks: ScheduleCheckPorts;
  readonly vendor: VendorPorts;
  readonly credentials: Pick<StationSecurityStore, 'offerSecret' | 'withdrawSecret'>;
}

/** OCPP 1.6 chapter 9 knows it as optional: the intensity in percent. */
const standardBrightnessKey = 'LightIntensity';

/** OCPP 1.6 5.4: one key a call, of at most 50 characters. */
const vendorWords16: VendorWords = {
  set: (values) =>
    values.some(([key]) => key.length > 50)
      ? []
      : values.map(([key, value]) => ({ action: 'ChangeConfiguration', payload: { key, value } })),
  networkKeys: {
    mediumKey: 'NetworkMedium',
    ssidKey: 'NetworkSsid',
    passphraseKey: 'NetworkPassphrase',
  },
};

/** OCPP 1.6J with the Security Whitepaper. */
export function dialect16(ports: Dialect16Ports): Dialect {
  const schemas = schemasOf('ocpp1.6');
  return {
    schemas,
    actions: inboundActions(ports),
    limitPayload: async (_device, limit) => limitProfile(limit),
    renewalCall: (purpose) =>
      purpose === 'ChargingStationCertificate'
        ? { action: 'ExtendedTriggerMessage', payload: { requestedMessage: 'SignChargePointCertificate' } }
        : null,
    localList: localList16,
    profiles: profileWords16,
    productOf: (boot) => {
      const { chargePointVendor: vendor, chargePointModel: model } = (boot ?? {}) as Record<string, unknown>;
      return typeof vendor === 'string' && typeof model === 'string' ? { vendor, model } : null;
    },
    commandCall: async (device, request, quirks) => {
      if (isKeptHere(request)) return { kind: 'no-wire', reason: keptHereReason(request.action) };
      if (isForeign(request)) return unsupported(foreignReason);
      if (request.action === 'ocpp-call') return rawCall(schemas, request.message, request.payload);
      if (request.action === 'rotate-credential')
        return rotation(ports.credentials, device, 'ChangeConfiguration', (secret) => ({
          key: 'AuthorizationKey',
          value: secret,
        }));
      if (isVendorRequest(request)) return vendorCall(ports.vendor, device, request, quirks, vendorWords16);
      if (request.action === 'check-schedule')
        return scheduleCheck(ports.scheduleChecks, device, request, profileWords16);
      if (isReservation(request))
        return reservationCall(ports, device, request, ({ reservationId, connector, idToken, until }) => ({
          reservationId,
          connectorId: connector,
          idTag: idToken,
          expiryDate: until,
        }));
      return commandCall(request, quirks.brightnessKey ?? standardBrightnessKey);
    },
    commandOutcome: (_action, answer) => commandOutcome(answer),
    reportedConfiguration: (action, answer) =>
      action === 'GetConfiguration' ? configurationValues(answer) : null,
    secretKeys: ({ network }) => [(network ?? vendorWords16.networkKeys).passphraseKey],
    question: async () => null,
  };
}
