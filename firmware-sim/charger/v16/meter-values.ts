import type { Connector } from '../connector.js';
import { readMeter } from '../meter-readings.js';

export type ReadingContext = 'Sample.Periodic' | 'Sample.Clock' | 'Trigger';

/** OCPP 1.6 7.33 MeterValue of a connector now; values are texts in this edition. */
export function meterValue(
  connector: Connector,
  now_ms: number,
  measurands: readonly string[],
  context: ReadingContext,
): object {
  const sampledValue = readMeter(connector, measurands).map(({ measurand, value, unit, phase, digits }) => ({
    value: value.toFixed(digits),
    context,
    measurand,
    unit,
    ...(phase !== null && { phase }),
  }));
  return { timestamp: new Date(now_ms).toISOString(), sampledValue };
}
