import { describe, expect, it } from '@jest/globals';
import { meterSamples } from './meter-values.js';
import type { SampledValue } from './payloads.js';

const at = '2026-01-05T08:00:00Z';
const one = (...sampledValue: SampledValue[]) =>
  meterSamples({ connectorId: 2, transactionId: 9, meterValue: [{ timestamp: at, sampledValue }] }, 1)[0]
    ?.event;
const current = (value: string, phase?: string): SampledValue => ({
  value,
  measurand: 'Current.Import',
  unit: 'A',
  ...(phase === undefined ? {} : { phase }),
});

describe('OCPP 1.6 6.31 MeterValues -> meter-sample', () => {
  it.each([
    ['lines by name', [current('6', 'L1'), current('7', 'L2'), current('8', 'L3')], [6, 7, 8]],
    ['lines against neutral', [current('6', 'L1-N'), current('8', 'L3-N')], [6, 0, 8]],
    ['a single value without phase is terminal 1', [current('6.5')], [6.5, 0, 0]],
    ['named lines beat the value without phase', [current('20'), current('6', 'L2')], [0, 6, 0]],
    ['the neutral and line-to-line values are no terminal', [current('1', 'N'), current('2', 'L1-L2')], null],
    ['values that are no number are left out', [current(''), current('NaN', 'L1')], null],
  ])('current: %s', (_name, values, expected) => {
    // An energy register keeps the sample alive where no current could be read.
    expect(one({ value: '1' }, ...values)?.current_A).toEqual(expected);
  });

  it('7.31: no measurand is the import register; kWh and kW are a thousand', () => {
    expect(one({ value: '12.5', unit: 'kWh' })?.energy_Wh).toBe(12_500);
    expect(one({ value: '7.4', unit: 'kW', measurand: 'Power.Active.Import' })?.power_W).toBe(7_400);
  });

  it('power of the lines is summed unless the whole is given', () => {
    const power = (value: string, phase?: string) => ({
      ...current(value, phase),
      measurand: 'Power.Active.Import',
      unit: 'W',
    });
    expect(one(power('100', 'L1'), power('200', 'L2'))?.power_W).toBe(300);
    expect(one(power('310'), power('100', 'L1'), power('200', 'L2'))?.power_W).toBe(310);
  });

  it('exported power is negative', () => {
    expect(one({ value: '3', unit: 'kW', measurand: 'Power.Active.Export' })?.power_W).toBe(-3_000);
  });

  it('readings from inside the car and signed data are not the terminals', () => {
    expect(one({ ...current('9'), location: 'EV' })).toBeUndefined();
    expect(one({ value: 'AB12', format: 'SignedData' })).toBeUndefined();
  });

  it('each entry becomes its own event with its own time, empty ones none', () => {
    const samples = meterSamples(
      {
        connectorId: 1,
        meterValue: [
          { timestamp: '1970-01-01T00:00:01Z', sampledValue: [current('6')] },
          { timestamp: at, sampledValue: [{ value: '40', measurand: 'SoC', unit: 'Percent' }] },
          { timestamp: '2026-13-45T08:00:00Z', sampledValue: [current('7')] },
        ],
      },
      555,
    );
    expect(samples.map((sample) => [sample.deviceTime, sample.event.current_A])).toEqual([
      [1_000, [6, 0, 0]],
      [555, [7, 0, 0]],
    ]);
  });

  it.each([
    [undefined, null],
    [0, null],
    [-1, null],
    [2_147_483_648, null],
    [5, 5],
  ])('transaction id %p is %p', (transactionId, expected) => {
    const [sample] = meterSamples(
      { connectorId: 1, transactionId, meterValue: [{ timestamp: at, sampledValue: [current('6')] }] },
      1,
    );
    expect(sample?.event.transactionId).toBe(expected);
  });
});
