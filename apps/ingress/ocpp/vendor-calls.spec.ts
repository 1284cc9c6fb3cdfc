import { describe, expect, it } from '@jest/globals';
import { systemClock } from '#libs/platform/system-clock.js';
import { testDevice } from './v16/handlers/handler-fakes.js';
import { QuirkCatalogue, type Quirks } from './quirks/quirk-catalogue.js';
import { vendorCall, type VendorPorts, type VendorRequest, type VendorWords } from './vendor-calls.js';

const words: VendorWords = {
  set: (values) => values.map(([key, value]) => ({ action: 'Set', payload: { key, value } })),
  networkKeys: { mediumKey: 'Medium', ssidKey: 'Ssid', passphraseKey: 'Passphrase' },
};
const passphraseId = '00000000-0000-4000-8000-000000000001';

function stage(kept: Map<string, string>) {
  const told: unknown[] = [];
  const ports: VendorPorts = {
    tests: { record: async (_device, connector, result) => void told.push([connector, result]) },
    passphrases: { read: async (id) => kept.get(id) ?? null, remove: async (id) => void kept.delete(id) },
    wasReset: async () => void told.push('reset'),
    clock: systemClock,
  };
  const everybody = new QuirkCatalogue(null, console as never).of(null);
  const call = (request: VendorRequest, quirks: Partial<Quirks> = {}) =>
    vendorCall(ports, testDevice, request, { ...everybody, ...quirks }, words);
  return { told, call };
}

describe('commands that OCPP has no words for', () => {
  it('NB-84: the binding ends when the device agreed, and not otherwise', async () => {
    const { told, call } = stage(new Map());
    const reset = await call({ action: 'factory-reset' });
    expect(reset).toMatchObject({
      action: 'DataTransfer',
      payload: { vendorId: 'busbar', messageId: 'FactoryReset' },
    });
    if (reset.kind !== 'call') throw new Error('nothing to send');
    await reset.concluded?.('rejected');
    await reset.concluded?.('failed');
    expect(told).toEqual([]);
    await reset.concluded?.('accepted');
    expect(told).toEqual(['reset']);
  });

  it('NB-74: the test is named as the product names it; an answer without a result records nothing', async () => {
    const { told, call } = stage(new Map());
    const quirks = { residualCurrentTest: { vendorId: 'nordlys', messageId: 'RcdTest' } };
    const test = await call({ action: 'test-residual-current-device', connector: 2 }, quirks);
    expect(test).toMatchObject({
      payload: { vendorId: 'nordlys', messageId: 'RcdTest', data: '{"connector":2}' },
    });
    if (test.kind !== 'call') throw new Error('nothing to send');
    expect(await test.explain?.({ status: 'Accepted' })).toContain('nothing was recorded');
    expect(told).toEqual([]);
    const answer = { data: '{"result":"failed","current_mA":30}' };
    expect(await test.explain?.(answer)).toContain('failed');
    expect(told).toEqual([[2, { passed: false, trip_ms: null, current_mA: 30 }]]);
  });

  it('NB-89: name and passphrase before the medium, in the keys of the product; the passphrase is gone once it was sent', async () => {
    const kept = new Map([[passphraseId, 'hunter2hunter2']]);
    const { call } = stage(kept);
    const network = { mediumKey: 'NetMode', ssidKey: 'WifiName', passphraseKey: 'WifiKey' };
    const set = await call(
      { action: 'set-network', medium: 'wifi', ssid: 'Garage', passphraseId },
      { network },
    );
    if (set.kind !== 'call') throw new Error('nothing to send');
    expect([set.payload, ...(set.followedBy ?? []).map(({ payload }) => payload)]).toEqual([
      { key: 'WifiName', value: 'Garage' },
      { key: 'WifiKey', value: 'hunter2hunter2' },
      { key: 'NetMode', value: 'wifi' },
    ]);
    expect(kept.size).toBe(1);
    await set.concluded?.('failed');
    expect(kept.size).toBe(0);
    expect(await call({ action: 'set-network', medium: 'wifi', ssid: 'Garage', passphraseId })).toMatchObject(
      {
        kind: 'unsupported',
      },
    );
  });

  it('NB-64: another medium needs its name alone', async () => {
    const { call } = stage(new Map());
    expect(await call({ action: 'set-network', medium: 'mobile' })).toMatchObject({
      payload: { key: 'Medium', value: 'mobile' },
      followedBy: [],
    });
  });
});
