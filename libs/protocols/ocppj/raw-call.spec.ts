import { describe, expect, it } from '@jest/globals';
import { callsToStation, rawCall } from './raw-call.js';
import { schemasOf } from './schema.js';
import { ocppVersions } from './version.js';

const first = schemasOf('ocpp1.6');
const second = schemasOf('ocpp2.0.1');
const profile = (chargingProfilePurpose: string, extra: object) => ({
  chargingProfileId: 9,
  stackLevel: 9,
  chargingProfilePurpose,
  chargingProfileKind: 'Absolute',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 32 }] },
  ...extra,
});
const stationMaximum = {
  id: 7,
  stackLevel: 0,
  chargingProfilePurpose: 'ChargingStationMaxProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    { id: 7, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
  ],
};

describe("an operator's own OCPP message", () => {
  it.each(ocppVersions)('every listed message is one of %s', (version) => {
    const { actions } = schemasOf(version);
    expect([...callsToStation[version]].filter((action) => !actions.has(action))).toEqual([]);
  });

  it('OCPP 1.6 5, OCPP 2.0.1 A-P: messages that only a station sends are not among them', () => {
    // DataTransfer goes both ways.
    const { actions } = second;
    const fromStation = [...actions].filter((action) => !callsToStation['ocpp2.0.1'].has(action));
    expect(fromStation).toHaveLength(24);
    expect(fromStation).toContain('TransactionEvent');
    const first16 = [...first.actions].filter((action) => !callsToStation['ocpp1.6'].has(action));
    expect(first16.toSorted()).toEqual([
      'Authorize',
      'BootNotification',
      'DiagnosticsStatusNotification',
      'FirmwareStatusNotification',
      'Heartbeat',
      'LogStatusNotification',
      'MeterValues',
      'SecurityEventNotification',
      'SignCertificate',
      'SignedFirmwareStatusNotification',
      'StartTransaction',
      'StatusNotification',
      'StopTransaction',
    ]);
  });

  it('goes out as it was given when it is one', () => {
    expect(rawCall(first, 'ClearCache', {})).toEqual({ kind: 'call', action: 'ClearCache', payload: {} });
  });

  it.each([
    ['Heartbeat', {}, 'no message Heartbeat'],
    ['GetVariables', {}, 'no message GetVariables'],
    ['Reset', { type: 'Sideways' }, 'not a ocpp1.6 Reset'],
  ])('%s %j is not sent', (message, payload, reason) => {
    expect(rawCall(first, message, payload)).toMatchObject({
      kind: 'unsupported',
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ['SetChargingProfile', { connectorId: 1, csChargingProfiles: profile('TxDefaultProfile', {}) }],
    [
      'SetChargingProfile',
      { connectorId: 1, csChargingProfiles: profile('TxProfile', { transactionId: 1 }) },
    ],
    ['ClearChargingProfile', {}],
    ['ClearChargingProfile', { id: 101 }],
    ['ClearChargingProfile', { id: 1_001, chargingProfilePurpose: 'ChargePointMaxProfile' }],
    [
      'SetChargingProfile',
      {
        connectorId: 0,
        csChargingProfiles: { ...profile('ChargePointMaxProfile', {}), chargingProfileId: 1_255 },
      },
    ],
    ['ClearChargingProfile', { chargingProfilePurpose: 'TxDefaultProfile' }],
    ['RemoteStartTransaction', { idTag: 'A', chargingProfile: profile('TxProfile', {}) }],
  ])('I1: %s that lifts the limits of the load balancing is never sent by hand', (message, payload) => {
    expect(first.checkRequest(message, payload)).toBeNull();
    expect(rawCall(first, message, payload)).toMatchObject({ kind: 'unsupported' });
  });

  it.each([
    ['ClearChargingProfile', { chargingProfileId: 100 }],
    [
      'ClearChargingProfile',
      {
        chargingProfileId: 1_001,
        chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationMaxProfile' },
      },
    ],
    ['SetChargingProfile', { evseId: 0, chargingProfile: { ...stationMaximum, id: 101 } }],
    ['ClearChargingProfile', { chargingProfileCriteria: { chargingProfilePurpose: 'TxProfile' } }],
    [
      'SetVariables',
      {
        setVariableData: [
          {
            component: { name: 'SmartChargingCtrlr' },
            variable: { name: 'Enabled' },
            attributeValue: 'false',
          },
        ],
      },
    ],
  ])('I1: nor in OCPP 2.0.1: %s %j', (message, payload) => {
    expect(second.checkRequest(message, payload)).toBeNull();
    expect(rawCall(second, message, payload)).toMatchObject({ kind: 'unsupported' });
  });

  it('a ceiling of the whole charger only lowers, and is sent', () => {
    expect(rawCall(second, 'SetChargingProfile', { evseId: 0, chargingProfile: stationMaximum }).kind).toBe(
      'call',
    );
    const payload = { connectorId: 0, csChargingProfiles: profile('ChargePointMaxProfile', {}) };
    expect(rawCall(first, 'SetChargingProfile', payload).kind).toBe('call');
    expect(
      rawCall(first, 'ClearChargingProfile', { chargingProfilePurpose: 'ChargePointMaxProfile' }).kind,
    ).toBe('call');
  });

  it.each([
    [first, 'ChangeConfiguration', { key: 'authorizationKey', value: '00' }],
    [first, 'ChangeConfiguration', { key: 'SecurityProfile', value: '0' }],
    [
      second,
      'SetVariables',
      {
        setVariableData: [
          {
            component: { name: 'SecurityCtrlr' },
            variable: { name: 'BasicAuthPassword' },
            attributeValue: 'x',
          },
        ],
      },
    ],
  ])('a credential of the charger is changed by rotation only: %#', (schemas, message, payload) => {
    expect(schemas.checkRequest(message, payload)).toBeNull();
    expect(rawCall(schemas, message, payload)).toMatchObject({
      kind: 'unsupported',
      reason: expect.stringContaining('credential'),
    });
  });
});
