import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delta, desire, emptyTwin, report, type Settings, type Twin } from './twin.js';

const keys = ['a', 'b', 'phaseRotation'] as const;
const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(null));
const patch: fc.Arbitrary<Settings> = fc.dictionary(fc.constantFrom('a', 'b'), value, { maxKeys: 2 });
const reports = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 1_000 }), patch }), {
  selector: ({ at }) => at,
  maxLength: 12,
});

const told = (all: readonly { at: number; patch: Settings }[]): Twin =>
  all.reduce((twin, { at, patch: said }) => report(twin, said, at), emptyTwin);

describe('twins', () => {
  it('stale shadow from out-of-order updates: reports in any order, and twice, end the same', () => {
    fc.assert(
      fc.property(reports, fc.infiniteStream(fc.nat()), (all, picks) => {
        const order = all.map((each) => ({ each, rank: picks.next().value ?? 0 }));
        const shuffled = order.toSorted((a, b) => a.rank - b.rank).map(({ each }) => each);
        const expected = told(all.toSorted((a, b) => a.at - b.at));
        const twice = told([...shuffled, ...all]);
        expect(twice.reported).toEqual(expected.reported);
        expect(twice.reportedAt).toEqual(expected.reportedAt);
      }),
    );
  });

  it('what is wished and what is missing: once everything missing is reported, nothing is', () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 5 }), reports, (wishes, all) => {
        const wished = wishes.reduce<Twin>((twin, each, at) => desire(twin, each, at, null), told(all));
        const reached = report(wished, delta(wished, keys), 2_000);
        expect(delta(reached, keys)).toEqual({});
        expect(reached.desiredVersion).toBe(wishes.length);
      }),
    );
  });
});
