import { describe, expect, it } from '@jest/globals';
import type { FirmwareRequest } from '#libs/contracts/command.js';
import { commandCall, commandOutcome, configurationValues } from './command-call.js';
import type { WiredRequest } from '../ocppj/kept-here.js';
import { schemasOf } from '../ocppj/schema.js';

const { checkRequest } = schemasOf('ocpp1.6');

const image = 'https://images.example/charger-2.bin';
const night = '2026-03-01T01:00:00.000Z';
const morning = '2026-03-01T05:00:00.000Z';
const firmware = (signed: FirmwareRequest['signed'], installAt: string | null): WiredRequest => ({
  action: 'update-firmware',
  requestId: 7,
  location: image,
  version: '2.0',
  sha256: 'a'.repeat(64),
  size_bytes: 1_000,
  signed,
  retrieveAt: night,
  installAt,
});

const requests: [WiredRequest, string, object][] = [
  [
    { action: 'set-brightness', brightness_percent: 0 },
    'ChangeConfiguration',
    { key: 'LightIntensity', value: '0' },
  ],
  [
    { action: 'remote-start', connector: 1, idToken: 'A' },
    'RemoteStartTransaction',
    { connectorId: 1, idTag: 'A' },
  ],
  [{ action: 'remote-stop', transactionId: 4 }, 'RemoteStopTransaction', { transactionId: 4 }],
  [{ action: 'reset', type: 'Hard' }, 'Reset', { type: 'Hard' }],
  [{ action: 'unlock-connector', connector: 2 }, 'UnlockConnector', { connectorId: 2 }],
  [
    { action: 'trigger-message', requestedMessage: 'MeterValues' },
    'TriggerMessage',
    { requestedMessage: 'MeterValues' },
  ],
  [
    { action: 'trigger-message', requestedMessage: 'StatusNotification', connector: 1 },
    'TriggerMessage',
    { requestedMessage: 'StatusNotification', connectorId: 1 },
  ],
  [{ action: 'get-configuration', keys: [] }, 'GetConfiguration', {}],
  [{ action: 'get-configuration', keys: ['A'] }, 'GetConfiguration', { key: ['A'] }],
  [{ action: 'change-configuration', key: 'A', value: 'b' }, 'ChangeConfiguration', { key: 'A', value: 'b' }],
  [
    { action: 'clear-charging-profile' },
    'ClearChargingProfile',
    { chargingProfilePurpose: 'ChargePointMaxProfile' },
  ],
  [
    { action: 'set-cable-lock', cableLock: 'while-charging' },
    'ChangeConfiguration',
    { key: 'UnlockConnectorOnEVSideDisconnect', value: 'true' },
  ],
  [
    { action: 'set-cable-lock', cableLock: 'always' },
    'ChangeConfiguration',
    { key: 'UnlockConnectorOnEVSideDisconnect', value: 'false' },
  ],
  [
    { action: 'set-phase-rotation', connector: 2, rotation: 'STR' },
    'ChangeConfiguration',
    { key: 'ConnectorPhaseRotation', value: '2.STR' },
  ],
  [{ action: 'clear-cache' }, 'ClearCache', {}],
  [firmware(null, null), 'UpdateFirmware', { location: image, retrieveDate: night }],
  [
    firmware({ signingCertificate: 'PEM', signature: 'c2ln' }, morning),
    'SignedUpdateFirmware',
    {
      requestId: 7,
      firmware: {
        location: image,
        retrieveDateTime: night,
        installDateTime: morning,
        signingCertificate: 'PEM',
        signature: 'c2ln',
      },
    },
  ],
];

describe('commands as OCPP 1.6 calls (chapter 5)', () => {
  it.each(requests)('%j -> %s', (request, action, payload) => {
    expect(commandCall(request, 'LightIntensity')).toEqual({ kind: 'call', action, payload });
    expect(checkRequest(action, payload)).toBeNull();
  });

  it.each<WiredRequest>([
    { action: 'get-configuration', keys: ['A', 'x'.repeat(51)] },
    { action: 'change-configuration', key: 'x'.repeat(51), value: 'b' },
    { action: 'change-configuration', key: 'A', value: 'x'.repeat(501) },
  ])('6.9, 6.23: what is longer than this version allows is not sent', (request) => {
    expect(commandCall(request, 'LightIntensity')).toEqual({
      kind: 'unsupported',
      reason: expect.stringContaining('at most 50 characters'),
    });
  });

  it.each([
    [{ status: 'Accepted' }, 'accepted'],
    [{ status: 'RebootRequired' }, 'accepted'],
    [{ status: 'Unlocked' }, 'accepted'],
    [{ configurationKey: [] }, 'accepted'],
    [{ status: 'Rejected' }, 'rejected'],
    [{ status: 'NotSupported' }, 'rejected'],
    [{ status: 'UnlockFailed' }, 'rejected'],
    [{ status: 7 }, 'rejected'],
  ])('%j is %s', (answer, outcome) => {
    expect(commandOutcome(answer)).toBe(outcome);
  });

  it('6.24: reads the configuration a charger lists, keys without value and rubbish left out', () => {
    const list = [{ key: 'A', readonly: true, value: '1' }, { key: 'B', readonly: false }, { value: 'x' }];
    expect(configurationValues({ configurationKey: list })).toEqual({ A: '1' });
    expect(configurationValues({})).toEqual({});
    expect(configurationValues(null)).toEqual({});
  });
});
