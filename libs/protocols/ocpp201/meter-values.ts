import type { MeterSampled } from '#libs/devices/device-event.js';
import { deviceTimeOf } from '../ocppj/device-time.js';
import {
  atTerminals,
  energyRegister,
  meterSample,
  terminalOf,
  total,
  type MeasuredLine,
} from '../ocppj/measured-lines.js';
import type { MeterValue, SampledValue } from './payloads.js';

export interface TimedSample {
  readonly deviceTime: number;
  readonly event: MeterSampled;
}

/** Units of OCPP 2.0.1 appendix 2 in the house's own (A, V, W, Wh). */
const prefix: Readonly<Record<string, number>> = { kW: 1_000, kWh: 1_000, kVA: 1_000 };

/** OCPP 2.0.1 UnitOfMeasureType: the value is to be multiplied by ten to the power of the multiplier. */
function inHouseUnits({ value, unitOfMeasure }: SampledValue): number {
  const scale = (prefix[unitOfMeasure?.unit ?? ''] ?? 1) * 10 ** (unitOfMeasure?.multiplier ?? 0);
  return value * scale;
}

function linesOf(samples: readonly SampledValue[], measurand: string): MeasuredLine[] {
  const lines: MeasuredLine[] = [];
  for (const sample of samples) {
    if ((sample.measurand ?? energyRegister) !== measurand || !atTerminals(sample.location)) continue;
    const terminal = terminalOf(sample.phase);
    const value = inHouseUnits(sample);
    if (terminal !== undefined && Number.isFinite(value)) lines.push({ terminal, value });
  }
  return lines;
}

/** One event per MeterValue, each with its own time; entries with nothing we know are left out. OCPP 2.0.1 J01, J02. */
export function meterSamples(
  source: { readonly connector: number; readonly transactionId: number | null },
  meterValues: readonly MeterValue[],
  receivedAt: number,
): TimedSample[] {
  return meterValues.flatMap(({ timestamp, sampledValue }) => {
    const event = meterSample(source, (measurand) => linesOf(sampledValue, measurand));
    return event ? [{ deviceTime: deviceTimeOf(timestamp, receivedAt), event }] : [];
  });
}

/**
 * The first and the last import register among the values, Wh; those marked as the transaction's beginning and end
 * (ReadingContextEnumType) stand before those that merely come first or last. Null when there is none.
 */
export function registers(meterValues: readonly MeterValue[]): {
  readonly first_Wh: number | null;
  readonly last_Wh: number | null;
} {
  const readings = meterValues.flatMap(({ sampledValue }) => {
    const reading = total(linesOf(sampledValue, energyRegister));
    const contexts = new Set(sampledValue.map(({ context }) => context));
    return reading === null ? [] : [{ reading, contexts }];
  });
  const first = readings.find(({ contexts }) => contexts.has('Transaction.Begin')) ?? readings[0];
  const last = readings.findLast(({ contexts }) => contexts.has('Transaction.End')) ?? readings.at(-1);
  return { first_Wh: first?.reading ?? null, last_Wh: last?.reading ?? null };
}
