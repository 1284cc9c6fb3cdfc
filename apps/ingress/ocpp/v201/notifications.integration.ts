import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RPCClient } from 'ocpp-rpc';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { DeviceModelStore } from '#libs/store/device-model.js';
import { createTestDatabase, type TestDatabase } from '#libs/testing/test-database.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { connectStation } from '../../harness-charger.js';
import { defaultIngressLimits, plainSecurity } from '../../ingress-config.js';
import {
  memoryBus,
  seedDevice,
  startIngress,
  type IngressHarness,
  type SeededDevice,
} from '../../ingress-harness.js';

let database: TestDatabase;
let edge: IngressHarness;
let device: SeededDevice;
let client: RPCClient;
beforeAll(async () => {
  database = await createTestDatabase();
  edge = await startIngress({
    pool: database.pool,
    bus: memoryBus(),
    limits: { ...defaultIngressLimits, burst_messages: 1_000 },
    ocppPort: 0,
    stillAllowed: () => true,
    security: plainSecurity,
  });
  device = await seedDevice(database.pool, 'charger');
  // In strict mode the client judges our answers by the schemas, too.
  client = await connectStation(edge.ocppPort, device, ['ocpp2.0.1']);
  client.handle(async () => ({ status: 'Accepted' }));
  await client.call('BootNotification', {
    reason: 'PowerUp',
    chargingStation: { vendorName: 'Nordlys', model: 'Two' },
  });
});
afterAll(async () => {
  await client.close();
  await edge.stop();
  await database.drop();
});

