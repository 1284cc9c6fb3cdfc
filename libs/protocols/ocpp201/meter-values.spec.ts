import { describe, expect, it } from '@jest/globals';
import { schemasOf } from '../ocppj/schema.js';
import { meterSamples, registers } from './meter-values.js';
import type { MeterValue, SampledValue } from './payloads.js';

const at = '2026-01-05T08:00:00Z';
const source = { connector: 2, transactionId: 9 };
const entry = (...sampledValue: SampledValue[]): MeterValue => ({ timestamp: at, sampledValue });
const one = (...sampledValue: SampledValue[]) => meterSamples(source, [entry(...sampledValue)], 1)[0]?.event;
const current = (value: number, phase?: string): SampledValue => ({
  value,
  measurand: 'Current.Import',
  ...(phase === undefined ? {} : { phase }),
});

describe('OCPP 2.0.1 J01 MeterValues -> meter-sample', () => {
  it.each([
    ['lines by name', [current(6, 'L1'), current(7, 'L2'), current(8, 'L3')], [6, 7, 8]],
    ['lines against neutral', [current(6, 'L1-N'), current(8, 'L3-N')], [6, 0, 8]],
    ['a single value without phase is terminal 1', [current(6.5)], [6.5, 0, 0]],
    ['named lines beat the value without phase', [current(20), current(6, 'L2')], [0, 6, 0]],
    ['the neutral and line-to-line values are no terminal', [current(1, 'N'), current(2, 'L1-L2')], null],
  ])('current: %s', (_name, values, expected) => {
    expect(one({ value: 1 }, ...values)?.current_A).toEqual(expected);
  });

  it.each([
    [{ value: 12.5, unitOfMeasure: { unit: 'kWh' } }, 12_500],
    [{ value: 12_500, unitOfMeasure: { unit: 'Wh', multiplier: 0 } }, 12_500],
    [{ value: 12_500 }, 12_500],
    [{ value: 125, unitOfMeasure: { unit: 'Wh', multiplier: 2 } }, 12_500],
    [{ value: 125, unitOfMeasure: { unit: 'kWh', multiplier: -1 } }, 12_500],
  ])('UnitOfMeasureType: %j is %d Wh', (sample, expected) => {
    expect(one(sample)?.energy_Wh).toBeCloseTo(expected, 6);
  });

  it('an absurd multiplier is no value', () => {
    expect(one({ value: 1, unitOfMeasure: { multiplier: 400 } })).toBeUndefined();
  });

  it('power, voltage and offer', () => {
    const power = { measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'kW' } };
    expect(
      one(
        { value: 3.5, ...power, phase: 'L1' },
        { value: 0.5, ...power, phase: 'L2' },
        { value: 231, measurand: 'Voltage', phase: 'L1-N' },
        { value: 16, measurand: 'Current.Offered' },
      ),
    ).toEqual({
      type: 'meter-sample',
      connector: 2,
      transactionId: 9,
      current_A: null,
      voltage_V: [231, 0, 0],
      power_W: 4_000,
      energy_Wh: null,
      offered_A: 16,
    });
    expect(one({ value: 3_000, measurand: 'Power.Active.Export' })?.power_W).toBe(-3_000);
  });

  it.each(['EV', 'Inlet', 'Body'])('what is measured at %s is not the terminals', (location) => {
    expect(one({ ...current(9), location })).toBeUndefined();
  });

  it('each entry becomes its own event with its own time, empty ones none', () => {
    const entries = [
      { timestamp: '1970-01-01T00:00:01Z', sampledValue: [current(6)] },
      { timestamp: at, sampledValue: [{ value: 40, measurand: 'SoC' }] },
      { timestamp: '2026-06-30T23:59:60Z', sampledValue: [current(7)] },
    ];
    const samples = meterSamples(source, entries, 555);
    expect(samples.map(({ deviceTime, event }) => [deviceTime, event.current_A])).toEqual([
      [1_000, [6, 0, 0]],
      [555, [7, 0, 0]],
    ]);
  });

  it('what it reads is what the schema lets in', () => {
    const request = { evseId: 2, meterValue: [entry({ value: 1, unitOfMeasure: { multiplier: 2 } })] };
    for (const version of ['ocpp2.0.1', 'ocpp2.1'] as const)
      expect(schemasOf(version).checkRequest('MeterValues', request)).toBeNull();
  });
});

describe('registers of a transaction event (ReadingContextEnumType)', () => {
  it.each([
    ['none', [entry(current(6))], null, null],
    ['one is both', [entry({ value: 5 })], 5, 5],
    ['first and last in the list', [entry({ value: 5 }), entry({ value: 9 })], 5, 9],
    [
      'a register that rolled over is told as it is',
      [entry({ value: 99_999 }), entry({ value: 3 })],
      99_999,
      3,
    ],
    [
      'those marked as begin and end, wherever they stand',
      [
        entry({ value: 7 }),
        entry({ value: 9, context: 'Transaction.End' }),
        entry({ value: 5, context: 'Transaction.Begin' }),
      ],
      5,
      9,
    ],
    ['lines are summed', [entry({ value: 5, phase: 'L1' }, { value: 6, phase: 'L2' })], 11, 11],
  ])('%s', (_name, values, first_Wh, last_Wh) => {
    expect(registers(values)).toEqual({ first_Wh, last_Wh });
  });
});
