import type { PerPhase } from '#libs/units/phases.js';
import { judge, type Finding, type Step } from './transformer-check.js';

/** A reading of the balancer; `at` in milliseconds since the epoch. */
export interface MeterReading {
  readonly at: number;
  readonly current_A: PerPhase;
  readonly power_W: number | null;
}

/** What a connector drew from `from` on, on the lines of the supply; `until` it is known to have drawn it. */
interface Stay {
  readonly current_A: PerPhase;
  readonly from: number;
  /** Infinite for a connector without a car. */
  readonly until: number;
}

/** A moment at which neither chargers nor meter moved. */
interface Rest {
  readonly chargers_A: PerPhase;
  readonly meter_A: PerPhase;
  readonly at: number;
}

/** What is known of one balancer and the chargers beneath it. Plain data; starts empty after every restart. */
export interface Evidence {
  readonly stays: ReadonlyMap<string, Stay>;
  readonly readings: readonly MeterReading[];
  readonly rest: Rest | null;
  /** The newest ones. */
  readonly steps: readonly Step[];
  /** What they prove. */
  readonly judged: Finding | null;
  /** Since when each line has been exporting without a solar terminal; null: it does not. */
  readonly exportingSince: readonly [number | null, number | null, number | null];
}

export const noEvidence: Evidence = {
  stays: new Map(),
  readings: [],
  rest: null,
  steps: [],
  judged: null,
  exportingSince: [null, null, null],
};

/** Samples of one connector this close say that it rests. */
const resting_A = 1;
/** A step must stand out of what appliances do all the time. */
const smallestStep_A = 4;
/** An old rest says nothing: the house went on living. */
const longestBetweenRests_ms = 180_000;
const keptReadings_ms = 120_000;
const keptSteps = 16;
/** Back-feeding below this is the error of a small current. */
const exporting_A = 1.5;
const exportProven_ms = 60_000;

/** A reading of the balancer. `solarTerminal` null: it did not say. */
export function takeReading(
  evidence: Evidence,
  reading: MeterReading,
  solarTerminal: boolean | null,
): Evidence {
  const readings = [...evidence.readings, reading].filter(({ at }) => at > reading.at - keptReadings_ms);
  const since = (line: 0 | 1 | 2): number | null =>
    solarTerminal === false && reading.current_A[line] < -exporting_A
      ? (evidence.exportingSince[line] ?? reading.at)
      : null;
  return { ...evidence, readings, exportingSince: [since(0), since(1), since(2)] };
}

/** What a connector draws on the lines of the supply, by its own meter. */
export function takeSample(evidence: Evidence, key: string, at: number, current_A: PerPhase): Evidence {
  const before = evidence.stays.get(key);
  const rests =
    before !== undefined &&
    before.until !== Infinity &&
    current_A.every((value, line) => Math.abs(value - (before.current_A[line] ?? 0)) <= resting_A);
  return settled({
    ...evidence,
    stays: new Map(evidence.stays).set(key, { current_A, from: rests ? before.from : at, until: at }),
  });
}

/** A car left: the connector draws nothing from now on. */
export const takeEnd = (evidence: Evidence, key: string, at: number): Evidence =>
  settled({
    ...evidence,
    stays: new Map(evidence.stays).set(key, { current_A: [0, 0, 0], from: at, until: Infinity }),
  });

/** What all of it proves at `at`; null: nothing yet. */
export function findingOf({ judged, exportingSince }: Evidence, at: number): Finding | null {
  const exporting = (['L1', 'L2', 'L3'] as const).filter((_name, line) => {
    const since = exportingSince[line] ?? null;
    return since !== null && at - since >= exportProven_ms;
  });
  if (exporting.length > 0)
    return {
      code: 'transformer-reversed',
      detail: { lines: exporting.join(', '), evidence: 'export-without-solar' },
    };
  return judged;
}

/** Compares the newest moment at which every connector rested with the one before. */
function settled(evidence: Evidence): Evidence {
  const stays = [...evidence.stays.values()];
  const from = Math.max(...stays.map((stay) => stay.from));
  const until = Math.min(...stays.map((stay) => stay.until));
  const inside = evidence.readings.filter(({ at }) => at > from && at < until);
  if (inside.length === 0) return evidence;
  const last = inside.at(-1)?.at ?? until;
  if (evidence.rest && last <= evidence.rest.at) return evidence;
  const rest: Rest = {
    chargers_A: sum(stays.map(({ current_A }) => current_A)),
    meter_A: mean(inside.map(({ current_A }) => current_A)),
    at: last,
  };
  const step = evidence.rest && stepBetween(evidence.rest, rest);
  if (!step) return { ...evidence, rest };
  const steps = [...evidence.steps, step].slice(-keptSteps);
  return { ...evidence, rest, steps, judged: judge(steps) };
}

function stepBetween(before: Rest, after: Rest): Step | null {
  if (after.at - before.at > longestBetweenRests_ms) return null;
  const chargers_A = difference(after.chargers_A, before.chargers_A);
  if (chargers_A.every((value) => Math.abs(value) < smallestStep_A)) return null;
  return { chargers_A, meter_A: difference(after.meter_A, before.meter_A) };
}

const add = (a: PerPhase, b: PerPhase): PerPhase => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const difference = (a: PerPhase, b: PerPhase): PerPhase => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const sum = (all: readonly PerPhase[]): PerPhase => all.reduce<PerPhase>(add, [0, 0, 0]);
const mean = (all: readonly PerPhase[]): PerPhase => {
  const [l1, l2, l3] = sum(all);
  return [l1 / all.length, l2 / all.length, l3 / all.length];
};
