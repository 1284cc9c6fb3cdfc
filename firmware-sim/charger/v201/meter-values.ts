import type { Connector } from '../connector.js';
import { readMeter } from '../meter-readings.js';

export type ReadingContext201 =
  'Sample.Periodic' | 'Sample.Clock' | 'Transaction.Begin' | 'Transaction.End' | 'Trigger';

/** OCPP 2.0.1 MeterValueType of an EVSE now; null when none of the measurands is known. */
export function meterValue201(
  connector: Connector,
  now_ms: number,
  measurands: readonly string[],
  context: ReadingContext201,
): object | null {
  const sampledValue = readMeter(connector, measurands).map(({ measurand, value, unit, phase, digits }) => ({
    value: Number(value.toFixed(digits)),
    context,
    measurand,
    unitOfMeasure: { unit },
    ...(phase !== null && { phase }),
  }));
  return sampledValue.length === 0 ? null : { timestamp: new Date(now_ms).toISOString(), sampledValue };
}