const heardSince = (count: number): DeviceEvent[] => edge.observations.slice(count).map(({ event }) => event);
const timestamp = '2026-01-05T08:00:00Z';
const place = {
  component: { name: 'Connector', evse: { id: 1, connectorId: 1 } },
  variable: { name: 'MaxCurrent' },
};
const chargingSchedule = {
  id: 1,
  chargingRateUnit: 'A',
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
};
const profile = {
  id: 3,
  stackLevel: 0,
  chargingProfilePurpose: 'ChargingStationExternalConstraints',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [chargingSchedule],
};
const ocspRequestData = {
  hashAlgorithm: 'SHA256',
  issuerNameHash: 'a',
  issuerKeyHash: 'b',
  serialNumber: 'c',
  responderURL: 'https://ocsp.test',
};
const chargingNeeds = {
  requestedEnergyTransfer: 'AC_three_phase',
  acChargingParameters: { energyAmount: 20_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
};
const display = { id: 4, priority: 'InFront', message: { format: 'UTF8', content: 'Hello' } };
const monitoring = { id: 7, transaction: false, value: 1, type: 'Delta', severity: 4 };
const contract = { iso15118SchemaVersion: 'urn:x', action: 'Install', exiRequest: 'AAAA' };

/** Every call of a station that is not a session's own: what it is answered, and the event it leads to. */
const calls: [
  string,
  object,
  object,
  Partial<DeviceEvent> & { readonly topic?: string; readonly code?: string },
][] = [
  ['ClearedChargingLimit', { chargingLimitSource: 'EMS' }, {}, { topic: 'external-limit' }],
  ['DataTransfer', { vendorId: 'unknown.example' }, { status: 'UnknownVendorId' }, { type: 'heard' }],
  ['FirmwareStatusNotification', { status: 'Installed', requestId: 1 }, {}, { topic: 'firmware' }],
  ['Heartbeat', {}, { currentTime: expect.any(String) }, { type: 'heard' }],
  ['LogStatusNotification', { status: 'Uploaded', requestId: 1 }, {}, { topic: 'log' }],
  [
    'NotifyChargingLimit',
    { chargingLimit: { chargingLimitSource: 'SO' }, chargingSchedule: [chargingSchedule] },
    {},
    { topic: 'external-limit' },
  ],
  [
    'NotifyCustomerInformation',
    { data: 'CARD-1', seqNo: 0, generatedAt: timestamp, requestId: 2 },
    {},
    { topic: 'report', code: 'customer-information' },
  ],
  ['NotifyDisplayMessages', { requestId: 2, messageInfo: [display] }, {}, { type: 'heard' }],
  ['NotifyEVChargingNeeds', { evseId: 1, chargingNeeds }, { status: 'Rejected' }, { topic: 'car' }],
  [
    'NotifyEVChargingSchedule',
    { evseId: 1, timeBase: timestamp, chargingSchedule },
    { status: 'Accepted' },
    { topic: 'car' },
  ],
  [
    'NotifyMonitoringReport',
    {
      requestId: 3,
      seqNo: 0,
      generatedAt: timestamp,
      monitor: [{ ...place, variableMonitoring: [monitoring] }],
    },
    {},
    { topic: 'report', code: 'monitors' },
  ],
  [
    'NotifyEvent',
    {
      generatedAt: timestamp,
      seqNo: 0,
      eventData: [
        {
          eventId: 1,
          timestamp,
          trigger: 'Alerting',
          actualValue: '33',
          eventNotificationType: 'CustomMonitor',
          variableMonitoringId: 7,
          ...place,
        },
      ],
    },
    {},
    { topic: 'device', code: 'Connector.MaxCurrent@1.1' },
  ],
  [
    'NotifyReport',
    {
      requestId: 4,
      generatedAt: timestamp,
      seqNo: 0,
      reportData: [{ ...place, variableAttribute: [{ value: '32', mutability: 'ReadOnly' }] }],
    },
    {},
    { topic: 'report', code: 'variables' },
  ],
  [
    'PublishFirmwareStatusNotification',
    { status: 'Published', location: ['a'] },
    {},
    { topic: 'firmware-publishing' },
  ],
  [
    'ReportChargingProfiles',
    { requestId: 5, chargingLimitSource: 'EMS', evseId: 1, chargingProfile: [profile] },
    {},
    { type: 'heard' },
  ],
  [
    'ReservationStatusUpdate',
    { reservationId: 4, reservationUpdateStatus: 'Expired' },
    {},
    { topic: 'reservation' },
  ],
  ['SecurityEventNotification', { type: 'ResetOrReboot', timestamp }, {}, { topic: 'security' }],
  ['SignCertificate', { csr: 'CSR' }, { status: 'Rejected' }, { type: 'heard' }],
];

describe('what a 2.0.1 station notifies, over a real socket with answers judged by the schemas', () => {
  it.each(calls)('%s', async (action, request, answer, event) => {
    const before = edge.observations.length;
    expect(await client.call(action, request as Record<string, unknown>)).toEqual(answer);
    expect(heardSince(before)).toContainEqual(expect.objectContaining(event));
  });

  it('M01, M06: no issuer is configured, and the answers say so in the form the standard asks for', async () => {
    expect(await client.call('Get15118EVCertificate', contract)).toEqual({
      status: 'Failed',
      exiResponse: '',
    });
    expect(await client.call('GetCertificateStatus', { ocspRequestData })).toEqual({ status: 'Failed' });
  });

  it('B07, N07: the device model holds what was reported, and the last event', async () => {
    const report = {
      requestId: 6,
      generatedAt: timestamp,
      seqNo: 0,
      reportData: [{ ...place, variableAttribute: [{ value: '32' }] }],
    };
    await client.call('NotifyReport', report);
    const stored = await new DeviceModelStore(database.pool).list(device.deviceId, 'Connector', null, 10);
    expect(stored).toMatchObject([{ evse: 1, connector: 1, variable: 'MaxCurrent', value: '32' }]);
  });

  it('K15: with a session, the wish of the car is its goal', async () => {
    const started = {
      eventType: 'Started',
      timestamp: new Date().toISOString(),
      triggerReason: 'CablePluggedIn',
      seqNo: 0,
      transactionInfo: { transactionId: 'T-9' },
      evse: { id: 1, connectorId: 1 },
    };
    await client.call('TransactionEvent', started);
    expect(await client.call('NotifyEVChargingNeeds', { evseId: 1, chargingNeeds })).toEqual({
      status: 'Accepted',
    });
    const { rows } = await database.pool.query(
      `SELECT desired->'goal'->'energy_kWh' AS energy FROM twins WHERE device_id = $1`,
      [device.deviceId],
    );
    expect(rows).toEqual([{ energy: 20 }]);
    await waitFor('the change of the twin', () =>
      edge.changes.find(({ subject, subjectId }) => subject === 'twin' && subjectId === device.deviceId),
    );
  });
});
