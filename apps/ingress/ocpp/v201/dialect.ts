import type { CommandRequest } from '#libs/contracts/command.js';
import { leaseProfile, standingProfile } from '#libs/protocols/ocpp201/charging-profile.js';
import { commandCall } from '#libs/protocols/ocpp201/command-call.js';
import { commandOutcome, configurationValues } from '#libs/protocols/ocpp201/command-outcome.js';
import { parseVariableKey } from '#libs/protocols/ocpp201/variable-key.js';
import { profileWords201 } from '#libs/protocols/ocpp201/profile-words.js';
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
import { inboundActions201, type ActionPorts201 } from './actions.js';
import { localList201 } from './local-list.js';
import { inventoryQuestion } from './inventory-question.js';

export interface Dialect201Ports extends ActionPorts201, ReservePorts {
  readonly scheduleChecks: ScheduleCheckPorts;
  readonly vendor: VendorPorts;
  readonly credentials: Pick<StationSecurityStore, 'offerSecret' | 'withdrawSecret'>;
}

/** OCPP 2.0.1 B05: all variables in one call. */
const vendorWords201: VendorWords = {
  set: (values) => {
    const setVariableData = values.flatMap(([key, attributeValue]) => {
      const place = parseVariableKey(key);
      return place ? [{ ...place, attributeValue }] : [];
    });
    return setVariableData.length < values.length
      ? []
      : [{ action: 'SetVariables', payload: { setVariableData } }];
  },
  networkKeys: {
    mediumKey: 'NetworkCtrlr.NetworkMedium',
    ssidKey: 'NetworkCtrlr.NetworkSsid',
    passphraseKey: 'NetworkCtrlr.NetworkPassphrase',
  },
};

/** OCPP 2.0.1, and 2.1 as far as its messages are the same. */
export function dialect201(version: 'ocpp2.0.1' | 'ocpp2.1', ports: Dialect201Ports): Dialect {
  const schemas = schemasOf(version);
  const { transactions } = ports;
  const requestId = () => Math.floor(ports.random() * 2_147_483_647);
  const stationIdFor = async (deviceId: string, request: CommandRequest): Promise<string | null> =>
    request.action === 'remote-stop' ? transactions.stationIdOf(deviceId, request.transactionId) : null;
  return {
    schemas,
    actions: inboundActions201(ports),
    limitPayload: async ({ deviceId }, limit) => {
      if (limit.transactionId === null) return standingProfile(limit);
      const stationTransactionId = await transactions.stationIdOf(deviceId, limit.transactionId);
      return stationTransactionId === null ? null : leaseProfile(limit, stationTransactionId);
    },
    renewalCall: (purpose) => ({
      action: 'TriggerMessage',
      payload: {
        requestedMessage:
          purpose === 'V2GCertificate' ? 'SignV2GCertificate' : 'SignChargingStationCertificate',
      },
    }),
    commandCall: async (device, request, quirks) => {
      if (isKeptHere(request)) return { kind: 'no-wire', reason: keptHereReason(request.action) };
      if (isForeign(request)) return unsupported(foreignReason);
      if (request.action === 'ocpp-call') return rawCall(schemas, request.message, request.payload);
      if (request.action === 'rotate-credential')
        return rotation(ports.credentials, device, 'SetVariables', (attributeValue) => ({
          setVariableData: [
            {
              component: { name: 'SecurityCtrlr' },
              variable: { name: 'BasicAuthPassword' },
              attributeValue,
            },
          ],
        }));
      if (isVendorRequest(request)) return vendorCall(ports.vendor, device, request, quirks, vendorWords201);
      if (request.action === 'check-schedule')
        return scheduleCheck(ports.scheduleChecks, device, request, profileWords201);
      if (isReservation(request))
        return reservationCall(ports, device, request, ({ reservationId, connector, idToken, until }) => ({
          id: reservationId,
          expiryDateTime: until,
          idToken: { idToken, type: 'Central' },
          ...(connector === 0 ? {} : { evseId: connector }),
        }));
      const stationTransactionId = await stationIdFor(device.deviceId, request);
      return commandCall(request, {
        stationTransactionId,
        requestId: requestId(),
        brightnessKey: quirks.brightnessKey,
      });
    },
    commandOutcome,
    localList: localList201,
    profiles: profileWords201,
    productOf: (boot) => {
      const station = (boot as { chargingStation?: Record<string, unknown> } | null)?.chargingStation;
      const { vendorName: vendor, model } = station ?? {};
      return typeof vendor === 'string' && typeof model === 'string' ? { vendor, model } : null;
    },
    reportedConfiguration: (action, answer) =>
      action === 'GetVariables' ? configurationValues(answer) : null,
    secretKeys: ({ network }) => [(network ?? vendorWords201.networkKeys).passphraseKey],
    question: (device) => inventoryQuestion(ports.inventories, device, requestId),
  };
}
