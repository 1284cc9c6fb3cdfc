import type { Connector } from './connector.js';

export interface Reading {
  readonly measurand: string;
  readonly value: number;
  readonly unit: string;
  /** Null: the outlet as a whole. */
  readonly phase: string | null;
  /** Digits after the point that the meter shows. */
  readonly digits: number;
}

const lines = ['L1', 'L2', 'L3'] as const;

/**
 * What an outlet's meter shows now. Phases are the charger's own terminals; a single-phase charger and one between two
 * lines have only terminal L1.
 */
export function readMeter(connector: Connector, measurands: readonly string[]): Reading[] {
  const terminals = connector.wired.wiring.kind === 'three-phase' ? lines : lines.slice(0, 1);
  const perTerminal = (measurand: string, unit: string, at: (index: number) => number): Reading[] =>
    terminals.map((phase, index) => ({
      measurand,
      value: at(index),
      unit,
      phase: measurand === 'Voltage' && terminals.length === 3 ? `${phase}-N` : phase,
      digits: 2,
    }));
  const single = (measurand: string, unit: string, value: number): Reading[] => [
    { measurand, value, unit, phase: null, digits: 1 },
  ];
  const current_A = connector.car?.current_A ?? 0;
  const all: Record<string, () => Reading[]> = {
    'Current.Import': () =>
      perTerminal('Current.Import', 'A', (index) => (index < connector.phases ? current_A : 0)),
    Voltage: () => perTerminal('Voltage', 'V', () => connector.voltage_V),
    'Power.Active.Import': () => single('Power.Active.Import', 'W', connector.power_W),
    'Energy.Active.Import.Register': () => single('Energy.Active.Import.Register', 'Wh', connector.energy_Wh),
    'Current.Offered': () => single('Current.Offered', 'A', connector.offer.limit_A),
  };
  return measurands.flatMap((name) => all[name]?.() ?? []);
}

/** The measurands this meter knows. */
export const knownMeasurands = [
  'Current.Import',
  'Voltage',
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'Current.Offered',
] as const;
