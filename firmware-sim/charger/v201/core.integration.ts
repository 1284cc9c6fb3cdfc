import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { ChargerBench, quickCar } from '../testing/charger-bench.js';

interface Event {
  readonly eventType: string;
  readonly triggerReason: string;
  readonly seqNo: number;
  readonly offline: boolean;
  readonly timestamp: string;
  readonly idToken?: { readonly idToken: string };
  readonly transactionInfo: Record<string, unknown>;
  readonly meterValue?: { readonly sampledValue: Record<string, unknown>[] }[];
}

describe.each(['ocpp2.0.1', 'ocpp2.1'] as const)('a simulated station that speaks %s', (protocol) => {
  let bench: ChargerBench;
  beforeEach(async () => {
    bench = new ChargerBench(protocol);
    await bench.start({});
    await waitFor('the charger to be accepted', () => bench.charger.online);
  });
  afterEach(async () => {
    await bench.stop();
    expect(bench.violations()).toEqual([]);
  });

  const events = (): Event[] => bench.csms.of('TransactionEvent') as unknown as Event[];
  const named = (): string[] =>
    events().map(({ eventType, triggerReason }) => `${eventType} ${triggerReason}`);
  const car_A = (): number => bench.charger.connectors[0]?.car?.current_A ?? 0;
  const charging = async (): Promise<string> => {
    bench.charger.plugIn(1, quickCar, 'CARD');
    await waitFor('charging', () =>
      events().some(({ transactionInfo }) => transactionInfo['chargingState'] === 'Charging'),
    );
    return String(events()[0]?.transactionInfo['transactionId']);
  };
  const set = async (component: string, variable: string, attributeValue: string): Promise<unknown> => {
    const data = { component: { name: component }, variable: { name: variable }, attributeValue };
    const answer = await bench.call('SetVariables', { setVariableData: [data] });
    return (answer['setVariableResult'] as { attributeStatus: string }[])[0]?.attributeStatus;
  };

  it('B01, G01: boots with its reason and tells the status of each connector', async () => {
    expect(bench.csms.of('BootNotification')).toMatchObject([
      { reason: 'PowerUp', chargingStation: { vendorName: 'Busbar' } },
    ]);
    await waitFor('statuses', () => bench.csms.of('StatusNotification').length === 2);
    expect(bench.csms.of('StatusNotification')).toMatchObject([
      { evseId: 1, connectorId: 1, connectorStatus: 'Available' },
      { evseId: 2, connectorId: 1, connectorStatus: 'Available' },
    ]);
    expect(bench.csms.session('CP-1').protocol).toBe(protocol);
  });

  it('E01 to E06: a card starts, the meter reports, the cable ends; numbers without a gap', async () => {
    expect(await set('SampledDataCtrlr', 'TxUpdatedInterval', '1')).toBe('Accepted');
    const transactionId = await charging();
    await waitFor('readings', () => named().includes('Updated MeterValuePeriodic'));
    bench.charger.unplug(1);
    await waitFor('the end', () => events().at(-1)?.eventType === 'Ended');
    expect(bench.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: 'CARD', type: 'ISO14443' } }]);
    expect(events().map(({ seqNo }) => seqNo)).toEqual(events().map((_, index) => index));
    expect(new Set(events().map(({ transactionInfo }) => transactionInfo['transactionId']))).toEqual(
      new Set([transactionId]),
    );
    expect(events()[0]).toMatchObject({
      eventType: 'Started',
      triggerReason: 'Authorized',
      offline: false,
      cableMaxCurrent: 32,
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: 'CARD' },
      transactionInfo: { chargingState: 'EVConnected' },
      meterValue: [{ sampledValue: [{ context: 'Transaction.Begin' }] }],
    });
    const reading = events().find(({ triggerReason }) => triggerReason === 'MeterValuePeriodic');
    const currents = reading?.meterValue?.[0]?.sampledValue.filter(
      ({ measurand }) => measurand === 'Current.Import',
    );
    expect(currents?.map(({ phase }) => phase)).toEqual(['L1', 'L2', 'L3']);
    expect(events().at(-1)).toMatchObject({
      triggerReason: 'EVCommunicationLost',
      transactionInfo: { stoppedReason: 'EVDisconnected', chargingState: 'Idle' },
      meterValue: [{ sampledValue: [{ context: 'Transaction.End' }] }],
    });
    await waitFor('its acknowledgement', () =>
      bench.charger.acknowledgedEvents.some(({ eventType }) => eventType === 'Ended'),
    );
  });

  it('E02: with TxStartPoint EVConnected the cable starts, the card comes later; TxStopPoint EVConnected ends with it', async () => {
    expect(await set('TxCtrlr', 'TxStartPoint', 'EVConnected')).toBe('Accepted');
    expect(await set('TxCtrlr', 'TxStopPoint', 'EVConnected')).toBe('Accepted');
    bench.charger.plugIn(1, quickCar, null);
    await waitFor('the start', () => named().includes('Started CablePluggedIn'));
    expect(events()[0]).not.toHaveProperty('idToken');
    expect(car_A()).toBe(0);
    await bench.charger.readCard(1, 'CARD');
    await waitFor('current', () => car_A() > 0);
    await bench.charger.readCard(1, 'CARD');
    await waitFor('the stop', () => named().includes('Updated StopAuthorized'));
    expect(car_A()).toBe(0);
    bench.charger.unplug(1);
    await waitFor('the end', () => events().at(-1)?.eventType === 'Ended');
    expect(events().at(-1)?.transactionInfo['stoppedReason']).toBe('Local');
    expect(named().filter((name) => name.startsWith('Started'))).toHaveLength(1);
  });

  it('E04, E12: what happened offline is told later, in order, marked offline; a lost answer brings the same event again', async () => {
    await charging();
    const { port } = bench.csms;
    await bench.csms.stop();
    await waitFor('offline', () => !bench.charger.online);
    bench.charger.unplug(1);
    bench.charger.plugIn(1, quickCar, 'CARD 2');
    await waitFor('an offline start', () => bench.charger.transactions201[0]?.token?.idToken === 'CARD 2');
    bench.csms.heard.length = 0;
    let lost = false;
    bench.csms.answer = ({ method }) => {
      if (method !== 'TransactionEvent' || lost) return undefined;
      lost = true;
      void bench.csms.session('CP-1').close({ force: true });
      return new Promise(() => undefined);
    };
    await bench.csms.start(port);
    await waitFor('the offline start to be told', () =>
      events().some(({ idToken }) => idToken?.idToken === 'CARD 2'),
    );
    const [first, again, ...rest] = events();
    expect(again).toEqual(first);
    expect(first).toMatchObject({ eventType: 'Ended', offline: true });
    expect(rest[0]).toMatchObject({ eventType: 'Started', offline: true, seqNo: 0 });
  });

  it('E05: stops a transaction whose card turns out to be refused', async () => {
    bench.csms.answer = ({ method, params }) =>
      method === 'TransactionEvent' && params['eventType'] === 'Started'
        ? { idTokenInfo: { status: 'Blocked' } }
        : undefined;
    bench.charger.plugIn(1, quickCar, 'CARD');
    await waitFor('the end', () => named().includes('Ended Deauthorized'));
    expect(events().at(-1)?.transactionInfo['stoppedReason']).toBe('DeAuthorized');
  });

  it('F01, F02, F03: starts from afar with or without a car, and stops', async () => {
    const idToken = { idToken: 'PERSON', type: 'Central' };
    expect(await bench.call('RequestStartTransaction', { evseId: 1, remoteStartId: 7, idToken })).toEqual({
      status: 'Accepted',
    });
    // One more message each way: the start has been worked in when the cable comes.
    await bench.call('GetTransactionStatus', {});
    bench.charger.plugIn(1, quickCar, null);
    await waitFor('current', () => car_A() > 0);
    expect(events()[0]).toMatchObject({
      triggerReason: 'CablePluggedIn',
      idToken: { idToken: 'PERSON' },
      transactionInfo: { remoteStartId: 7 },
    });
    const again = await bench.call('RequestStartTransaction', { evseId: 1, remoteStartId: 8, idToken });
    expect(again).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'Occupied' } });
    const transactionId = String(events()[0]?.transactionInfo['transactionId']);
    expect(await bench.call('RequestStopTransaction', { transactionId: 'no such' })).toMatchObject({
      status: 'Rejected',
    });
    expect(await bench.call('RequestStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
    await waitFor('the end', () => named().includes('Ended RemoteStop'));
    expect(events().at(-1)?.transactionInfo['stoppedReason']).toBe('Remote');
    expect(car_A()).toBe(0);
  });

  it('E14: says whether a transaction runs and whether events still wait', async () => {
    const transactionId = await charging();
    await waitFor('an empty queue', () => bench.charger.outbox.length === 0);
    expect(await bench.call('GetTransactionStatus', { transactionId })).toEqual({
      ongoingIndicator: true,
      messagesInQueue: false,
    });
    expect(await bench.call('GetTransactionStatus', { transactionId: 'other' })).toEqual({
      ongoingIndicator: false,
      messagesInQueue: false,
    });
    expect(await bench.call('GetTransactionStatus', {})).toEqual({ messagesInQueue: false });
  });

  const profile = (id: number, limit: number, more: object): object => ({
    id,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] }],
    ...more,
  });

  it('K01, K08, K09, K10: follows profiles, tells its plan, reports and clears them', async () => {
    const transactionId = await charging();
    const standing = profile(1, 7, {});
    const mine = profile(2, 12, { chargingProfilePurpose: 'TxProfile', transactionId });
    const put = (evseId: number, chargingProfile: object) =>
      bench.call('SetChargingProfile', { evseId, chargingProfile });
    expect(await put(0, standing)).toEqual({ status: 'Accepted' });
    await waitFor('7 A', () => car_A() === 7);
    expect(await put(1, mine)).toEqual({ status: 'Accepted' });
    await waitFor('12 A', () => car_A() === 12);
    expect(await put(1, { ...mine, transactionId: 'other' })).toMatchObject({
      statusInfo: { reasonCode: 'TxNotFound' },
    });
    expect(await put(9, standing)).toMatchObject({ statusInfo: { reasonCode: 'UnknownEvse' } });
    expect(
      await put(0, profile(3, 9, { chargingProfilePurpose: 'ChargingStationExternalConstraints' })),
    ).toMatchObject({ status: 'Rejected' });
    expect(await bench.call('GetCompositeSchedule', { evseId: 1, duration: 600 })).toMatchObject({
      status: 'Accepted',
      schedule: { evseId: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 12 }] },
    });
    expect(await bench.call('GetChargingProfiles', { requestId: 5, chargingProfile: {} })).toEqual({
      status: 'Accepted',
    });
    await waitFor('both reports', () => bench.csms.of('ReportChargingProfiles').length === 2);
    expect(bench.csms.of('ReportChargingProfiles')).toMatchObject([
      { requestId: 5, evseId: 0, chargingLimitSource: 'CSO', chargingProfile: [standing], tbc: true },
      { requestId: 5, evseId: 1, chargingProfile: [mine], tbc: false },
    ]);
    expect(await bench.call('ClearChargingProfile', { chargingProfileId: 2 })).toEqual({
      status: 'Accepted',
    });
    await waitFor('7 A again', () => car_A() === 7);
    expect(await bench.call('ClearChargingProfile', { chargingProfileId: 2 })).toEqual({ status: 'Unknown' });
    const criteria = { chargingProfilePurpose: 'TxDefaultProfile' };
    expect(await bench.call('ClearChargingProfile', { chargingProfileCriteria: criteria })).toEqual({
      status: 'Accepted',
    });
    expect(await bench.call('GetChargingProfiles', { requestId: 6, chargingProfile: {} })).toEqual({
      status: 'NoProfiles',
    });
  });

  it('B05, B06: reads and sets variables, and says exactly why not', async () => {
    const get = async (name: string, variable: string, more: object): Promise<unknown> => {
      const data = { component: { name }, variable: { name: variable }, ...more };
      const answer = await bench.call('GetVariables', { getVariableData: [data] });
      const [result] = answer['getVariableResult'] as { attributeStatus: string; attributeValue?: string }[];
      return result?.attributeValue ?? result?.attributeStatus;
    };
    expect(await get('ChargingStation', 'VendorName', {})).toBe('Busbar');
    expect(await get('chargingstation', 'vendorname', {})).toBe('Busbar');
    expect(await get('Teapot', 'Temperature', {})).toBe('UnknownComponent');
    expect(await get('ChargingStation', 'Temperature', {})).toBe('UnknownVariable');
    expect(await get('SecurityCtrlr', 'BasicAuthPassword', {})).toBe('Rejected');
    expect(await get('TxCtrlr', 'TxStartPoint', { attributeType: 'MaxSet' })).toBe(
      'NotSupportedAttributeType',
    );
    expect(await set('TxCtrlr', 'EVConnectionTimeOut', '90')).toBe('Accepted');
    expect(await get('TxCtrlr', 'EVConnectionTimeOut', {})).toBe('90');
    expect(await set('TxCtrlr', 'EVConnectionTimeOut', 'long')).toBe('Rejected');
    expect(await set('TxCtrlr', 'TxStartPoint', 'Moonrise')).toBe('Rejected');
    expect(await set('ChargingStation', 'VendorName', 'Other')).toBe('Rejected');
    expect(await set('StatusLight', 'Brightness', '101')).toBe('Rejected');
    expect(await set('StatusLight', 'Brightness', '0')).toBe('Accepted');
  });

  it('B07, B08: the inventory comes in several numbered parts, a selection in one', async () => {
    const before = bench.csms.of('NotifyReport').length;
    expect(await bench.call('GetBaseReport', { requestId: 3, reportBase: 'FullInventory' })).toEqual({
      status: 'Accepted',
    });
    await waitFor('the last part', () => bench.csms.of('NotifyReport').some(({ tbc }) => tbc === false));
    const parts = bench.csms.of('NotifyReport').slice(before);
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map(({ seqNo }) => seqNo)).toEqual(parts.map((_, index) => index));
    expect(parts.slice(0, -1).every(({ tbc }) => tbc === true)).toBe(true);
    bench.csms.heard.length = 0;
    const componentVariable = [{ component: { name: 'EVSE' }, variable: { name: 'Power' } }];
    expect(await bench.call('GetReport', { requestId: 4, componentVariable })).toEqual({
      status: 'Accepted',
    });
    await waitFor('the report', () => bench.csms.of('NotifyReport').length === 1);
    expect(bench.csms.of('NotifyReport')[0]).toMatchObject({
      requestId: 4,
      reportData: [{ component: { evse: { id: 1 } } }, { component: { evse: { id: 2 } } }],
    });
    expect(await bench.call('GetReport', { requestId: 5, componentCriteria: ['Problem'] })).toEqual({
      status: 'EmptyResultSet',
    });
  });

  it.each([
    ['Immediate', 'Accepted', true],
    ['OnIdle', 'Scheduled', false],
  ])('B11, B12: a reset %s answers %s', async (type, status, ends) => {
    await charging();
    expect(await bench.call('Reset', { type })).toMatchObject({ status });
    if (ends) await waitFor('the end', () => named().includes('Ended ResetCommand'));
    else {
      expect(bench.csms.of('BootNotification')).toHaveLength(1);
      bench.charger.unplug(1);
    }
    await waitFor('the second boot', () => bench.csms.of('BootNotification').length === 2);
    expect(bench.csms.of('BootNotification')[1]).toMatchObject({ reason: 'RemoteReset' });
  });

  it('B11.FR.08: a reset of one EVSE ends its transaction and keeps the connection', async () => {
    await charging();
    expect(await bench.call('Reset', { type: 'Immediate', evseId: 1 })).toEqual({ status: 'Accepted' });
    await waitFor('the end', () => named().includes('Ended ResetCommand'));
    expect(bench.charger.reconnects).toBe(0);
    expect(await bench.call('Reset', { type: 'Immediate', evseId: 7 })).toMatchObject({ status: 'Rejected' });
  });

  it('F05, F06, G03: unlock, trigger and availability', async () => {
    await charging();
    expect(await bench.call('UnlockConnector', { evseId: 1, connectorId: 1 })).toEqual({
      status: 'OngoingAuthorizedTransaction',
    });
    expect(await bench.call('UnlockConnector', { evseId: 2, connectorId: 1 })).toEqual({
      status: 'Unlocked',
    });
    expect(await bench.call('UnlockConnector', { evseId: 2, connectorId: 2 })).toEqual({
      status: 'UnknownConnector',
    });
    const trigger = async (requestedMessage: string): Promise<unknown> =>
      (await bench.call('TriggerMessage', { requestedMessage, evse: { id: 1 } }))['status'];
    expect(await trigger('BootNotification')).toBe('Rejected');
    for (const message of ['Heartbeat', 'MeterValues', 'StatusNotification']) {
      bench.csms.heard.length = 0;
      expect(await trigger(message)).toBe('Accepted');
      await waitFor(message, () => bench.csms.of(message).length > 0);
    }
    expect(await trigger('TransactionEvent')).toBe('Accepted');
    await waitFor('the event', () => named().includes('Updated Trigger'));
    const take = (id: number) =>
      bench.call('ChangeAvailability', { evse: { id }, operationalStatus: 'Inoperative' });
    expect(await take(1)).toEqual({ status: 'Scheduled' });
    expect(await take(2)).toEqual({ status: 'Accepted' });
    await waitFor('Unavailable', () =>
      bench.csms
        .of('StatusNotification')
        .some(({ evseId, connectorStatus }) => evseId === 2 && connectorStatus === 'Unavailable'),
    );
    bench.charger.unplug(1);
    await waitFor('the scheduled one', () =>
      bench.csms
        .of('StatusNotification')
        .some(({ evseId, connectorStatus }) => evseId === 1 && connectorStatus === 'Unavailable'),
    );
  });

  it('part 4, 4.2.3: an action it does not know is NotImplemented, a broken payload a schema error', async () => {
    const raw = async (id: string, action: string, payload: object): Promise<unknown> => {
      bench.csms.session('CP-1').sendRaw(JSON.stringify([2, id, action, payload]));
      await waitFor('the error', () => bench.csms.frames.some((frame) => frame[1] === id));
      return bench.csms.frames.find((frame) => frame[1] === id)?.[2];
    };
    expect(await raw('a', 'Teleport', {})).toBe('NotImplemented');
    expect(await raw('b', 'Reset', { type: 'Gently' })).toBe('FormatViolation');
    expect(bench.charger.record.violations.splice(0)).toHaveLength(1);
  });
});
