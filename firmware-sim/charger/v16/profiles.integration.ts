import { createSign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { firmwareFile } from '../services/firmware-file.js';
import { ChargerBench, quickCar } from '../testing/charger-bench.js';
import { FileServer } from '../testing/file-server.js';
import { TestAuthority } from '../testing/test-authority.js';

describe('a simulated charger beyond the core of OCPP 1.6', () => {
  let bench: ChargerBench;
  let files: FileServer;
  beforeEach(async () => {
    files = new FileServer();
    await files.start();
    bench = new ChargerBench('ocpp1.6');
    await bench.start({});
    await waitFor('the charger to be accepted', () => bench.charger.online);
  });
  afterEach(async () => {
    files.stop();
    await bench.stop();
    expect(bench.violations()).toEqual([]);
  });
  const statusesOf = (message: string): unknown[] => bench.csms.of(message).map(({ status }) => status);
  const set = (key: string, value: string) => bench.call('ChangeConfiguration', { key, value });
  const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

  it('5.10, 5.15, 3.5: keeps a local list and lives by it without a connection', async () => {
    const list = (listVersion: number, updateType: string, localAuthorizationList: object[]) =>
      bench.call('SendLocalList', { listVersion, updateType, localAuthorizationList });
    const good = { idTagInfo: { status: 'Accepted' } };
    expect(await bench.call('GetLocalListVersion', {})).toEqual({ listVersion: 0 });
    expect(
      await list(2, 'Full', [
        { idTag: 'A', ...good },
        { idTag: 'B', ...good },
      ]),
    ).toEqual({
      status: 'Accepted',
    });
    expect(await list(3, 'Differential', [{ idTag: 'B' }])).toEqual({ status: 'Accepted' });
    expect(await list(3, 'Differential', [{ idTag: 'A' }])).toEqual({ status: 'VersionMismatch' });
    expect(await list(4, 'Full', [{ idTag: 'A' }])).toEqual({ status: 'Failed' });
    expect(await bench.call('GetLocalListVersion', {})).toEqual({ listVersion: 3 });
    await set('AllowOfflineTxForUnknownId', 'false');
    await bench.csms.stop();
    await waitFor('offline', () => !bench.charger.online);
    bench.charger.plugIn(1, quickCar, 'A');
    bench.charger.plugIn(2, quickCar, 'B');
    await waitFor('the listed card', () => bench.charger.connectors[0]?.transaction?.idTag === 'A');
    expect(bench.charger.connectors[1]?.transaction).toBeNull();
  });

  it('5.3, 3.5.1: remembers what the central system answered, until the cache is cleared', async () => {
    await set('LocalPreAuthorize', 'true');
    expect(await bench.charger.authorize('CARD')).toMatchObject({ status: 'Accepted' });
    bench.charger.plugIn(1, quickCar, 'CARD');
    await waitFor('the start', () => bench.csms.of('StartTransaction').length === 1);
    expect(bench.csms.of('Authorize')).toHaveLength(1);
    expect(await bench.call('ClearCache', {})).toEqual({ status: 'Accepted' });
    bench.charger.plugIn(2, quickCar, 'CARD');
    await waitFor('the second question', () => bench.csms.of('Authorize').length === 2);
  });

  it('5.13, 5.1: keeps a connector for one card, which uses the reservation up; another is turned away', async () => {
    const reserve = (connectorId: number, reservationId: number, idTag: string, ms: number) =>
      bench.call('ReserveNow', { connectorId, reservationId, idTag, expiryDate: soon(ms) });
    expect(await reserve(1, 7, 'MINE', 60_000)).toEqual({ status: 'Accepted' });
    expect(await reserve(1, 8, 'OTHER', 60_000)).toEqual({ status: 'Occupied' });
    expect(await reserve(2, 9, 'OTHER', 300)).toEqual({ status: 'Accepted' });
    const statusOf = (connector: number): unknown =>
      bench.csms
        .of('StatusNotification')
        .filter(({ connectorId }) => connectorId === connector)
        .at(-1)?.['status'];
    await waitFor('Reserved', () => statusOf(1) === 'Reserved' && statusOf(2) === 'Reserved');
    await waitFor('the expiry', () => statusOf(2) === 'Available');
    bench.charger.plugIn(1, quickCar, 'OTHER');
    await waitFor('the refused car', () => statusOf(1) === 'Preparing');
    await bench.charger.readCard(1, 'MINE');
    await waitFor('the start', () => bench.csms.of('StartTransaction').length === 1);
    expect(bench.csms.of('StartTransaction')[0]).toMatchObject({ idTag: 'MINE', reservationId: 7 });
    expect(await bench.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Rejected' });
    expect(await reserve(2, 10, 'MINE', 60_000)).toEqual({ status: 'Accepted' });
    expect(await bench.call('CancelReservation', { reservationId: 10 })).toEqual({ status: 'Accepted' });
  });

  it('5.9, 4.4: uploads its log by HTTP PUT, and says so', async () => {
    const location = files.url('/logs/');
    const answer = await bench.call('GetDiagnostics', { location });
    await waitFor('the upload', () => statusesOf('DiagnosticsStatusNotification').length === 2);
    expect(statusesOf('DiagnosticsStatusNotification')).toEqual(['Uploading', 'Uploaded']);
    const log = files.files.get(`/logs/${String(answer['fileName'])}`)?.toString() ?? '';
    expect(log).toContain('"action":"BootNotification"');
    files.failures.push(500, 500);
    await bench.call('GetDiagnostics', { location, retries: 1, retryInterval: 0 });
    await waitFor('the failure', () => statusesOf('DiagnosticsStatusNotification').length === 4);
    expect(statusesOf('DiagnosticsStatusNotification').at(-1)).toBe('UploadFailed');
    await bench.call('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' });
    await waitFor('Idle', () => statusesOf('DiagnosticsStatusNotification').at(-1) === 'Idle');
  });

  it('5.19, 4.5: fetches firmware with a retry, reboots, boots with the new version and says Installed', async () => {
    files.files.set('/new.bin', firmwareFile('2.1.0'));
    files.failures.push(503);
    await bench.call('UpdateFirmware', {
      location: files.url('/new.bin'),
      retries: 1,
      retryInterval: 0,
      retrieveDate: soon(0),
    });
    await waitFor('Installed', () => statusesOf('FirmwareStatusNotification').at(-1) === 'Installed');
    expect(statusesOf('FirmwareStatusNotification')).toEqual([
      'Downloading',
      'Downloaded',
      'Installing',
      'Installed',
    ]);
    expect(bench.csms.of('BootNotification').at(-1)).toMatchObject({ firmwareVersion: '2.1.0' });
    expect(bench.charger.reconnects).toBe(1);
    expect(files.requests).toEqual(['GET /new.bin', 'GET /new.bin']);
  });

  it.each([
    ['/missing.bin', 'DownloadFailed'],
    ['/text.bin', 'InstallationFailed'],
  ])('5.19: %s ends as %s and keeps the old version', async (path, status) => {
    files.files.set('/text.bin', Buffer.from('not a firmware'));
    await bench.call('UpdateFirmware', { location: files.url(path), retrieveDate: soon(0) });
    await waitFor(status, () => statusesOf('FirmwareStatusNotification').at(-1) === status);
    expect(bench.charger.station.firmwareVersion).toBe('1.0.0');
  });

  it('whitepaper L01: installs only what the manufacturer signed', async () => {
    const maker = await TestAuthority.create('Test Maker Root');
    const signer = await maker.issue('Test Signer');
    const file = firmwareFile('3.0.0');
    files.files.set('/signed.bin', file);
    const signature = createSign('sha256').update(file).sign(signer.keyPem).toString('base64');
    const update = (requestId: number, signed: string) =>
      bench.call('SignedUpdateFirmware', {
        requestId,
        firmware: {
          location: files.url('/signed.bin'),
          retrieveDateTime: soon(0),
          signingCertificate: signer.pem,
          signature: signed,
        },
      });
    const told = (requestId: number): unknown[] =>
      bench.csms
        .of('SignedFirmwareStatusNotification')
        .filter((message) => message['requestId'] === requestId)
        .map(({ status }) => status);
    const events = (): unknown[] => bench.csms.of('SecurityEventNotification').map(({ type }) => type);
    expect(await update(1, signature)).toEqual({ status: 'InvalidCertificate' });
    await waitFor('the event', () => events().includes('InvalidFirmwareSigningCertificate'));
    const root = { certificateType: 'ManufacturerRootCertificate', certificate: maker.pem };
    expect(await bench.call('InstallCertificate', root)).toEqual({ status: 'Accepted' });
    expect(await update(2, Buffer.from('wrong').toString('base64'))).toEqual({ status: 'Accepted' });
    await waitFor('the refusal', () => told(2).at(-1) === 'InvalidSignature');
    await waitFor('its event', () => events().includes('InvalidFirmwareSignature'));
    expect(await update(3, signature)).toEqual({ status: 'Accepted' });
    await waitFor('Installed', () => told(3).at(-1) === 'Installed');
    expect(told(3)).toEqual([
      'Downloading',
      'Downloaded',
      'SignatureVerified',
      'Installing',
      'InstallRebooting',
      'Installed',
    ]);
    expect(bench.csms.of('BootNotification').at(-1)).toMatchObject({ firmwareVersion: '3.0.0' });
  });

  it('whitepaper N01, A04: security events are told and end up in the security log', async () => {
    await bench.charger.sendSecurityEvent('TamperDetectionActivated', 'lid open');
    const location = files.url('/security.log');
    const request = { logType: 'SecurityLog', requestId: 4, log: { remoteLocation: location } };
    expect(await bench.call('GetLog', request)).toMatchObject({ status: 'Accepted' });
    await waitFor('the upload', () => statusesOf('LogStatusNotification').at(-1) === 'Uploaded');
    expect(bench.csms.of('LogStatusNotification')).toMatchObject([{ requestId: 4 }, { requestId: 4 }]);
    expect(files.files.get('/security.log')?.toString()).toContain('TamperDetectionActivated');
    await bench.call('GetLog', { ...request, log: { remoteLocation: 'ftp://127.0.0.1/x' } });
    await waitFor('the scheme', () => statusesOf('LogStatusNotification').at(-1) === 'NotSupportedOperation');
    await bench.call('ExtendedTriggerMessage', { requestedMessage: 'LogStatusNotification' });
    await waitFor('Idle', () => statusesOf('LogStatusNotification').at(-1) === 'Idle');
  });

  it('5.6: DataTransfer knows only the vendors it was taught, and can say something itself', async () => {
    const ask = (vendorId: string, messageId: string) =>
      bench.call('DataTransfer', { vendorId, messageId, data: 'x' });
    expect(await ask('org.example', 'RcdTest')).toEqual({ status: 'UnknownVendorId' });
    bench.charger.station.vendors.teach('org.example', 'RcdTest', (data) => `${data}: passed`);
    expect(await ask('org.example', 'RcdTest')).toEqual({ status: 'Accepted', data: 'x: passed' });
    expect(await ask('org.example', 'Other')).toEqual({ status: 'UnknownMessageId' });
    expect(await bench.charger.sendDataTransfer('org.example', 'Hello', 'there')).toEqual({
      status: 'Accepted',
    });
    expect(bench.csms.of('DataTransfer')).toEqual([
      { vendorId: 'org.example', messageId: 'Hello', data: 'there' },
    ]);
  });

  it('5.7: tells its plan over time, in the unit that was asked for', async () => {
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 10 },
      { startPeriod: 300, limit: 20 },
    ];
    await bench.call('SetChargingProfile', {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod },
      },
    });
    const plan = async (chargingRateUnit: string): Promise<unknown> => {
      const request = { connectorId: 1, duration: 600, chargingRateUnit };
      const answer = await bench.call('GetCompositeSchedule', request);
      return (answer['chargingSchedule'] as { chargingSchedulePeriod: object[] }).chargingSchedulePeriod;
    };
    expect(await plan('A')).toMatchObject(chargingSchedulePeriod);
    expect(await plan('W')).toMatchObject([
      { startPeriod: 0, limit: 6_900 },
      { startPeriod: 300, limit: 13_800 },
    ]);
    expect(await bench.call('GetCompositeSchedule', { connectorId: 5, duration: 60 })).toEqual({
      status: 'Rejected',
    });
  });

  it('OCPP-J 4.2.3: an action of another edition is NotImplemented', async () => {
    bench.csms.session('CP-1').sendRaw(JSON.stringify([2, 'id', 'SetVariables', {}]));
    await waitFor('the error', () => bench.csms.frames.some((frame) => frame[1] === 'id'));
    expect(bench.csms.frames.find((frame) => frame[1] === 'id')?.[2]).toBe('NotImplemented');
  });
});

