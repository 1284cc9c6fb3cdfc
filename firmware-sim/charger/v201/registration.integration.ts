import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { ChargerBench, quickCar } from '../testing/charger-bench.js';

describe('how a station that speaks OCPP 2.0.1 introduces itself', () => {
  const bench = new ChargerBench('ocpp2.0.1');
  afterEach(async () => {
    await bench.stop();
    expect(bench.violations()).toEqual([]);
    bench.csms.heard.length = 0;
    bench.csms.answer = () => undefined;
  });

  it('B02, B03: Pending, it answers and reports what it was asked for; Rejected, it refuses everything', async () => {
    let status = 'Pending';
    bench.csms.answer = ({ method }) =>
      method === 'BootNotification'
        ? { status, currentTime: new Date().toISOString(), interval: 1 }
        : undefined;
    await bench.start({});
    await waitFor('the boot', () => bench.csms.of('BootNotification').length === 1);
    bench.charger.plugIn(1, quickCar, 'CARD');
    const idToken = { idToken: 'PERSON', type: 'Central' };
    expect(await bench.call('RequestStartTransaction', { remoteStartId: 1, idToken })).toMatchObject({
      status: 'Rejected',
    });
    expect(await bench.call('GetBaseReport', { requestId: 1, reportBase: 'SummaryInventory' })).toEqual({
      status: 'Accepted',
    });
    await waitFor('the report', () => bench.csms.of('NotifyReport').some(({ tbc }) => tbc === false));
    await expect(bench.charger.sendSecurityEvent('TamperDetectionActivated', null)).rejects.toThrow(
      /has not accepted/,
    );
    status = 'Rejected';
    const trigger = { requestedMessage: 'BootNotification' };
    expect(await bench.call('TriggerMessage', trigger)).toEqual({ status: 'Accepted' });
    await waitFor('the verdict', () =>
      bench.charger.record.sent('BootNotification').some(({ answer }) => answer?.['status'] === 'Rejected'),
    );
    await expect(bench.call('GetTransactionStatus', {})).rejects.toMatchObject({
      rpcErrorCode: 'SecurityError',
    });
    expect(new Set(bench.csms.heard.map(({ method }) => method))).toEqual(
      new Set(['BootNotification', 'NotifyReport']),
    );
    expect(bench.csms.of('BootNotification')[1]).toMatchObject({ reason: 'Triggered' });
    status = 'Accepted';
    await waitFor('the charger to be accepted', () => bench.charger.online);
    await waitFor('the card', () => bench.csms.of('TransactionEvent').length > 0);
  });

  it('B01: over a lost connection it keeps its registration, if it is built like that', async () => {
    await bench.start({ bootsOnReconnect: false });
    await waitFor('the charger to be accepted', () => bench.charger.online);
    await waitFor('its statuses', () => bench.csms.of('StatusNotification').length === 2);
    const { port } = bench.csms;
    await bench.csms.stop();
    await waitFor('offline', () => !bench.charger.online);
    await bench.csms.start(port);
    await waitFor('the charger to be accepted', () => bench.charger.online);
    await waitFor('its statuses again', () => bench.csms.of('StatusNotification').length === 4);
    expect(bench.csms.of('BootNotification')).toHaveLength(1);
    await bench.charger.powerCycle();
    await waitFor('the boot after a start', () => bench.csms.of('BootNotification').length === 2);
  });
});
