import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import { schemasOf } from './schema.js';
import { tolerances, tolerate, type Tolerance } from './tolerance.js';

const schemas = schemasOf('ocpp1.6');
const all = new Set<Tolerance>(tolerances);
const boot = { chargePointVendor: 'Nordlys', chargePointModel: 'One' };
const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
const start = { connectorId: 1, idTag: 'A', meterStart: 5, timestamp: '2026-01-05T08:00:00Z' };
const meter = (sample: object) => ({
  connectorId: 1,
  meterValue: [{ timestamp: '2026-01-05T08:00:00Z', sampledValue: [sample] }],
});

describe('what is put right in a message that breaks its schema', () => {
  it.each<[Tolerance, string, object, string, object]>([
    ['drop-unknown', 'BootNotification', { ...boot, colour: 'red' }, '', boot],
    [
      'truncate',
      'BootNotification',
      { ...boot, firmwareVersion: 'x'.repeat(60) },
      'firmwareVersion',
      { ...boot, firmwareVersion: 'x'.repeat(50) },
    ],
    ['drop-empty', 'StatusNotification', { ...status, timestamp: '' }, 'timestamp', status],
    ['drop-empty', 'BootNotification', { ...boot, iccid: null }, 'iccid', boot],
    ['drop-bad-optional', 'StatusNotification', { ...status, timestamp: 'soon' }, 'timestamp', status],
    [
      'drop-bad-optional',
      'MeterValues',
      meter({ value: '1', context: 'Lunch' }),
      'meterValue/sampledValue/context',
      meter({ value: '1' }),
    ],
    ['coerce', 'StartTransaction', { ...start, meterStart: '5' }, 'meterStart', start],
    [
      'coerce',
      'MeterValues',
      meter({ value: 15.8 }),
      'meterValue/sampledValue/value',
      meter({ value: '15.8' }),
    ],
    [
      'loose-date',
      'StartTransaction',
      { ...start, timestamp: '2026-01-05T09:00+0100' },
      'timestamp',
      { ...start, timestamp: '2026-01-05T08:00:00.000Z' },
    ],
    [
      'loose-date',
      'StartTransaction',
      { ...start, timestamp: '2026-01-05 08:00:00,000' },
      'timestamp',
      { ...start, timestamp: '2026-01-05T08:00:00.000Z' },
    ],
  ])('%s: %s %j', (tolerance, action, payload, path, wanted) => {
    const sent = structuredClone(payload);
    expect(tolerate(schemas, action, payload, new Set([tolerance]))).toEqual({
      ok: true,
      payload: wanted,
      deviations: [{ tolerance, path }],
    });
    // What was sent stays as it was, and without this tolerance it is refused.
    expect(payload).toEqual(sent);
    const others = new Set(tolerances.filter((other) => other !== tolerance));
    const without = tolerate(schemas, action, payload, others);
    if (tolerance !== 'drop-empty') expect(without.ok).toBe(false);
  });

  it.each<[string, string, object]>([
    ['a required field that is missing', 'StartTransaction', { ...start, idTag: undefined }],
    ['a required field with a wrong value', 'StatusNotification', { ...status, status: 'Flying' }],
    ['a token that is too long: cut, it would be another', 'Authorize', { idTag: 'x'.repeat(21) }],
    ['a token sent as a number: its leading zeros are gone', 'Authorize', { idTag: 7 }],
    ['a date nobody can read', 'StartTransaction', { ...start, timestamp: 'yesterday' }],
    ['a number that is none', 'StartTransaction', { ...start, meterStart: 'much' }],
  ])('%s is refused', (_name, action, payload) => {
    const refusal = schemas.checkRequest(action, JSON.parse(JSON.stringify(payload)));
    expect(tolerate(schemas, action, JSON.parse(JSON.stringify(payload)), all)).toEqual({
      ok: false,
      refusal,
    });
    expect(refusal).not.toBeNull();
  });

  const at = '2026-01-05T08:00:00Z';
  const good = { value: '5', measurand: 'Voltage' };
  it.each([{ unit: 'Furlong' }, { measurand: 'Current.Imported' }, { phase: 'L4' }, { location: 'Moon' }])(
    'OCPP 1.6 7.31: a reading of nobody knows what (%j) is left out, never read as energy',
    (meaning) => {
      const bad = { value: '1', ...meaning };
      const meterValue = [
        { timestamp: at, sampledValue: [good, bad] },
        { timestamp: at, sampledValue: [bad] },
      ];
      expect(tolerate(schemas, 'MeterValues', { connectorId: 1, meterValue }, all)).toMatchObject({
        ok: true,
        payload: { connectorId: 1, meterValue: [{ timestamp: at, sampledValue: [good] }] },
        deviations: [{ tolerance: 'drop-bad-optional' }, { tolerance: 'drop-bad-optional' }],
      });
    },
  );

  it('OCPP 2.0.1 J02: a transaction event outlives readings that nobody can read', () => {
    const event = {
      eventType: 'Ended',
      timestamp: at,
      triggerReason: 'EVDeparted',
      seqNo: 3,
      transactionInfo: { transactionId: 'T' },
    };
    const read = (...sampledValue: object[]) =>
      tolerate(
        schemasOf('ocpp2.0.1'),
        'TransactionEvent',
        { ...event, meterValue: [{ timestamp: at, sampledValue }] },
        all,
      );
    const bad = { value: 16, measurand: 'Current.Imported' };
    expect(read(bad)).toMatchObject({ ok: true, payload: event });
    expect(read(bad)).not.toHaveProperty('payload.meterValue');
    const unit = { value: 1, unitOfMeasure: { unit: 'kWh', multiplier: 'much' } };
    expect(read({ value: 7 }, unit)).toHaveProperty('payload.meterValue', [
      { timestamp: at, sampledValue: [{ value: 7 }] },
    ]);
  });

  it('several mistakes are all put right and all counted', () => {
    const payload = { ...boot, iccid: '', colour: 'red', firmwareVersion: 7 };
    expect(tolerate(schemas, 'BootNotification', payload, all)).toMatchObject({
      ok: true,
      payload: { ...boot, firmwareVersion: '7' },
      deviations: expect.arrayContaining([expect.objectContaining({ tolerance: 'coerce' })]),
    });
  });

  it('a message full of mistakes is refused after so many', () => {
    const strange = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`field${index}`, index]));
    expect(tolerate(schemas, 'BootNotification', { ...boot, ...strange }, all).ok).toBe(false);
  });

  it('whatever comes: what is let through conforms, and letting it through again changes nothing', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('', null, 'x'.repeat(99), 1.05));
    const key = fc.constantFrom('connectorId', 'idTag', 'meterStart', 'timestamp', 'status', 'info', 'x');
    fc.assert(
      fc.property(
        fc.constantFrom(...schemas.actions),
        fc.oneof(fc.dictionary(key, value), value),
        (action, payload) => {
          const result = tolerate(schemas, action, payload, all);
          if (!result.ok) return;
          expect(schemas.checkRequest(action, result.payload)).toBeNull();
          expect(tolerate(schemas, action, result.payload, all)).toMatchObject({ deviations: [] });
        },
      ),
      { numRuns: propertyRuns(1_000) },
    );
  });
});
