import { createHash, createSign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { firmwareFile } from '../services/firmware-file.js';
import { ChargerBench, quickCar } from '../testing/charger-bench.js';
import { FileServer } from '../testing/file-server.js';
import { TestAuthority } from '../testing/test-authority.js';

describe.each(['ocpp2.0.1', 'ocpp2.1'] as const)('blocks C to P of a station that speaks %s', (protocol) => {
  let bench: ChargerBench;
  let files: FileServer;
  beforeEach(async () => {
    files = new FileServer();
    await files.start();
    bench = new ChargerBench(protocol);
    await bench.start({});
    await waitFor('the charger to be accepted', () => bench.charger.online);
  });
  afterEach(async () => {
    files.stop();
    await bench.stop();
    expect(bench.violations()).toEqual([]);
  });

  const of = (message: string) => bench.csms.of(message);
  const statusesOf = (message: string): unknown[] => of(message).map(({ status }) => status);
  const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const card = (idToken: string) => ({ idToken, type: 'ISO14443' });
  const charging = async (): Promise<string> => {
    bench.charger.plugIn(1, quickCar, 'CARD');
    await waitFor('a transaction', () => bench.charger.transactions201.length === 1);
    return bench.charger.transactions201[0]?.transactionId ?? '';
  };

  it('D01, D02, C13: keeps a local list and lives by it offline', async () => {
    const idTokenInfo = { status: 'Accepted' };
    const list = (versionNumber: number, updateType: string, entries: object[]) =>
      bench.call('SendLocalList', { versionNumber, updateType, localAuthorizationList: entries });
    expect(await list(2, 'Full', [{ idToken: card('A'), idTokenInfo }])).toEqual({ status: 'Accepted' });
    expect(await list(2, 'Differential', [{ idToken: card('A') }])).toEqual({ status: 'VersionMismatch' });
    expect(await bench.call('GetLocalListVersion', {})).toEqual({ versionNumber: 2 });
    bench.charger.configuration.change('AllowOfflineTxForUnknownId', 'false');
    await bench.csms.stop();
    await waitFor('offline', () => !bench.charger.online);
    bench.charger.plugIn(1, quickCar, 'A');
    bench.charger.plugIn(2, quickCar, 'B');
    await waitFor('the listed card', () => bench.charger.connectors[0]?.transaction?.idTag === 'A');
    expect(bench.charger.connectors[1]?.transaction).toBeNull();
  });

  it('C09, C10, C11: one of the group stops; a cached card is not asked about until the cache is cleared', async () => {
    bench.csms.answer = ({ method }) =>
      method === 'Authorize'
        ? { idTokenInfo: { status: 'Accepted', groupIdToken: card('FAMILY') } }
        : undefined;
    bench.charger.configuration.change('LocalPreAuthorize', 'true');
    await charging();
    await bench.charger.readCard(1, 'SIBLING');
    await waitFor('the stop', () => of('TransactionEvent').at(-1)?.['eventType'] === 'Ended');
    expect(of('TransactionEvent').at(-1)).toMatchObject({
      triggerReason: 'StopAuthorized',
      idToken: card('SIBLING'),
      transactionInfo: { stoppedReason: 'Local' },
    });
    expect(of('Authorize')).toHaveLength(2);
    bench.charger.plugIn(2, quickCar, 'SIBLING');
    await waitFor('the cached start', () => bench.charger.transactions201.length === 1);
    expect(of('Authorize')).toHaveLength(2);
    expect(await bench.call('ClearCache', {})).toEqual({ status: 'Accepted' });
    expect(bench.charger.station.cache.size).toBe(0);
  });

  it('H01 to H04: a reserved EVSE waits for its card, and says when the time is over', async () => {
    const reserve = (id: number, evseId: number, ms: number) =>
      bench.call('ReserveNow', { id, evseId, expiryDateTime: soon(ms), idToken: card('MINE') });
    expect(await reserve(5, 1, 60_000)).toEqual({ status: 'Accepted' });
    expect(await reserve(6, 1, 60_000)).toEqual({ status: 'Occupied' });
    expect(await reserve(7, 2, 200)).toEqual({ status: 'Accepted' });
    expect(await reserve(8, 9, 200)).toEqual({ status: 'Rejected' });
    await waitFor('Reserved', () =>
      of('StatusNotification').some(({ connectorStatus }) => connectorStatus === 'Reserved'),
    );
    await waitFor('the expiry', () => of('ReservationStatusUpdate').length === 1);
    expect(of('ReservationStatusUpdate')).toEqual([{ reservationId: 7, reservationUpdateStatus: 'Expired' }]);
    bench.charger.plugIn(1, quickCar, 'MINE');
    await waitFor('the start', () => of('TransactionEvent').length > 0);
    expect(of('TransactionEvent')[0]).toMatchObject({ eventType: 'Started', reservationId: 5 });
    expect(await bench.call('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Rejected' });
    expect(await reserve(9, 2, 60_000)).toEqual({ status: 'Accepted' });
    bench.charger.setFault(2, 'relay stuck');
    await waitFor('the removal', () => of('ReservationStatusUpdate').length === 2);
    expect(of('ReservationStatusUpdate')[1]).toMatchObject({ reservationUpdateStatus: 'Removed' });
  });

  it('K11, K12, K15, K17: a limit from outside, what the car wants and what it plans', async () => {
    await charging();
    bench.charger.limitFromOutside(8);
    await waitFor('8 A', () => bench.charger.connectors[0]?.car?.current_A === 8);
    expect(of('NotifyChargingLimit')).toMatchObject([{ chargingLimit: { chargingLimitSource: 'EMS' } }]);
    const request = { requestId: 1, chargingProfile: { chargingLimitSource: ['EMS'] } };
    expect(await bench.call('GetChargingProfiles', request)).toEqual({ status: 'Accepted' });
    await waitFor('its profile', () => of('ReportChargingProfiles').length === 1);
    expect(of('ReportChargingProfiles')[0]).toMatchObject({
      chargingLimitSource: 'EMS',
      chargingProfile: [{ chargingProfilePurpose: 'ChargingStationExternalConstraints' }],
    });
    bench.charger.limitFromOutside(null);
    await waitFor('16 A', () => bench.charger.connectors[0]?.car?.current_A === 16);
    expect(of('ClearedChargingLimit')).toEqual([{ chargingLimitSource: 'EMS' }]);
    const needs = { energy_Wh: 12_345.6, departure_ms: Date.now() + 3_600_000 };
    expect(await bench.charger.notifyChargingNeeds(1, needs)).toEqual({ status: 'Accepted' });
    expect(of('NotifyEVChargingNeeds')[0]).toMatchObject({
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        acChargingParameters: { energyAmount: 12_346, evMinCurrent: 6, evMaxCurrent: 16 },
      },
    });
    await expect(bench.charger.notifyChargingNeeds(2, needs)).rejects.toThrow(/No car/);
    expect(await bench.charger.notifyChargingSchedule(1, [{ startPeriod: 0, limit: 10 }])).toEqual({
      status: 'Accepted',
    });
  });

  it('N02 to N07: monitors are set, watched, reported and cleared', async () => {
    const power = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } };
    const setOne = async (setting: object): Promise<Record<string, unknown>> => {
      const answer = await bench.call('SetVariableMonitoring', { setMonitoringData: [setting] });
      return (answer['setMonitoringResult'] as Record<string, unknown>[])[0] ?? {};
    };
    const upper = { ...power, type: 'UpperThreshold', value: 3_000, severity: 5 };
    const accepted = await setOne(upper);
    expect(accepted).toMatchObject({ status: 'Accepted', id: 100 });
    expect(await setOne(upper)).toMatchObject({ status: 'Duplicate' });
    expect(await setOne({ ...upper, value: 1e9, severity: 3 })).toMatchObject({ status: 'Rejected' });
    expect(await setOne({ ...upper, component: { name: 'Teapot' } })).toMatchObject({
      status: 'UnknownComponent',
    });
    expect(await setOne({ ...upper, variable: { name: 'Flavour' } })).toMatchObject({
      status: 'UnknownVariable',
    });
    expect(await setOne({ ...upper, variable: { name: 'AvailabilityState' } })).toMatchObject({
      status: 'UnsupportedMonitorType',
    });
    await charging();
    const events = () => of('NotifyEvent').flatMap(({ eventData }) => eventData as Record<string, unknown>[]);
    const ofMonitor = (id: number) => events().filter((event) => event['variableMonitoringId'] === id);
    await waitFor('the alert', () => ofMonitor(100).length === 1);
    expect(ofMonitor(100)[0]).toMatchObject({
      trigger: 'Alerting',
      cleared: false,
      eventNotificationType: 'CustomMonitor',
      ...power,
    });
    bench.charger.unplug(1);
    await waitFor('its end', () => ofMonitor(100).length === 2);
    expect(ofMonitor(100)[1]).toMatchObject({ cleared: true });
    bench.charger.setFault(2, 'leak');
    await waitFor('the built-in monitor', () => ofMonitor(2).length === 1);
    expect(ofMonitor(2)[0]).toMatchObject({
      trigger: 'Delta',
      actualValue: 'true',
      eventNotificationType: 'HardWiredMonitor',
    });
    expect(await bench.call('SetMonitoringLevel', { severity: 4 })).toEqual({ status: 'Accepted' });
    expect(await bench.call('SetMonitoringLevel', { severity: 10 })).toEqual({ status: 'Rejected' });
    bench.charger.fireMonitor(100, '5000');
    bench.charger.fireMonitor(1, 'true');
    await waitFor('the grave one only', () => ofMonitor(1).length === 1);
    expect(ofMonitor(100)).toHaveLength(2);
    const report = { requestId: 8, monitoringCriteria: ['ThresholdMonitoring'], componentVariable: [power] };
    expect(await bench.call('GetMonitoringReport', report)).toEqual({ status: 'Accepted' });
    await waitFor('the report', () => of('NotifyMonitoringReport').length === 1);
    expect(of('NotifyMonitoringReport')[0]).toMatchObject({
      requestId: 8,
      seqNo: 0,
      tbc: false,
      monitor: [{ variableMonitoring: [{ id: 3 }, { id: 100, value: 3_000, type: 'UpperThreshold' }] }],
    });
    expect(await bench.call('ClearVariableMonitoring', { id: [100, 100, 1] })).toMatchObject({
      clearMonitoringResult: [{ status: 'Accepted' }, { status: 'NotFound' }, { status: 'Rejected' }],
    });
    expect(await bench.call('SetMonitoringBase', { monitoringBase: 'HardWiredOnly' })).toEqual({
      status: 'Accepted',
    });
    const thresholds = { requestId: 9, monitoringCriteria: ['ThresholdMonitoring'] };
    expect(await bench.call('GetMonitoringReport', thresholds)).toEqual({ status: 'EmptyResultSet' });
  });

  it('O01 to O06, I02: shows messages and what it costs', async () => {
    const transactionId = await charging();
    const message = (id: number, more: object) => ({
      id,
      priority: 'NormalCycle',
      message: { format: 'UTF8', content: 'Hello' },
      ...more,
    });
    const show = (one: object) => bench.call('SetDisplayMessage', { message: one });
    expect(await show(message(1, {}))).toEqual({ status: 'Accepted' });
    expect(await show(message(2, { transactionId, priority: 'InFront' }))).toEqual({ status: 'Accepted' });
    expect(await show(message(3, { transactionId: 'other' }))).toEqual({ status: 'UnknownTransaction' });
    expect(await show(message(3, { message: { format: 'HTML', content: '<b>' } }))).toEqual({
      status: 'NotSupportedMessageFormat',
    });
    expect(await bench.call('GetDisplayMessages', { requestId: 1, priority: 'InFront' })).toEqual({
      status: 'Accepted',
    });
    await waitFor('the messages', () => of('NotifyDisplayMessages').length === 1);
    expect(of('NotifyDisplayMessages')[0]).toMatchObject({ requestId: 1, messageInfo: [{ id: 2 }] });
    await bench.call('CostUpdated', { totalCost: 4.2, transactionId });
    expect(bench.charger.transactions201[0]?.totalCost).toBe(4.2);
    bench.charger.unplug(1);
    expect(await bench.call('GetDisplayMessages', { requestId: 2, id: [2] })).toEqual({ status: 'Unknown' });
    expect(await bench.call('ClearDisplayMessage', { id: 1 })).toEqual({ status: 'Accepted' });
    expect(await bench.call('ClearDisplayMessage', { id: 1 })).toEqual({ status: 'Unknown' });
  });

  it('N09, N10: tells what it knows of a customer, and forgets', async () => {
    await charging();
    const ask = (requestId: number, clear: boolean) =>
      bench.call('CustomerInformation', { requestId, report: true, clear, idToken: card('CARD') });
    expect(await ask(1, true)).toEqual({ status: 'Accepted' });
    await waitFor('the report', () => of('NotifyCustomerInformation').some(({ tbc }) => tbc === false));
    const told = of('NotifyCustomerInformation')
      .map(({ data }) => data)
      .join('');
    expect(told).toContain('authorization cache');
    expect(told).toContain(bench.charger.transactions201[0]?.transactionId);
    expect(bench.charger.station.cache.size).toBe(0);
    expect(
      await bench.call('CustomerInformation', { requestId: 2, report: true, clear: false }),
    ).toMatchObject({
      status: 'Invalid',
    });
  });

  it('L01, L02: installs signed firmware after the session, and boots with the new version', async () => {
    const maker = await TestAuthority.create('Test Maker Root');
    const signer = await maker.issue('Test Signer');
    const file = firmwareFile('4.0.0');
    files.files.set('/signed.bin', file);
    const firmware = {
      location: files.url('/signed.bin'),
      retrieveDateTime: soon(0),
      signingCertificate: signer.pem,
      signature: createSign('sha256').update(file).sign(signer.keyPem).toString('base64'),
    };
    expect(await bench.call('UpdateFirmware', { requestId: 1, firmware })).toEqual({
      status: 'InvalidCertificate',
    });
    const root = { certificateType: 'ManufacturerRootCertificate', certificate: maker.pem };
    expect(await bench.call('InstallCertificate', root)).toEqual({ status: 'Accepted' });
    await charging();
    expect(await bench.call('UpdateFirmware', { requestId: 2, firmware })).toEqual({ status: 'Accepted' });
    await waitFor('the wait', () => statusesOf('FirmwareStatusNotification').at(-1) === 'InstallScheduled');
    bench.charger.unplug(1);
    await waitFor('Installed', () => statusesOf('FirmwareStatusNotification').at(-1) === 'Installed');
    expect(statusesOf('FirmwareStatusNotification')).toEqual([
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'InstallScheduled',
      'Installing',
      'InstallRebooting',
      'Installed',
    ]);
    expect(of('FirmwareStatusNotification').every(({ requestId }) => requestId === 2)).toBe(true);
    expect(of('BootNotification').at(-1)).toMatchObject({
      reason: 'FirmwareUpdate',
      chargingStation: { firmwareVersion: '4.0.0' },
    });
  });

  it('L03, L04: publishes firmware whose checksum fits', async () => {
    const file = firmwareFile('5.0.0');
    files.files.set('/shared.bin', file);
    const checksum = createHash('md5').update(file).digest('hex');
    const location = files.url('/shared.bin');
    const publish = (requestId: number, sum: string) =>
      bench.call('PublishFirmware', { requestId, location, checksum: sum });
    const message = 'PublishFirmwareStatusNotification';
    expect(await publish(1, checksum)).toEqual({ status: 'Accepted' });
    await waitFor('Published', () => statusesOf(message).at(-1) === 'Published');
    expect(statusesOf(message)).toEqual(['Downloading', 'Downloaded', 'ChecksumVerified', 'Published']);
    expect(of(message).at(-1)?.['location']).toEqual([expect.stringContaining('shared.bin')]);
    await publish(2, 'f'.repeat(32));
    await waitFor('the refusal', () => statusesOf(message).at(-1) === 'InvalidChecksum');
    expect(await bench.call('UnpublishFirmware', { checksum })).toEqual({ status: 'Unpublished' });
    expect(await bench.call('UnpublishFirmware', { checksum })).toEqual({ status: 'NoFirmware' });
  });

  it('N01, A04: uploads the security log', async () => {
    await bench.charger.sendSecurityEvent('TamperDetectionActivated', null);
    const log = { remoteLocation: files.url('/security.log') };
    expect(await bench.call('GetLog', { logType: 'SecurityLog', requestId: 3, log })).toMatchObject({
      status: 'Accepted',
    });
    await waitFor('the upload', () => statusesOf('LogStatusNotification').at(-1) === 'Uploaded');
    expect(files.files.get('/security.log')?.toString()).toContain('TamperDetectionActivated');
  });

  it('M01 to M06: installs, lists and deletes roots; asks about contracts and revocation', async () => {
    const root = await TestAuthority.create('Test V2G Root');
    const install = (certificateType: string, certificate: string) =>
      bench.call('InstallCertificate', { certificateType, certificate });
    expect(await bench.call('GetInstalledCertificateIds', {})).toEqual({ status: 'NotFound' });
    expect(await install('V2GRootCertificate', root.pem)).toEqual({ status: 'Accepted' });
    expect(await install('V2GRootCertificate', 'rubbish')).toEqual({ status: 'Rejected' });
    const listed = await bench.call('GetInstalledCertificateIds', {
      certificateType: ['V2GRootCertificate'],
    });
    const [entry] = listed['certificateHashDataChain'] as { certificateHashData: object }[];
    expect(entry).toMatchObject({
      certificateType: 'V2GRootCertificate',
      certificateHashData: { hashAlgorithm: 'SHA256', serialNumber: 'a01' },
    });
    // A02 for the certificate shown to cars: a real request, signed by the root.
    expect(await bench.charger.requestV2gCertificate()).toEqual({ status: 'Accepted' });
    expect(of('SignCertificate')[0]).toMatchObject({ certificateType: 'V2GCertificate' });
    const signed = await root.sign(String(of('SignCertificate')[0]?.['csr']));
    expect(signed.subject).toContain('CN=CP-1');
    const chain = { certificateChain: signed.pem + root.pem, certificateType: 'V2GCertificate' };
    expect(await bench.call('CertificateSigned', chain)).toEqual({ status: 'Accepted' });
    expect(await bench.call('CertificateSigned', chain)).toEqual({ status: 'Rejected' });
    const own = await bench.call('GetInstalledCertificateIds', { certificateType: ['V2GCertificateChain'] });
    expect(own['certificateHashDataChain']).toMatchObject([
      { childCertificateHashData: [entry?.certificateHashData] },
    ]);
    const remove = () => bench.call('DeleteCertificate', { certificateHashData: entry?.certificateHashData });
    expect(await remove()).toEqual({ status: 'Accepted' });
    const hash = bench.charger.station.certificates.roots[0]?.hash;
    expect(hash).toBeUndefined();
    const asked = {
      hashAlgorithm: 'SHA256' as const,
      issuerNameHash: 'a'.repeat(64),
      issuerKeyHash: 'b'.repeat(64),
      serialNumber: '1',
    };
    expect(await bench.charger.getCertificateStatus(asked, 'http://ocsp.test/')).toMatchObject({
      status: 'Accepted',
    });
    expect(await bench.charger.get15118EVCertificate('Install', 'ZXhp')).toMatchObject({
      status: 'Accepted',
    });
  });

  it('P01: DataTransfer knows only the vendors it was taught', async () => {
    const ask = () =>
      bench.call('DataTransfer', { vendorId: 'org.example', messageId: 'Echo', data: { a: 1 } });
    expect(await ask()).toEqual({ status: 'UnknownVendorId' });
    bench.charger.station.vendors.teach('org.example', 'Echo', (data) => data);
    expect(await ask()).toEqual({ status: 'Accepted', data: '{"a":1}' });
  });

  it('J01: reads the meters of idle EVSEs on the clock, and of transactions in their events', async () => {
    await charging();
    bench.charger.configuration.change('ClockAlignedDataInterval', '1');
    await waitFor('an idle reading', () => of('MeterValues').some(({ evseId }) => evseId === 2));
    expect(of('MeterValues').every(({ evseId }) => evseId === 2)).toBe(true);
    await waitFor('a reading of the transaction', () =>
      of('TransactionEvent').some(({ triggerReason }) => triggerReason === 'MeterValueClock'),
    );
  });
});
