import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChargerState } from './charger-state.js';
import type { Observed } from './common-state.js';
import { initialDeviceState, reduceDevice } from './device-state.js';

const begin = Date.UTC(2026, 0, 5);

interface Story {
  readonly observed: readonly Observed[];
  /** When each transaction really began, by its id. */
  readonly startedAt: ReadonlyMap<number, number>;
  /** The last one, when it has not ended. */
  readonly running: number | null;
}

/**
 * Transactions of one connector, one after another; their ids follow the order in which we heard of them, and what is told
 * of them comes in any order, some of it twice.
 */
const story: fc.Arbitrary<Story> = fc
  .record({
    lengths_ms: fc.array(fc.tuple(fc.integer({ min: 1, max: 3_600_000 }), fc.nat(60_000)), {
      minLength: 1,
      maxLength: 5,
    }),
    goesOn: fc.boolean(),
  })
  .chain(({ lengths_ms, goesOn }) =>
    fc
      .shuffledSubarray(
        lengths_ms.map((_, index) => index + 1),
        { minLength: lengths_ms.length },
      )
      .chain((ids) => {
        let now = begin;
        const startedAt = new Map<number, number>();
        const receivedAt = begin + 24 * 3_600_000;
        const events = lengths_ms.flatMap(([length_ms, pause_ms], index): Observed[] => {
          const transactionId = ids[index] ?? 0;
          const from = now + pause_ms;
          now = from + length_ms;
          startedAt.set(transactionId, from);
          const about = { connector: 1, transactionId };
          const start: Observed = {
            deviceTime: from,
            receivedAt,
            event: { type: 'transaction-started', ...about, idToken: 'CARD', meterStart_Wh: 0 },
          };
          const end: Observed = {
            deviceTime: now,
            receivedAt,
            event: { type: 'transaction-ended', ...about, meterStop_Wh: 1, reason: 'Local' },
          };
          return goesOn && index === lengths_ms.length - 1 ? [start] : [start, end];
        });
        return fc.subarray(events).chain((twice) =>
          fc
            .shuffledSubarray([...events, ...twice], { minLength: events.length + twice.length })
            .map((observed) => ({
              observed,
              startedAt,
              running: goesOn ? (ids.at(-1) ?? null) : null,
            })),
        );
      }),
  );

const runningOf = (state: ChargerState): number | null =>
  state.connectors.find(({ connector }) => connector === 1)?.transaction?.transactionId ?? null;

describe('the running transaction of a connector', () => {
  it('OCPP 1.6 3.7.1, OCPP 2.0.1 E04: is the one that began last, in whatever order they are told', () => {
    fc.assert(
      fc.property(story, ({ observed, running }) => {
        const state = observed.reduce(reduceDevice, initialDeviceState('charger')) as ChargerState;
        expect(runningOf(state)).toBe(running);
      }),
      { numRuns: 1_000 },
    );
  });

  it('OCPP 2.0.1 E04: is never replaced by one that began earlier, also where ends are lost', () => {
    fc.assert(
      fc.property(story, fc.func(fc.boolean()), ({ observed, startedAt }, isLost) => {
        const told = observed.filter(
          ({ event }, index) => event.type === 'transaction-started' || !isLost(index),
        );
        let state = initialDeviceState('charger') as ChargerState;
        for (const each of told) {
          const before = runningOf(state);
          state = reduceDevice(state, each) as ChargerState;
          const after = runningOf(state);
          if (before === null || after === null || before === after) continue;
          expect(startedAt.get(after)).toBeGreaterThan(startedAt.get(before) ?? 0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a clock that was set back does not hide a transaction that is told after an end', () => {
    const told = (transactionId: number, deviceTime: number, receivedAt: number): Observed => ({
      deviceTime,
      receivedAt,
      event: { type: 'transaction-started', connector: 1, transactionId, idToken: 'CARD', meterStart_Wh: 0 },
    });
    const end: Observed = {
      deviceTime: begin,
      receivedAt: begin,
      event: { type: 'transaction-ended', connector: 1, transactionId: 7, meterStop_Wh: 1, reason: 'Local' },
    };
    const [hour_ms, day_ms] = [3_600_000, 86_400_000];
    const late = [told(7, begin - hour_ms, begin - hour_ms), end, told(8, begin - day_ms, begin + 1_000)];
    const state = late.reduce(reduceDevice, initialDeviceState('charger')) as ChargerState;
    expect(runningOf(state)).toBe(8);
  });
});
