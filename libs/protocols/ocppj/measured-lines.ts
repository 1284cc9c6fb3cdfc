import type { MeterSampled } from '#libs/devices/device-event.js';
import type { PerPhase } from '#libs/units/phases.js';

/** One measured value at the charger's terminals: of one line, or of all (null). */
export interface MeasuredLine {
  readonly terminal: 0 | 1 | 2 | null;
  readonly value: number;
}

/** `L2`, `L2-N` -> 1; no phase -> null; between two lines, or N -> undefined (not a terminal's own value). */
export function terminalOf(phase: string | undefined): 0 | 1 | 2 | null | undefined {
  if (phase === undefined) return null;
  if (phase === 'L1' || phase === 'L1-N') return 0;
  if (phase === 'L2' || phase === 'L2-N') return 1;
  if (phase === 'L3' || phase === 'L3-N') return 2;
  return undefined;
}

/** Readings taken inside the car or from the grid side are not the charger's terminals. */
export const atTerminals = (location: string | undefined): boolean =>
  location === undefined || location === 'Outlet' || location === 'Cable';

/** One value per terminal; a value without phase stands on terminal 1 when no line is named beside it. */
function perTerminal(lines: readonly MeasuredLine[]): PerPhase | null {
  if (lines.length === 0) return null;
  const named = lines.filter((line) => line.terminal !== null);
  const values: [number, number, number] = [0, 0, 0];
  for (const line of named.length > 0 ? named : lines) values[line.terminal ?? 0] = line.value;
  return values;
}

/** The whole: the value without phase when there is one, else the sum of the lines. */
export function total(lines: readonly MeasuredLine[]): number | null {
  if (lines.length === 0) return null;
  const whole = lines.find((line) => line.terminal === null);
  return whole ? whole.value : lines.reduce((sum, line) => sum + line.value, 0);
}

/** The strongest line: an offer is per line, so the greatest is what the car may draw. */
const greatest = (lines: readonly MeasuredLine[]): number | null =>
  lines.length === 0 ? null : Math.max(...lines.map((line) => line.value));

const difference = (gained: number | null, given: number | null): number | null =>
  gained === null && given === null ? null : (gained ?? 0) - (given ?? 0);

/** What a sampled value without measurand is (OCPP 1.6 7.31, OCPP 2.0.1 SampledValueType). */
export const energyRegister = 'Energy.Active.Import.Register';

/** The sample that these lines make, in A, V, W and Wh; null when nothing we know is among them. */
export function meterSample(
  source: { readonly connector: number; readonly transactionId: number | null },
  lines: (measurand: string) => readonly MeasuredLine[],
): MeterSampled | null {
  const event: MeterSampled = {
    type: 'meter-sample',
    ...source,
    current_A: perTerminal(lines('Current.Import')),
    voltage_V: perTerminal(lines('Voltage')),
    power_W: difference(total(lines('Power.Active.Import')), total(lines('Power.Active.Export'))),
    energy_Wh: total(lines(energyRegister)),
    offered_A: greatest(lines('Current.Offered')),
  };
  const told = [event.current_A, event.voltage_V, event.power_W, event.energy_Wh, event.offered_A];
  return told.every((value) => value === null) ? null : event;
}
