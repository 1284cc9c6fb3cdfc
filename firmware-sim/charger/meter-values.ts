import type { Connector } from './connector.js';

interface SampledValue {
  readonly value: string;
  readonly context: 'Sample.Periodic' | 'Trigger';
  readonly measurand: string;
  readonly unit: string;
  readonly phase?: string;
}

const lines = ['L1', 'L2', 'L3'] as const;

/**
 * OCPP 1.6 7.33 MeterValue of a connector now. Phases are the charger's own terminals; a single-phase charger and one
 * between two lines have only terminal L1.
 */
export function meterValue(
  connector: Connector,
  now_ms: number,
  measurands: readonly string[],
  context: SampledValue['context'],
): object {
  const terminals = connector.wired.wiring.kind === 'three-phase' ? lines : lines.slice(0, 1);
  const perTerminal = (measurand: string, unit: string, at: (index: number) => number): SampledValue[] =>
    terminals.map((phase, index) => ({
      value: at(index).toFixed(2),
      context,
      measurand,
      unit,
      phase: measurand === 'Voltage' && terminals.length === 3 ? `${phase}-N` : phase,
    }));
  const single = (measurand: string, unit: string, value: number): SampledValue[] => [
    { value: value.toFixed(1), context, measurand, unit },
  ];
  const current_A = connector.car?.current_A ?? 0;
  const all: Record<string, () => SampledValue[]> = {
    'Current.Import': () =>
      perTerminal('Current.Import', 'A', (index) => (index < connector.phases ? current_A : 0)),
    Voltage: () => perTerminal('Voltage', 'V', () => connector.voltage_V),
    'Power.Active.Import': () => single('Power.Active.Import', 'W', connector.power_W),
    'Energy.Active.Import.Register': () => single('Energy.Active.Import.Register', 'Wh', connector.energy_Wh),
    'Current.Offered': () => single('Current.Offered', 'A', connector.offer.limit_A),
  };
  const sampledValue = measurands.flatMap((name) => all[name]?.() ?? []);
  return { timestamp: new Date(now_ms).toISOString(), sampledValue };
}
