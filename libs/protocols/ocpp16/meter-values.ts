import type { MeterSampled } from '#libs/devices/device-event.js';
import type { PerPhase } from '#libs/units/phases.js';
import { deviceTimeOf } from '../ocppj/device-time.js';
import type { MeterValue, MeterValuesRequest, SampledValue } from './payloads.js';

export interface TimedSample {
  readonly deviceTime: number;
  readonly event: MeterSampled;
}

/** OCPP 1.6 7.31: a sampled value without measurand is the import energy register, in Wh unless it says otherwise. */
const defaultMeasurand = 'Energy.Active.Import.Register';

/** Readings taken inside the car or from a cable sensor are not the charger's terminals. */
const atTerminals = (sample: SampledValue): boolean =>
  sample.location === undefined || sample.location === 'Outlet' || sample.location === 'Cable';

/** `L2`, `L2-N` -> 1; no phase -> null; between two lines, or N -> undefined (not a terminal's own value). */
function terminalOf(phase: string | undefined): 0 | 1 | 2 | null | undefined {
  if (phase === undefined) return null;
  if (phase === 'L1' || phase === 'L1-N') return 0;
  if (phase === 'L2' || phase === 'L2-N') return 1;
  if (phase === 'L3' || phase === 'L3-N') return 2;
  return undefined;
}

const prefix: Readonly<Record<string, number>> = { kW: 1_000, kWh: 1_000, kVA: 1_000 };

interface Line {
  readonly terminal: 0 | 1 | 2 | null;
  readonly value: number;
}

function linesOf(samples: readonly SampledValue[], measurand: string): Line[] {
  const lines: Line[] = [];
  for (const sample of samples) {
    if ((sample.measurand ?? defaultMeasurand) !== measurand) continue;
    if (sample.format === 'SignedData' || !atTerminals(sample)) continue;
    const terminal = terminalOf(sample.phase);
    const value = sample.value.trim() === '' ? Number.NaN : Number(sample.value);
    if (terminal === undefined || !Number.isFinite(value)) continue;
    lines.push({ terminal, value: value * (prefix[sample.unit ?? ''] ?? 1) });
  }
  return lines;
}

/** One value per terminal; a value without phase stands on terminal 1 when no line is named beside it. */
function perTerminal(lines: readonly Line[]): PerPhase | null {
  if (lines.length === 0) return null;
  const named = lines.filter((line) => line.terminal !== null);
  const values: [number, number, number] = [0, 0, 0];
  for (const line of named.length > 0 ? named : lines) values[line.terminal ?? 0] = line.value;
  return values;
}

/** The whole: the value without phase when there is one, else the sum of the lines. */
function total(lines: readonly Line[]): number | null {
  if (lines.length === 0) return null;
  const whole = lines.find((line) => line.terminal === null);
  return whole ? whole.value : lines.reduce((sum, line) => sum + line.value, 0);
}

/** The strongest line: an offer is per line, so the greatest is what the car may draw. */
const greatest = (lines: readonly Line[]): number | null =>
  lines.length === 0 ? null : Math.max(...lines.map((line) => line.value));

const difference = (gained: number | null, given: number | null): number | null =>
  gained === null && given === null ? null : (gained ?? 0) - (given ?? 0);

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
    const event = sample(request.connectorId, transactionId, entry);
    return event ? [{ deviceTime: deviceTimeOf(entry.timestamp, receivedAt), event }] : [];
  });
}

function sample(connector: number, transactionId: number | null, entry: MeterValue): MeterSampled | null {
  const lines = (measurand: string) => linesOf(entry.sampledValue, measurand);
  const event: MeterSampled = {
    type: 'meter-sample',
    connector,
    transactionId,
    current_A: perTerminal(lines('Current.Import')),
    voltage_V: perTerminal(lines('Voltage')),
    power_W: difference(total(lines('Power.Active.Import')), total(lines('Power.Active.Export'))),
    energy_Wh: total(lines(defaultMeasurand)),
    offered_A: greatest(lines('Current.Offered')),
  };
  const empty =
    event.current_A === null &&
    event.voltage_V === null &&
    event.power_W === null &&
    event.energy_Wh === null &&
    event.offered_A === null;
  return empty ? null : event;
}