describe('OCPP 1.6 4.2: a charger that is not accepted yet', () => {
  const bench = new ChargerBench('ocpp1.6');
  afterEach(async () => {
    await bench.stop();
    expect(bench.violations()).toEqual([]);
  });

  it('Pending: answers questions, says nothing but what was asked for; Rejected: not even that', async () => {
    let status = 'Pending';
    bench.csms.answer = ({ method }) =>
      method === 'BootNotification'
        ? { status, currentTime: new Date().toISOString(), interval: 1 }
        : undefined;
    await bench.start({});
    await waitFor('the boot', () => bench.csms.of('BootNotification').length === 1);
    bench.charger.plugIn(1, quickCar, 'CARD');
    const remote = { connectorId: 1, idTag: 'PERSON' };
    expect(await bench.call('RemoteStartTransaction', remote)).toEqual({ status: 'Rejected' });
    const key = ['HeartbeatInterval'];
    expect(await bench.call('GetConfiguration', { key })).toMatchObject({
      configurationKey: [{ key: 'HeartbeatInterval' }],
    });
    const trigger = { requestedMessage: 'StatusNotification', connectorId: 1 };
    expect(await bench.call('TriggerMessage', trigger)).toEqual({ status: 'Accepted' });
    await waitFor('what was asked for', () => bench.csms.of('StatusNotification').length === 1);
    status = 'Rejected';
    await waitFor('the next boot', () => bench.csms.of('BootNotification').length === 2);
    await waitFor(
      'the verdict',
      () => bench.charger.record.sent('BootNotification').at(-1)?.answer?.['status'] === 'Rejected',
    );
    await expect(bench.call('GetConfiguration', { key })).rejects.toMatchObject({
      rpcErrorCode: 'SecurityError',
    });
    expect(new Set(bench.csms.heard.map(({ method }) => method))).toEqual(
      new Set(['BootNotification', 'StatusNotification']),
    );
    status = 'Accepted';
    await waitFor('the charger to be accepted', () => bench.charger.online);
    await waitFor('the card', () => bench.csms.of('StartTransaction').length === 1);
  });
});
