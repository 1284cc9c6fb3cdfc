import type { MeterSampled } from '#libs/devices/device-event.js';
import { deviceTimeOf } from '../ocppj/device-time.js';
import {
  atTerminals,
  energyRegister,
  meterSample,
  terminalOf,
  type MeasuredLine,
} from '../ocppj/measured-lines.js';
import type { MeterValuesRequest, SampledValue } from './payloads.js';

export interface TimedSample {
  readonly deviceTime: number;
  readonly event: MeterSampled;
}

/** OCPP 1.6 7.31: energy is in Wh and power in W unless the unit says otherwise. */
const prefix: Readonly<Record<string, number>> = { kW: 1_000, kWh: 1_000, kVA: 1_000 };

function linesOf(samples: readonly SampledValue[], measurand: string): MeasuredLine[] {
  const lines: MeasuredLine[] = [];
  for (const sample of samples) {
    if ((sample.measurand ?? energyRegister) !== measurand) continue;
    if (sample.format === 'SignedData' || !atTerminals(sample.location)) continue;
    const terminal = terminalOf(sample.phase);
    const value = sample.value.trim() === '' ? Number.NaN : Number(sample.value);
    if (terminal === undefined || !Number.isFinite(value)) continue;
    lines.push({ terminal, value: value * (prefix[sample.unit ?? ''] ?? 1) });
  }
  return lines;
}

/** OCPP 1.6 6.31: one event per MeterValue, each with its own time; entries with nothing we know are left out. */
export function meterSamples(
  request: Omit<MeterValuesRequest, 'transactionId'> & { readonly transactionId?: number | undefined },
  receivedAt: number,
): TimedSample[] {
  const transactionId =
    request.transactionId !== undefined &&
    request.transactionId >= 1 &&
    request.transactionId <= 2_147_483_647
      ? request.transactionId
      : null;
  return request.meterValue.flatMap((entry) => {
    const event = meterSample({ connector: request.connectorId, transactionId }, (measurand) =>
      linesOf(entry.sampledValue, measurand),
    );
    return event ? [{ deviceTime: deviceTimeOf(entry.timestamp, receivedAt), event }] : [];
  });
}
