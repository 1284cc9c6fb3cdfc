import { GoldenWorld, type Sent } from './golden-world.js';
import type { Golden, GoldenExpectation, GoldenRange } from './golden.js';

type Period = Extract<GoldenExpectation, { from_s: number }>;
type Instant = Extract<GoldenExpectation, { at_s: number }>;

/** Looks at the world after every tick; answers what it finds wrong once it is over. */
interface Watch {
  look(world: GoldenWorld, second: number): void;
  findings(): readonly string[];
}

const tolerance_A = 1e-6;

/** Runs a golden; answers what differs, one sentence each, and then what was sent. Empty when all is as expected. */
export function runGolden(golden: Golden): readonly string[] {
  const world = new GoldenWorld(golden);
  const watches = golden.expect.map((each) => ('at_s' in each ? watchInstant(each) : watchPeriod(each)));
  const end_s = Math.max(...golden.expect.map((each) => ('at_s' in each ? each.at_s : each.to_s)));
  while (world.second <= end_s) {
    const { second } = world;
    world.tick();
    for (const watch of watches) watch.look(world, second);
  }
  const differences = watches.flatMap((watch) => watch.findings());
  return differences.length === 0 ? [] : [...differences, 'What was sent:', ...changes(world.sent)];
}

function watchInstant(expected: Instant): Watch {
  const differences: string[] = [];
  let seen = false;
  return {
    look(world, second) {
      if (second !== expected.at_s) return;
      seen = true;
      for (const [key, range] of Object.entries(expected.limits_A ?? {})) {
        const got = limitOf(world, key, second);
        if (!inside(got, range))
          differences.push(`at ${second} s ${key} follows ${got} A, expected ${describe(range)} A`);
      }
      for (const [key, reason] of Object.entries(expected.reasons ?? {})) {
        const last = world.sent.findLast((sent) => sent.key === key && sent.decision.transactionId !== null);
        const got = last ? reasonText(last) : 'none';
        if (got !== reason)
          differences.push(`at ${second} s the reason of ${key} is "${got}", expected "${reason}"`);
      }
    },
    findings: () => (seen ? differences : [`no tick falls on second ${expected.at_s}`]),
  };
}

function watchPeriod(expected: Period): Watch {
  const span = `from ${expected.from_s} s to ${expected.to_s} s`;
  const worst = new Map<string, string>();
  const last_A = new Map<string, number>();
  const count = {
    changes: new Map<string, number>(),
    pauses: new Map<string, number>(),
    switches: new Map<string, number>(),
  };
  const switchedBefore = new Map<string, number>();
  const note = (what: string, text: string): void => {
    // The first instant at which something is wrong says most.
    if (!worst.has(what)) worst.set(what, text);
  };
  const follow = (key: string, limit_A: number): void => {
    const before_A = last_A.get(key);
    last_A.set(key, limit_A);
    if (before_A === undefined || before_A === limit_A) return;
    count.changes.set(key, (count.changes.get(key) ?? 0) + 1);
    if (limit_A === 0) count.pauses.set(key, (count.pauses.get(key) ?? 0) + 1);
  };
  return {
    look(world, second) {
      if (second < expected.from_s || second > expected.to_s) return;
      for (const [key, charger] of world.chargers) {
        follow(key, limitOf(world, key, second));
        if (!switchedBefore.has(key)) switchedBefore.set(key, charger.switches);
        count.switches.set(key, charger.switches - switchedBefore.get(key)!);
      }
      for (const [key, range] of Object.entries(expected.limits_A ?? {})) {
        const got = last_A.get(key) ?? Number.NaN;
        if (!inside(got, range))
          note(
            `${key} limit`,
            `at ${second} s ${key} follows ${got} A, expected ${describe(range)} A ${span}`,
          );
      }
      for (const [key, range] of Object.entries(expected.draws_A ?? {})) {
        const got = world.chargers.get(key)?.draw_A(second * 1_000) ?? Number.NaN;
        if (!inside(got, range))
          note(`${key} draw`, `at ${second} s ${key} draws ${got} A, expected ${describe(range)} A ${span}`);
      }
      for (const [node, atMost_A] of Object.entries(expected.lines_A ?? {}))
        world.lines_A(node).forEach((got, line) => {
          if (got > atMost_A[line]! + tolerance_A)
            note(
              `${node} L${line + 1}`,
              `at ${second} s ${node} carries ${got.toFixed(2)} A on L${line + 1}, expected at most ${atMost_A[line]} A ${span}`,
            );
        });
    },
    findings() {
      for (const kind of ['changes', 'pauses', 'switches'] as const)
        for (const [key, range] of Object.entries(expected[kind] ?? {})) {
          const got = last_A.has(key) ? (count[kind].get(key) ?? 0) : Number.NaN;
          if (!inside(got, range))
            note(`${key} ${kind}`, `${key} has ${got} ${kind} ${span}, expected ${describe(range)}`);
        }
      return [...worst.values()];
    },
  };
}

const limitOf = (world: GoldenWorld, key: string, second: number): number =>
  world.chargers.get(key)?.limit_A(second * 1_000) ?? Number.NaN;

const inside = (got: number, range: GoldenRange): boolean =>
  typeof range === 'number'
    ? Math.abs(got - range) <= tolerance_A
    : got >= (range.atLeast ?? -Infinity) - tolerance_A && got <= (range.atMost ?? Infinity) + tolerance_A;

function describe(range: GoldenRange): string {
  if (typeof range === 'number') return String(range);
  const { atLeast, atMost } = range;
  if (atLeast === undefined) return `at most ${atMost}`;
  return atMost === undefined ? `at least ${atLeast}` : `${atLeast} to ${atMost}`;
}

const reasonText = ({ decision: { reason } }: Sent): string =>
  [reason.code, reason.nodeId, reason.phase].filter((part) => part !== null).join(' ');

/** One line per limit that differs from the one before it; renewals say nothing new. */
function changes(sent: readonly Sent[]): readonly string[] {
  const before = new Map<string, string>();
  return sent.flatMap((each) => {
    const { key, at_s, decision } = each;
    const slot = `${key} ${decision.transactionId === null}`;
    const lines = decision.numberPhases === null ? '' : ` on ${decision.numberPhases}`;
    const text = `${decision.current_A} A${lines} (${decision.kind}, ${reasonText(each)})`;
    const same = before.get(slot) === `${decision.current_A}${lines}`;
    before.set(slot, `${decision.current_A}${lines}`);
    return same ? [] : [`  ${at_s.toFixed(1).padStart(7)} s  ${key}  ${text}`];
  });
}
