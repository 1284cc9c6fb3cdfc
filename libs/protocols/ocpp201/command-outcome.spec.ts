import { describe, expect, it } from '@jest/globals';
import { commandOutcome, configurationValues } from './command-outcome.js';

const place = { component: { name: 'A' }, variable: { name: 'B' } };
const got = (...statuses: string[]) => ({
  getVariableResult: statuses.map((attributeStatus) => ({ attributeStatus, ...place })),
});
const set = (...statuses: string[]) => ({
  setVariableResult: statuses.map((attributeStatus) => ({ attributeStatus, ...place })),
});

describe("how a station's answer agrees (OCPP 2.0.1)", () => {
  it.each<[string, unknown, string]>([
    ['SetChargingProfile', { status: 'Accepted' }, 'accepted'],
    ['SetChargingProfile', { status: 'Rejected' }, 'rejected'],
    ['Reset', { status: 'Scheduled' }, 'accepted'],
    ['TriggerMessage', { status: 'Scheduled' }, 'rejected'],
    ['TriggerMessage', { status: 'NotImplemented' }, 'rejected'],
    ['ChangeAvailability', { status: 'Scheduled' }, 'accepted'],
    ['UnlockConnector', { status: 'Unlocked' }, 'accepted'],
    ['UnlockConnector', { status: 'OngoingAuthorizedTransaction' }, 'rejected'],
    ['ClearChargingProfile', { status: 'Unknown' }, 'rejected'],
    ['GetBaseReport', { status: 'EmptyResultSet' }, 'accepted'],
    ['GetBaseReport', { status: 'NotSupported' }, 'rejected'],
    ['GetLog', { status: 'AcceptedCanceled' }, 'accepted'],
    ['UnpublishFirmware', { status: 'DownloadOngoing' }, 'rejected'],
    ['GetTransactionStatus', { messagesInQueue: false }, 'accepted'],
    ['CostUpdated', {}, 'accepted'],
    ['Reset', { status: 7 }, 'rejected'],
    ['constructor', { status: 'Scheduled' }, 'rejected'],
    ['GetVariables', got('Accepted', 'UnknownVariable'), 'accepted'],
    ['GetVariables', got('UnknownComponent'), 'rejected'],
    ['SetVariables', set('Accepted', 'RebootRequired'), 'accepted'],
    ['SetVariables', set('Accepted', 'Rejected'), 'rejected'],
    ['SetVariables', set(), 'rejected'],
    ['SetVariables', null, 'rejected'],
    ['SetVariableMonitoring', { setMonitoringResult: [{ status: 'Accepted' }] }, 'accepted'],
    ['SetVariableMonitoring', { setMonitoringResult: [{ status: 'Duplicate' }] }, 'rejected'],
    ['ClearVariableMonitoring', { clearMonitoringResult: [{ status: 'NotFound' }] }, 'rejected'],
  ])('%s %j is %s', (action, answer, outcome) => {
    expect(commandOutcome(action, answer)).toBe(outcome);
  });

  it('B06: reads the values it was given, by their keys', () => {
    const getVariableResult = [
      { attributeStatus: 'Accepted', attributeValue: '1', ...place },
      { attributeStatus: 'Accepted', attributeType: 'Target', attributeValue: '2', ...place },
      { attributeStatus: 'Rejected', attributeValue: '3', component: { name: 'C' }, variable: { name: 'D' } },
      { attributeStatus: 'Accepted', component: { name: 'E' }, variable: { name: 'F' } },
    ];
    expect(configurationValues({ getVariableResult })).toEqual({ 'A.B': '1' });
    expect(configurationValues({})).toEqual({});
    expect(configurationValues(null)).toEqual({});
  });
});
