import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PerPhase } from '#libs/units/phases.js';
import { judge, type Step } from './transformer-check.js';

/** How the clamps are mounted: clamp i sits on line `lines[i]`, with this sign, and reads this share. */
interface Mounting {
  readonly lines: readonly [number, number, number];
  readonly signs: PerPhase;
  readonly ratio: number;
}
const right: Mounting = { lines: [0, 1, 2], signs: [1, 1, 1], ratio: 1 };
const measured = (chargers_A: PerPhase, { lines, signs, ratio }: Mounting, other_A: PerPhase): PerPhase => {
  const at = (line: 0 | 1 | 2): number =>
    signs[line] * ratio * ((chargers_A[lines[line]] ?? 0) + (other_A[lines[line]] ?? 0));
  return [at(0), at(1), at(2)];
};

const size = fc.oneof(
  fc.double({ min: 5, max: 32, noNaN: true }),
  fc.double({ min: -32, max: -5, noNaN: true }),
);
const noise = fc.double({ min: -0.8, max: 0.8, noNaN: true });
const others = fc.tuple(noise, noise, noise);
/** Cars on three lines at once: every line moves alike. */
const balanced = fc.array(fc.tuple(size, others), { minLength: 4, maxLength: 16 });
/** Single-phase cars, each line at least twice. */
const single = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 2), size, others), { maxLength: 10 })
  .chain((more) =>
    fc
      .tuple(fc.array(fc.tuple(size, others), { minLength: 6, maxLength: 6 }), fc.constant(more))
      .map(([first, rest]) => [
        ...first.map(([step, other], index) => [index % 3, step, other] as const),
        ...rest,
      ]),
  );
const onLine = (line: number, value: number): PerPhase => [
  line === 0 ? value : 0,
  line === 1 ? value : 0,
  line === 2 ? value : 0,
];
const balancedSteps = (entries: readonly (readonly [number, PerPhase])[], mounting: Mounting): Step[] =>
  entries.map(([value, other]) => {
    const chargers_A: PerPhase = [value, value, value];
    return { chargers_A, meter_A: measured(chargers_A, mounting, other) };
  });
const singleSteps = (entries: readonly (readonly [number, number, PerPhase])[], mounting: Mounting): Step[] =>
  entries.map(([line, value, other]) => {
    const chargers_A = onLine(line, value);
    return { chargers_A, meter_A: measured(chargers_A, mounting, other) };
  });
const signs = fc.constantFrom<PerPhase>([-1, 1, 1], [1, -1, 1], [1, 1, -1], [-1, -1, 1], [-1, -1, -1]);
const namesOf = (flags: readonly boolean[]): string =>
  ['L1', 'L2', 'L3'].filter((_name, line) => flags[line]).join(', ');

describe('NB-79: what the readings say of the current transformers', () => {
  it('clamps that sit right are never accused, whatever charges', () => {
    fc.assert(
      fc.property(balanced, single, (three, one) => {
        expect(judge(balancedSteps(three, right))?.code).toBe('installation-plausible');
        expect(judge(singleSteps(one, right))?.code).toBe('installation-plausible');
      }),
    );
  });

  it('a reversed clamp is found on exactly its line, with three-phase cars and with single-phase ones', () => {
    fc.assert(
      fc.property(balanced, single, signs, (three, one, turned) => {
        const mounting = { ...right, signs: turned };
        const expected = {
          code: 'transformer-reversed',
          detail: { lines: namesOf(turned.map((sign) => sign < 0)), evidence: 'charging' },
        };
        expect(judge(balancedSteps(three, mounting))).toEqual(expected);
        expect(judge(singleSteps(one, mounting))).toEqual(expected);
      }),
    );
  });

  it('swapped lines are found by single-phase cars, and never told from cars on all lines', () => {
    fc.assert(
      fc.property(
        balanced,
        single,
        fc.constantFrom([1, 0, 2] as const, [0, 2, 1] as const, [1, 2, 0] as const, [2, 0, 1] as const),
        (three, one, lines) => {
          const mounting = { ...right, lines };
          expect(judge(singleSteps(one, mounting))).toEqual({
            code: 'transformers-swapped',
            detail: { lines: namesOf(lines.map((line, index) => line !== index)) },
          });
          expect(judge(balancedSteps(three, mounting))?.code).toBe('installation-plausible');
        },
      ),
    );
  });

  it('a wrong ratio is found with the share that is seen', () => {
    fc.assert(
      fc.property(balanced, fc.constantFrom(0.1, 0.25, 0.5, 2, 4), (three, ratio) => {
        const finding = judge(balancedSteps(three, { ...right, ratio }));
        expect(finding?.code).toBe('transformer-ratio');
        expect(Math.abs((finding?.detail['measuredShare'] as number) / ratio - 1)).toBeLessThan(0.25);
      }),
    );
  });

  it('loads that have nothing to do with the cars prove nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(size, fc.tuple(size, size, size)), { minLength: 12, maxLength: 16 }),
        (entries) => {
          const steps = entries.map(([value, meter_A], index): Step => ({
            chargers_A: onLine(index % 3, value),
            meter_A: [meter_A[2], meter_A[0], -meter_A[1]],
          }));
          // Chance may look like a fault once in a while, never like a right mounting with a good fit.
          const finding = judge(steps);
          if (finding !== null) expect(finding.detail).not.toEqual({ measuredShare: 1 });
        },
      ),
    );
    const unrelated: Step[] = [10, -10, 12, -8].map((value, index) => ({
      chargers_A: [value, 0, 0],
      meter_A: [index % 2 === 0 ? 9 : 8, -7, index < 2 ? 11 : -12],
    }));
    expect(judge(unrelated)).toBeNull();
  });

  it('three steps are too few for a verdict', () => {
    const step: Step = { chargers_A: [10, 0, 0], meter_A: [-10, 0, 0] };
    expect(judge([step, step, step])).toBeNull();
    expect(judge([step, step, step, step])?.code).toBe('transformer-reversed');
  });
});
