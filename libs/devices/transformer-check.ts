import type { PerPhase } from '#libs/units/phases.js';

/** What the readings of a balancer say of how its current transformers are mounted. */
export const findingCodes = [
  'transformer-reversed',
  'transformers-swapped',
  'transformer-ratio',
  'installation-plausible',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** How much current changed between two moments at which nothing moved: what the chargers say, and what the meter says. */
export interface Step {
  readonly chargers_A: PerPhase;
  readonly meter_A: PerPhase;
}

const texts: Readonly<Record<FindingCode, string>> = {
  'transformer-reversed':
    'A current transformer sits the wrong way round: turn it, or have the load balancer turn its sign. With solar panels, set the solar terminal instead.',
  'transformers-swapped':
    'Current transformers sit on the wrong lines: put each on the line its terminal is named after, or correct the phase rotation of the charger.',
  'transformer-ratio':
    'The load balancer sees a different current than the chargers take: set the ratio that is printed on the current transformers, and check that they clasp the supply of the chargers.',
  'installation-plausible': 'What the load balancer sees agrees with what the chargers take.',
};
export const findingText = (code: FindingCode): string => texts[code];
export const isFindingCode = (code: string): code is FindingCode =>
  (findingCodes as readonly string[]).includes(code);

/** Fewer steps may be an appliance that happened to switch. */
const fewestSteps = 4;
/** Share of the change that the best explanation may leave unexplained: other loads switch too. */
const tolerated = 0.3;
/** Explanations this close to the best one count as equally good, as a share of what there is to explain. */
const tie = 0.15;
/** Meters and chargers disagree by some per cent, and cars ramp while they are measured. */
const plausibleRatio = { lowest: 0.7, highest: 1.4 };

interface Explanation {
  /** Line of the chargers that the clamp named after line i sits on. */
  readonly lines: readonly [number, number, number];
  readonly signs: PerPhase;
  readonly ratio: number;
  readonly unexplained_A2: number;
}

const permutations = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const signPatterns: readonly PerPhase[] = [1, -1].flatMap((l1) =>
  [1, -1].flatMap((l2) => [1, -1].map((l3): PerPhase => [l1, l2, l3])),
);
const lineNames = ['L1', 'L2', 'L3'] as const;

const square = (values: PerPhase): number => values.reduce((sum, value) => sum + value * value, 0);

/**
 * The finding that the steps prove, or null while they prove none. Every way to mount the clamps is held against the
 * steps; a fault is told only when no way without it explains them about as well, so balanced three-phase charging, which
 * looks the same on every line, never tells swapped lines.
 */
export function judge(told: readonly Step[]): Finding | null {
  if (told.length < fewestSteps) return null;
  const steps = told.map(alike);
  const meter_A2 = steps.reduce((sum, { meter_A }) => sum + square(meter_A), 0);
  const chargers_A2 = steps.reduce((sum, { chargers_A }) => sum + square(chargers_A), 0);
  if (meter_A2 < plausibleRatio.lowest ** 2 * tolerated * chargers_A2)
    return ratioFinding(Math.sqrt(meter_A2 / chargers_A2));
  const explanations = explain(steps);
  const best = Math.min(...explanations.map(({ unexplained_A2 }) => unexplained_A2));
  if (best > tolerated * meter_A2) return null;
  const close = explanations.filter(({ unexplained_A2 }) => unexplained_A2 <= best + tie * meter_A2);

  const always = (holds: (explanation: Explanation, line: number) => boolean): string =>
    lineNames.filter((_name, line) => close.every((each) => holds(each, line))).join(', ');
  const reversed = always(({ signs }, line) => signs[line] === -1);
  if (reversed !== '')
    return { code: 'transformer-reversed', detail: { lines: reversed, evidence: 'charging' } };
  if (close.every(({ signs }) => signs.includes(-1))) return null;
  const swapped = always(({ lines }, line) => lines[line] !== line);
  if (swapped !== '') return { code: 'transformers-swapped', detail: { lines: swapped } };
  const plain = close.find(isPlain);
  if (!plain) return null;
  const { lowest, highest } = plausibleRatio;
  return plain.ratio < lowest || plain.ratio > highest
    ? ratioFinding(plain.ratio)
    : { code: 'installation-plausible', detail: { measuredShare: rounded(plain.ratio) } };
}

/** Every step counts the same, however large: one big car must not drown what the small ones say of another line. */
function alike({ chargers_A, meter_A }: Step): Step {
  const largest = Math.max(...chargers_A.map(Math.abs));
  const scaled = ([l1, l2, l3]: PerPhase): PerPhase => [l1 / largest, l2 / largest, l3 / largest];
  return { chargers_A: scaled(chargers_A), meter_A: scaled(meter_A) };
}

const ratioFinding = (ratio: number): Finding => ({
  code: 'transformer-ratio',
  detail: { measuredShare: rounded(ratio) },
});
const rounded = (ratio: number): number => Math.round(ratio * 100) / 100;

const isPlain = ({ lines, signs }: Explanation): boolean =>
  lines.every((line, index) => line === index) && signs.every((sign) => sign === 1);

function explain(steps: readonly Step[]): Explanation[] {
  return permutations.flatMap((lines) =>
    signPatterns.flatMap((signs) => {
      const expected = steps.map(({ chargers_A }): PerPhase => [
        signs[0] * (chargers_A[lines[0]] ?? 0),
        signs[1] * (chargers_A[lines[1]] ?? 0),
        signs[2] * (chargers_A[lines[2]] ?? 0),
      ]);
      const ratio = fit(steps, expected);
      if (ratio <= 0) return [];
      const unexplained_A2 = steps.reduce(
        (sum, { meter_A }, index) => sum + distance_A2(meter_A, expected[index] ?? [0, 0, 0], ratio),
        0,
      );
      return [{ lines, signs, ratio, unexplained_A2 }];
    }),
  );
}

/** The one factor for all lines that brings what was expected closest to what was measured. */
function fit(steps: readonly Step[], expected: readonly PerPhase[]): number {
  let product = 0;
  let energy = 0;
  steps.forEach(({ meter_A }, index) => {
    const at = expected[index] ?? [0, 0, 0];
    product += meter_A[0] * at[0] + meter_A[1] * at[1] + meter_A[2] * at[2];
    energy += square(at);
  });
  return energy === 0 ? 0 : product / energy;
}

const distance_A2 = (meter: PerPhase, expected: PerPhase, ratio: number): number =>
  square([meter[0] - ratio * expected[0], meter[1] - ratio * expected[1], meter[2] - ratio * expected[2]]);
