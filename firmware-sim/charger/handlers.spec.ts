import { describe, expect, it } from '@jest/globals';
import { officialDocuments } from './official-schemas.js';
import type { Protocol } from './protocol.js';
import { handlers16 } from './v16/handlers.js';
import { handlers201 } from './v201/handlers.js';

/** What only a charger says. DataTransfer goes both ways. */
const fromCharger = [
  'Authorize',
  'BootNotification',
  'ClearedChargingLimit',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Get15118EVCertificate',
  'GetCertificateStatus',
  'Heartbeat',
  'LogStatusNotification',
  'MeterValues',
  'NotifyChargingLimit',
  'NotifyCustomerInformation',
  'NotifyDisplayMessages',
  'NotifyEVChargingNeeds',
  'NotifyEVChargingSchedule',
  'NotifyEvent',
  'NotifyMonitoringReport',
  'NotifyReport',
  'PublishFirmwareStatusNotification',
  'ReportChargingProfiles',
  'ReservationStatusUpdate',
  'SecurityEventNotification',
  'SignCertificate',
  'SignedFirmwareStatusNotification',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
  'TransactionEvent',
];

const actionsOf = (protocol: Protocol): string[] =>
  officialDocuments(protocol)
    .map(({ $id }) => /^urn:(.+)\.req$/.exec($id)?.[1] ?? '')
    .filter((action) => action !== '');

describe('the tables of handlers', () => {
  it.each([
    ['ocpp1.6', handlers16],
    ['ocpp2.0.1', handlers201],
  ] as const)('%s: exactly the actions that its schemas give to a central system', (protocol, handlers) => {
    const asked = actionsOf(protocol).filter((action) => !fromCharger.includes(action));
    expect(Object.keys(handlers).toSorted()).toEqual(asked.toSorted());
  });

  it('ocpp2.1: every handler of 2.0.1 has its message there too', () => {
    expect(actionsOf('ocpp2.1')).toEqual(expect.arrayContaining(Object.keys(handlers201)));
  });
});
