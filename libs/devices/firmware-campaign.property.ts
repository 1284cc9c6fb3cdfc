import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '#libs/testing/property-runs.js';
import {
  afterOrder,
  campaignStates,
  isWindowOpen,
  planCampaign,
  stageSizes,
  type PlannedDevice,
  type Stage,
} from './firmware-campaign.js';
import { firmwareUpdateStates, isFinal, isUnderway } from './firmware-update.js';

const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({ kind: fc.constant('share' as const), percent: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('count' as const), devices: fc.integer({ min: 1, max: 40 }) }),
);
const rules = fc.record({
  stages: fc.array(stage, { maxLength: 4 }),
  atOnce: fc.integer({ min: 1, max: 8 }),
  abortShare_percent: fc.integer({ min: 1, max: 100 }),
  offlinePatience_ms: fc.integer({ min: 1, max: 100 }),
});
const devices = fc
  .array(
    fc.record({
      state: fc.constantFrom(...firmwareUpdateStates),
      notBefore: fc.integer({ min: 0, max: 100 }),
      isOnline: fc.boolean(),
      isInWindow: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((rows): PlannedDevice[] => rows.map((row, index) => ({ ...row, deviceId: `d${index}` })));
const moment = fc.record({
  now: fc.integer({ min: 0, max: 100 }),
  startedAt: fc.constant(0),
  forgiven: fc.integer({ min: 0, max: 3 }),
});
const runs = { numRuns: propertyRuns(2_000) };

describe('the plan of a campaign', () => {
  it('stages rise and end with every device', () => {
    fc.assert(
      fc.property(fc.array(stage, { maxLength: 5 }), fc.integer({ min: 1, max: 500 }), (stages, count) => {
        const sizes = stageSizes(stages, count);
        expect(sizes.at(-1)).toBe(count);
        expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => a - b));
      }),
      runs,
    );
  });

  it('never offers more at once than agreed, nor beyond the stage, nor outside the window or out of turn', () => {
    fc.assert(
      fc.property(rules, devices, moment, (agreed, all, when) => {
        const plan = planCampaign(agreed, all, when);
        const underway = all.filter(isUnderway).length;
        expect(plan.offer.length).toBeLessThanOrEqual(Math.max(0, agreed.atOnce - underway));
        for (const deviceId of plan.offer) {
          const index = all.findIndex((each) => each.deviceId === deviceId);
          expect(index).toBeLessThan(plan.open);
          expect(all[index]).toMatchObject({ state: 'waiting', isOnline: true, isInWindow: true });
          expect(all[index]?.notBefore).toBeLessThanOrEqual(when.now);
        }
      }),
      runs,
    );
  });

  it('a stage opens only behind one that has ended, and a halted plan offers nothing', () => {
    fc.assert(
      fc.property(rules, devices, moment, (agreed, all, when) => {
        const plan = planCampaign(agreed, all, when);
        const before = stageSizes(agreed.stages, all.length)[plan.stage - 2] ?? 0;
        expect(all.slice(0, before).every(isFinal)).toBe(true);
        expect(plan.isComplete).toBe(all.every(isFinal));
        if (plan.halts) expect(plan.offer).toEqual([]);
      }),
      runs,
    );
  });

  it('halts exactly when the failed are the agreed share of the devices of the open stage', () => {
    const of = (states: string): PlannedDevice[] =>
      [...states].map((letter, index) => ({
        deviceId: `d${index}`,
        state: letter === 'f' ? 'failed' : letter === 'd' ? 'done' : letter === 's' ? 'skipped' : 'waiting',
        notBefore: 0,
        isOnline: true,
        isInWindow: true,
      }));
    const agreed = { stages: [], atOnce: 10, abortShare_percent: 20, offlinePatience_ms: 1_000 };
    const halts = (states: string, forgiven: number): boolean =>
      planCampaign(agreed, of(states), { now: 1, startedAt: 0, forgiven }).halts;
    expect(halts('fwwwwwwwww', 0)).toBe(false);
    expect(halts('ffwwwwwwww', 0)).toBe(true);
    expect(halts('ffwwwwwwww', 1)).toBe(false);
    // Skipped devices do not dilute the failures.
    expect(halts('fwwwwsssss', 0)).toBe(true);
    expect(halts('dddd', 0)).toBe(false);
    // A stage that ended badly is not diluted by the one it would open.
    const staged = { ...agreed, stages: [{ kind: 'count' as const, devices: 2 }], abortShare_percent: 100 };
    const after = (forgiven: number) =>
      planCampaign(staged, of('ffww'), { now: 1, startedAt: 0, forgiven }).halts;
    expect([after(0), after(2)]).toEqual([true, false]);
  });

  it('a device that stays out of reach is skipped when the patience is over', () => {
    const device: PlannedDevice = {
      deviceId: 'd',
      state: 'waiting',
      notBefore: 0,
      isOnline: false,
      isInWindow: true,
    };
    const agreed = { stages: [], atOnce: 1, abortShare_percent: 50, offlinePatience_ms: 1_000 };
    const at = (now: number) => planCampaign(agreed, [device], { now, startedAt: 0, forgiven: 0 }).outOfReach;
    expect([at(999), at(1_000)]).toEqual([[], ['d']]);
  });

  it('a window may cross midnight', () => {
    const night = { from_min: 22 * 60, to_min: 5 * 60 };
    expect([0, 299, 300, 1_319, 1_320].map((minute) => isWindowOpen(night, minute))).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
    expect(isWindowOpen({ from_min: 60, to_min: 120 }, 120)).toBe(false);
    expect(isWindowOpen(null, 700)).toBe(true);
  });

  it('no order leads out of a final state', () => {
    for (const order of ['start', 'pause', 'resume', 'cancel'] as const) {
      expect(afterOrder('completed', order)).toBeNull();
      expect(afterOrder('cancelled', order)).toBeNull();
    }
    expect(campaignStates.map((state) => afterOrder(state, 'resume'))).toEqual([
      null,
      null,
      'running',
      'running',
      null,
      null,
    ]);
  });
});
