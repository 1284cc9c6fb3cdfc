import { describe, expect, it } from '@jest/globals';
import type { WiredRequest } from '../ocppj/kept-here.js';
import { schemasOf } from '../ocppj/schema.js';
import { commandCall } from './command-call.js';

const context = { stationTransactionId: 'T-1', requestId: 5, brightnessKey: null };

const requests: [WiredRequest, string, object][] = [
  [
    { action: 'remote-start', connector: 2, idToken: 'A' },
    'RequestStartTransaction',
    { evseId: 2, remoteStartId: 5, idToken: { idToken: 'A', type: 'Central' } },
  ],
  [{ action: 'remote-stop', transactionId: 4 }, 'RequestStopTransaction', { transactionId: 'T-1' }],
  [{ action: 'reset', type: 'Soft' }, 'Reset', { type: 'OnIdle' }],
  [{ action: 'reset', type: 'Hard' }, 'Reset', { type: 'Immediate' }],
  [{ action: 'unlock-connector', connector: 2 }, 'UnlockConnector', { evseId: 2, connectorId: 1 }],
  [
    { action: 'trigger-message', requestedMessage: 'Heartbeat' },
    'TriggerMessage',
    { requestedMessage: 'Heartbeat' },
  ],
  [
    { action: 'trigger-message', requestedMessage: 'MeterValues', connector: 2 },
    'TriggerMessage',
    { requestedMessage: 'MeterValues', evse: { id: 2 } },
  ],
  [
    { action: 'trigger-message', requestedMessage: 'StatusNotification', connector: 2 },
    'TriggerMessage',
    { requestedMessage: 'StatusNotification', evse: { id: 2, connectorId: 1 } },
  ],
  [{ action: 'get-configuration', keys: [] }, 'GetBaseReport', { requestId: 5, reportBase: 'FullInventory' }],
  [
    { action: 'get-configuration', keys: ['A.B[c]@1', 'D.E'] },
    'GetVariables',
    {
      getVariableData: [
        { component: { name: 'A', evse: { id: 1 } }, variable: { name: 'B', instance: 'c' } },
        { component: { name: 'D' }, variable: { name: 'E' } },
      ],
    },
  ],
  [
    { action: 'change-configuration', key: 'OCPPCommCtrlr.HeartbeatInterval', value: '60' },
    'SetVariables',
    {
      setVariableData: [
        {
          component: { name: 'OCPPCommCtrlr' },
          variable: { name: 'HeartbeatInterval' },
          attributeValue: '60',
        },
      ],
    },
  ],
  [
    { action: 'clear-charging-profile' },
    'ClearChargingProfile',
    { chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationMaxProfile' } },
  ],
  [
    { action: 'set-cable-lock', cableLock: 'always' },
    'SetVariables',
    {
      setVariableData: [
        {
          component: { name: 'OCPPCommCtrlr' },
          variable: { name: 'UnlockOnEVSideDisconnect' },
          attributeValue: 'false',
        },
      ],
    },
  ],
  [
    { action: 'set-phase-rotation', connector: 2, rotation: 'TRS' },
    'SetVariables',
    {
      setVariableData: [
        {
          component: { name: 'EVSE', evse: { id: 2 } },
          variable: { name: 'PhaseRotation' },
          attributeValue: 'TRS',
        },
      ],
    },
  ],
  [{ action: 'clear-cache' }, 'ClearCache', {}],
  [
    {
      action: 'update-firmware',
      requestId: 7,
      location: 'https://images.example/charger-2.bin',
      version: '2.0',
      sha256: 'a'.repeat(64),
      size_bytes: 1_000,
      signed: null,
      retrieveAt: '2026-03-01T01:00:00.000Z',
      installAt: '2026-03-01T05:00:00.000Z',
    },
    'UpdateFirmware',
    {
      requestId: 7,
      firmware: {
        location: 'https://images.example/charger-2.bin',
        retrieveDateTime: '2026-03-01T01:00:00.000Z',
        installDateTime: '2026-03-01T05:00:00.000Z',
      },
    },
  ],
];

describe('commands as OCPP 2.0.1 calls', () => {
  it.each(requests)('%j -> %s', (request, action, payload) => {
    expect(commandCall(request, context)).toEqual({ kind: 'call', action, payload });
    for (const version of ['ocpp2.0.1', 'ocpp2.1'] as const)
      expect(schemasOf(version).checkRequest(action, payload)).toBeNull();
  });

  it('K01: a maximum is a SetChargingProfile of the whole station', () => {
    expect(commandCall({ action: 'set-max-current', current_A: 16 }, context)).toMatchObject({
      kind: 'call',
      action: 'SetChargingProfile',
      payload: { evseId: 0 },
    });
  });

  it.each<[WiredRequest, RegExp]>([
    [{ action: 'set-brightness', brightness_percent: 0 }, /no known setting/],
    [
      { action: 'get-configuration', keys: ['A.B', 'HeartbeatInterval'] },
      /HeartbeatInterval names no variable/,
    ],
    [{ action: 'change-configuration', key: 'Heartbeat', value: '1' }, /names no variable/],
    [
      { action: 'change-configuration', key: 'SecurityCtrlr.BasicAuthPassword', value: 'x' },
      /credential of the charger/,
    ],
    [
      { action: 'change-configuration', key: 'securityctrlr.SECURITYPROFILE', value: '1' },
      /credential of the charger/,
    ],
  ])('%j cannot be asked, and it says why', (request, reason) => {
    expect(commandCall(request, context)).toEqual({
      kind: 'unsupported',
      reason: expect.stringMatching(reason),
    });
  });

  it('F03: a transaction the station did not name cannot be stopped', () => {
    expect(
      commandCall({ action: 'remote-stop', transactionId: 4 }, { ...context, stationTransactionId: null }),
    ).toMatchObject({ kind: 'unsupported' });
  });

  it('the brightness goes to the variable that the quirk catalogue names', () => {
    const request = { action: 'set-brightness', brightness_percent: 40 } as const;
    expect(commandCall(request, { ...context, brightnessKey: 'Light.Intensity' })).toEqual({
      kind: 'call',
      action: 'SetVariables',
      payload: {
        setVariableData: [
          { component: { name: 'Light' }, variable: { name: 'Intensity' }, attributeValue: '40' },
        ],
      },
    });
  });
});
