import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import {
  alertTypes,
  judge,
  type AlertRule,
  type AlertRules,
  type AlertType,
  type Conditions,
  type OpenAlert,
} from './alert-rules.js';

const rule: fc.Arbitrary<AlertRule> = fc.record({
  enabled: fc.boolean(),
  after_s: fc.integer({ min: 0, max: 5 }),
  clearAfter_s: fc.integer({ min: 0, max: 5 }),
  threshold_percent: fc.constant(null),
  mail: fc.boolean(),
});
const rules = fc
  .tuple(...alertTypes.map(() => rule))
  .map((each) => Object.fromEntries(alertTypes.map((type, index) => [type, each[index]])) as AlertRules);
/** Second by second, which conditions hold. */
const story = fc.array(fc.subarray([...alertTypes]), { maxLength: 40 });
const runs = { numRuns: propertyRuns(1_000) };

/** The alerts of a device, looked at every second. */
function play(seconds: readonly (readonly AlertType[])[], agreed: AlertRules, looks: number) {
  let open: OpenAlert[] = [];
  const since = new Map<AlertType, number>();
  const raised: [AlertType, number, number][] = [];
  const cleared: [AlertType, number][] = [];
  seconds.forEach((holding, second) => {
    const now = second * 1_000;
    for (const type of alertTypes) {
      if (!holding.includes(type)) since.delete(type);
      else if (!since.has(type)) since.set(type, now);
    }
    const conditions: Conditions = Object.fromEntries(
      [...since].map(([type, at]) => [type, { since: at, detail: {} }]),
    );
    for (let look = 0; look < looks; look++) {
      const { raise, clear, changed } = judge(conditions, open, agreed, now);
      for (const type of raise) raised.push([type, now, since.get(type) ?? Number.NaN]);
      for (const type of clear) cleared.push([type, now]);
      open = open
        .filter(({ type }) => !clear.includes(type))
        .map((alert) => changed.find(({ type }) => type === alert.type) ?? alert)
        .concat(raise.map((type) => ({ type, goneSince: null })));
      expect(new Set(open.map(({ type }) => type)).size).toBe(open.length);
    }
  });
  return { open, raised, cleared };
}

it('duplicate alerts: of a type never more than one is open, and looking twice is looking once', () => {
  fc.assert(
    fc.property(story, rules, (seconds, agreed) => {
      const once = play(seconds, agreed, 1);
      expect(play(seconds, agreed, 3)).toEqual(once);
      for (const type of alertTypes) {
        const [up, down] = [once.raised, once.cleared].map(
          (each) => each.filter(([of]) => of === type).length,
        );
        expect([0, 1]).toContain((up ?? 0) - (down ?? 0));
      }
    }),
    runs,
  );
});

it('an alert is raised only when its condition held as long as the rule says', () => {
  fc.assert(
    fc.property(story, rules, (seconds, agreed) => {
      for (const [type, at, since] of play(seconds, agreed, 1).raised) {
        expect(agreed[type].enabled).toBe(true);
        expect(at - since).toBeGreaterThanOrEqual(agreed[type].after_s * 1_000);
      }
    }),
    runs,
  );
});

it('alarm that never clears: when nothing is wrong any more every alert clears, in the time its rule says', () => {
  fc.assert(
    fc.property(story, rules, (seconds, agreed) => {
      const quiet = Array.from({ length: 7 }, (): AlertType[] => []);
      expect(play([...seconds, ...quiet], agreed, 1).open).toEqual([]);
    }),
    runs,
  );
});

it('tells when to look again, no later than the next change', () => {
  fc.assert(
    fc.property(rules, fc.subarray([...alertTypes]), (agreed, holding) => {
      const conditions: Conditions = Object.fromEntries(
        holding.map((type) => [type, { since: 0, detail: {} }]),
      );
      const { raise, lookAgainAt } = judge(conditions, [], agreed, 0);
      const due = holding
        .filter((type) => agreed[type].enabled && !raise.includes(type))
        .map((type) => agreed[type].after_s * 1_000);
      expect(lookAgainAt).toBe(due.length > 0 ? Math.min(...due) : null);
    }),
    runs,
  );
});
