import { describe, expect, it } from '@jest/globals';
import { schemasOf } from '../ocppj/schema.js';
import { changedVariables, connectorStatusIn, reportedMonitors, reportedVariables } from './device-model.js';
import { eventNotice } from './event-notice.js';
import type { EventData, NotifyReportRequest } from './report-payloads.js';

const report = (change: object): NotifyReportRequest => ({
  requestId: 1,
  generatedAt: '2026-01-05T08:00:00Z',
  seqNo: 0,
  reportData: [
    {
      component: { name: 'Connector', instance: 'left', evse: { id: 1, connectorId: 2 } },
      variable: { name: 'MaxCurrent', instance: 'x' },
      variableAttribute: [{ value: '32', mutability: 'ReadOnly', constant: true, ...change }],
      variableCharacteristics: { unit: 'A', dataType: 'decimal', maxLimit: 63, supportsMonitoring: true },
    },
  ],
});

describe('device model reports (OCPP 2.0.1 B07)', () => {
  it('one row per attribute, with all the schema knows', () => {
    expect(schemasOf('ocpp2.0.1').checkRequest('NotifyReport', report({}))).toBeNull();
    expect(reportedVariables(report({}))).toEqual([
      {
        component: 'Connector',
        componentInstance: 'left',
        evse: 1,
        connector: 2,
        variable: 'MaxCurrent',
        variableInstance: 'x',
        attribute: 'Actual',
        value: '32',
        mutability: 'ReadOnly',
        persistent: false,
        constant: true,
        unit: 'A',
        dataType: 'decimal',
        minimum: null,
        maximum: 63,
        valuesList: null,
        supportsMonitoring: true,
      },
    ]);
  });

  it('several attributes of one variable, and what is absent', () => {
    const rows = reportedVariables({
      ...report({}),
      reportData: [
        {
          component: { name: 'A' },
          variable: { name: 'B' },
          variableAttribute: [{ type: 'Actual', value: '1' }, { type: 'Target' }],
        },
      ],
    });
    expect(rows).toMatchObject([
      {
        componentInstance: '',
        evse: 0,
        connector: 0,
        attribute: 'Actual',
        value: '1',
        mutability: 'ReadWrite',
      },
      { attribute: 'Target', value: null, dataType: null, supportsMonitoring: null },
    ]);
    const { reportData, ...empty } = report({});
    expect(reportData).toHaveLength(1);
    expect(reportedVariables(empty)).toEqual([]);
  });

  it('a secret that a station tells all the same is not kept', () => {
    expect(reportedVariables(report({ mutability: 'WriteOnly' }))[0]?.value).toBeNull();
  });

  it.each([{ id: -1 }, { id: 32_768 }, { id: 1, connectorId: 1e9 }])('%j is no place', (evse) => {
    const [entry] = report({}).reportData ?? [];
    if (!entry) throw new Error('the report is empty');
    const odd = { ...entry, component: { name: 'A', evse } };
    expect(reportedVariables({ ...report({}), reportData: [odd] })).toEqual([]);
  });

  it('N02: monitors by their number, severities as far as the standard counts', () => {
    const monitor = {
      component: { name: 'A', evse: { id: 1 } },
      variable: { name: 'B' },
      variableMonitoring: [{ id: 7, transaction: true, value: 3.5, type: 'UpperThreshold', severity: 12 }],
    };
    expect(reportedMonitors({ requestId: 1, generatedAt: '', seqNo: 0, monitor: [monitor] })).toEqual([
      {
        monitorId: 7,
        variableKey: 'A.B@1',
        type: 'UpperThreshold',
        value: 3.5,
        severity: 9,
        onlyInTransaction: true,
      },
    ]);
    expect(reportedMonitors({ requestId: 1, generatedAt: '', seqNo: 0 })).toEqual([]);
  });
});

const event: EventData = {
  eventId: 5,
  timestamp: '2026-01-05T08:00:00Z',
  trigger: 'Alerting',
  actualValue: '81',
  component: { name: 'Inlet', evse: { id: 1 } },
  variable: { name: 'Temperature' },
  variableMonitoringId: 7,
  eventNotificationType: 'CustomMonitor',
};

describe('events (OCPP 2.0.1 N07, N08)', () => {
  it('tell a new value', () => {
    expect(changedVariables([event])).toMatchObject([
      { component: 'Inlet', evse: 1, variable: 'Temperature', attribute: 'Actual', value: '81', unit: null },
    ]);
  });

  it.each<[Partial<EventData>, number | undefined, number]>([
    [{}, undefined, 5],
    [{}, 2, 2],
    [{ severity: 3 }, 2, 3],
    [{ severity: 77 }, undefined, 9],
    [{ cleared: true }, 1, 8],
    [{ cleared: false }, 1, 1],
  ])('N07: %j with a monitor of severity %p is a notice of severity %d', (change, monitor, severity) => {
    expect(eventNotice({ ...event, ...change }, monitor)).toMatchObject({
      topic: 'device',
      code: 'Inlet.Temperature@1',
      severity,
      detail: { eventId: 5, value: '81' },
    });
  });

  it.each(['Delta', 'Periodic'] as const)('N08: %s reports a value and alerts nobody', (trigger) => {
    expect(eventNotice({ ...event, trigger }, 1)).toBeNull();
  });

  it('technical words are kept', () => {
    expect(eventNotice({ ...event, techCode: 'E7', techInfo: 'fan' }, 1)?.detail).toMatchObject({
      techCode: 'E7',
      techInfo: 'fan',
    });
  });

  const availability: EventData = {
    ...event,
    trigger: 'Delta',
    actualValue: 'Occupied',
    component: { name: 'Connector', evse: { id: 1, connectorId: 2 } },
    variable: { name: 'AvailabilityState' },
  };
  it('2.1 G01: the availability of a connector is its status', () => {
    expect(connectorStatusIn(availability)).toEqual({ evse: 1, connector: 2, status: 'Occupied' });
  });

  it.each<[string, Partial<EventData>]>([
    ['another component', { component: { name: 'EVSE', evse: { id: 1, connectorId: 2 } } }],
    ['another variable', { variable: { name: 'Problem' } }],
    ['no connector', { component: { name: 'Connector', evse: { id: 1 } } }],
    ['no EVSE of ours', { component: { name: 'Connector', evse: { id: 300, connectorId: 1 } } }],
    ['a word we do not know', { actualValue: 'Sleeping' }],
  ])('%s is no status', (_name, change) => {
    expect(connectorStatusIn({ ...availability, ...change })).toBeNull();
  });
});
