/** The lines of a three-phase supply, in the order every triple in Busbar uses. */
export const phases = ['L1', 'L2', 'L3'] as const;
export type Phase = (typeof phases)[number];

/** One number per line: [L1, L2, L3]. The unit is in the name of the field that holds it. */
export type PerPhase = readonly [number, number, number];

export const phaseIndex = (phase: Phase): 0 | 1 | 2 => (phase === 'L1' ? 0 : phase === 'L2' ? 1 : 2);
