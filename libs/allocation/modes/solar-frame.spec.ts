import { describe, expect, it } from '@jest/globals';
import { between, compiled, siteTopology, single, threePhase } from '#libs/testing/site-builder.js';
import type { PerPhase } from '#libs/units/phases.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { plainSettings } from '../connector-settings.js';
import type { ConnectorState } from '../connector-state.js';
import { defaultPolicy } from '../policy.js';
import { createSiteState, takeMeterFrame, type SiteState } from '../site-state.js';
import type { WiredConnector } from '../topology.js';
import { defaultSolarPolicy } from './solar-policy.js';
import { shareSun, sunCeiling_A } from './solar.js';

const now = epochMilliseconds(1_700_000_000_000);
const ago = (duration_ms: number) => epochMilliseconds(now - duration_ms);
const { reaction, sampleTimeToLive } = defaultPolicy;
const { smoothing, startAfter, stopAfter, raiseBy_A } = defaultSolarPolicy;

interface Car {
  readonly wired?: Partial<WiredConnector>;
  readonly state?: Partial<ConnectorState>;
  readonly mode?: 'off' | 'surplus' | 'surplus-with-minimum';
  readonly boosted?: boolean;
  /** The setpoint its charger has accepted, and what it says it draws on its first terminal. */
  readonly inForce_A?: number;
  readonly draws?: { readonly current_A: PerPhase; readonly at_ms: number };
  readonly runs_ms?: number;
}

/** Cars on the sun, at rest for long; the connection exports so much in the frame of this instant, null: no frame yet. */
function sky(cars: readonly Car[], exported_A: number | null, at = now): SiteState {
  const chargers = cars.map(({ wired }) => ({ wiring: single('L1'), ...wired }));
  const state = createSiteState(
    compiled(siteTopology({ fuse_A: 63, chargers })),
    ago(600_000),
    defaultPolicy,
  );
  cars.forEach(({ state: changed, mode, boosted, inForce_A, draws, runs_ms }, index) => {
    const each = state.connectors[index]!;
    const settings = { ...plainSettings, solar: mode ?? ('surplus' as const), boosted: boosted ?? false };
    const sample = draws ? { at: ago(draws.at_ms), current_A: draws.current_A } : null;
    Object.assign(each, { connected: true, transactionId: 1, settings, sample }, changed);
    const leaseUntil = epochMilliseconds(now + 30_000);
    each.commitment.sent({
      limitId: `first-${index}`,
      current_A: inForce_A ?? 0,
      numberPhases: null,
      leaseUntil,
    });
    each.commitment.answered(`first-${index}`, 'accepted');
    if (runs_ms !== undefined)
      Object.assign(state.solar.turns[index]!, { followsSince: ago(runs_ms), runsSince: ago(runs_ms) });
  });
  if (exported_A !== null) export_A(state, exported_A, at);
  return state;
}
const export_A = (state: SiteState, exported_A: number, at = now): void => {
  takeMeterFrame(state, 0, at, [-exported_A, 0, 0]);
  shareSun(state, at);
};
const meanOf = (cars: readonly Car[], exported_A: number): number | null =>
  sky(cars, exported_A).solar.mean_A;
const later = (duration_ms: number) => epochMilliseconds(now + duration_ms);

describe('the surplus of a frame', () => {
  it('is what leaves the house and what the solar cars draw; nobody on the sun: there is none to know', () => {
    expect(meanOf([{}], 10)).toBe(10);
    expect(meanOf([{}], -4)).toBe(-4);
    expect(meanOf([{ inForce_A: 7 }, { inForce_A: 8, mode: 'off' }], 10)).toBe(17);
    expect(meanOf([{ mode: 'off' }], 10)).toBeNull();
    const without = sky([{}], null);
    shareSun(without, now);
    expect(without.solar.mean_A).toBeNull();
  });

  it('is taken once, and forgotten when nobody follows the sun any more', () => {
    const state = sky([{}], 10);
    expect(state.solar.frame.fresh).toBe(false);
    state.connectors[0]!.settings = plainSettings;
    export_A(state, 10, later(1_000));
    expect([state.solar.mean_A, state.solar.budget_A]).toEqual([null, 0]);
  });

  it.each<[string, Partial<Car>]>([
    ['not connected', { state: { connected: false } }],
    ['not usable', { state: { usable: false } }],
    ['without a transaction', { state: { transactionId: null } }],
    ['paused', { state: { settings: { ...plainSettings, solar: 'surplus', pausedBy: 'schedule' } } }],
    ['boosted', { boosted: true }],
  ])('a car that is %s has no part in it', (_, car) => {
    const state = sky([{ inForce_A: 9, ...car }], 10);
    expect(state.solar.mean_A).toBeNull();
    expect(sunCeiling_A(state, state.connectors[0]!)).toBe(Infinity);
  });

  it('says nothing while a solar car is on its way to a new setpoint', () => {
    const moved = (since: number) => meanOf([{ inForce_A: 7, state: { setpointChangedAt: ago(since) } }], 10);
    // The car must have had time to follow before the reading was taken.
    const readingAge_ms = sky([{}], 10).solar.frame.readingAge_ms;
    expect(moved(reaction + readingAge_ms - 1)).toBeNull();
    expect(moved(reaction + readingAge_ms)).toBe(17);
  });

  it('allows for the age of the reading', () => {
    const aged = (since: number) => {
      const state = sky([{ inForce_A: 7, state: { setpointChangedAt: ago(since) } }], null);
      Object.assign(state.solar.frame, { fresh: true, at: now, net_A: -10, readingAge_ms: 2_000 });
      shareSun(state, now);
      return state.solar.mean_A;
    };
    expect([reaction + 1_999, reaction + 2_000].map(aged)).toEqual([null, 17]);
  });

  it('goes by the sample of a car at rest while it is fresh, else by what it may draw', () => {
    const drew = (at_ms: number, changed_ms: number) =>
      meanOf(
        [
          {
            inForce_A: 7,
            draws: { current_A: [5, 0, 0], at_ms },
            state: { setpointChangedAt: ago(changed_ms) },
          },
        ],
        10,
      );
    expect([drew(1_000, 600_000), drew(sampleTimeToLive, 600_000)]).toEqual([15, 15]);
    expect(drew(sampleTimeToLive + 1, 600_000)).toBe(17);
    expect([drew(10_000, 10_000 + reaction), drew(10_000, 10_000 + reaction - 1)]).toEqual([15, 17]);
    expect(meanOf([{ inForce_A: 16, state: { learntMaximum_A: 9 } }], 10)).toBe(19);
  });

  it('counts each line of a car, and a load between two lines by its voltage', () => {
    const three = {
      wired: { wiring: threePhase },
      draws: { current_A: [5, 5, 4] as const, at_ms: 1_000 },
      inForce_A: 7,
    };
    expect(meanOf([three], 10)).toBe(24);
    const pair = {
      wired: { wiring: between('L2-L3') },
      draws: { current_A: [5, 0, 0] as const, at_ms: 1_000 },
      inForce_A: 7,
    };
    expect(meanOf([pair], 10)).toBeCloseTo(10 + 5 * Math.sqrt(3), 9);
    expect(meanOf([{ wired: { wiring: threePhase }, inForce_A: 7 }], 10)).toBe(31);
  });

  it('goes into a mean over half a minute; less is taken back at once, more handed out in steps', () => {
    const state = sky([{}], 10);
    export_A(state, 20, later(smoothing));
    expect(state.solar.mean_A).toBeCloseTo(20 - 10 / Math.E, 9);
    const raised = state.solar.mean_A!;
    expect(state.solar.budget_A).toBe(raised);
    const step = sky([{}], 10);
    Object.assign(step.solar, { mean_A: 10 + raiseBy_A, meanAt: now });
    export_A(step, 10 + raiseBy_A, later(1_000));
    expect(step.solar.budget_A).toBe(10);
    Object.assign(step.solar, { mean_A: 10.01 + raiseBy_A });
    export_A(step, 10.01 + raiseBy_A, later(2_000));
    expect(step.solar.budget_A).toBeCloseTo(10.01 + raiseBy_A, 9);
    Object.assign(step.solar, { mean_A: 11.5 });
    export_A(step, 11.5, later(3_000));
    expect(step.solar.budget_A).toBeCloseTo(11.5, 9);
  });

  it('I12: without a meter, or with one that is silent, there is none', () => {
    const running = () => sky([{ runs_ms: 1_000 }], 20);
    const state = running();
    expect(sunCeiling_A(state, state.connectors[0]!)).toBe(20);
    shareSun(state, later(60_000));
    expect(sunCeiling_A(state, state.connectors[0]!)).toBe(6);
    const unmetered = running();
    Object.assign(unmetered.meters, [null]);
    shareSun(unmetered, later(1_000));
    expect(sunCeiling_A(unmetered, unmetered.connectors[0]!)).toBe(6);
    const unknown = running();
    unknown.solar.mean_A = null;
    shareSun(unknown, later(1_000));
    expect(unknown.solar.budget_A).toBe(0);
  });
});

describe('who runs on the sun (I10)', () => {
  const ceilings = (state: SiteState): number[] =>
    state.connectors.map((connector) => sunCeiling_A(state, connector));

  it('I10: starts when its minimum has been there for its time, to the millisecond, and begins anew when it was not', () => {
    const state = sky([{}], 6);
    const at = (duration_ms: number, exported_A = 6) => {
      export_A(state, exported_A, later(duration_ms));
      return ceilings(state)[0];
    };
    expect([at(startAfter - 1), at(startAfter)]).toEqual([0, 6]);
    const broken = sky([{}], 6);
    export_A(broken, -50, later(1_000));
    expect(broken.solar.turns[0]!.enoughSince).toBeNull();
  });

  it('I10: stops when its minimum has been missing for its time, to the millisecond', () => {
    const state = sky([{ runs_ms: 1_000 }], 5);
    expect(state.solar.turns[0]!.shortSince).toBe(now);
    export_A(state, 5, later(stopAfter - 1));
    expect(ceilings(state)).toEqual([6]);
    export_A(state, 5, later(stopAfter));
    expect(ceilings(state)).toEqual([0]);
    expect(state.solar.turns[0]).toMatchObject({ runsSince: null, shortSince: null, enoughSince: null });
  });

  it('exactly the minimum is enough to go on', () => {
    const state = sky([{ runs_ms: 1_000 }], 6);
    expect(state.solar.turns[0]!.shortSince).toBeNull();
  });

  it('a car of three lines needs it on all three, where its charger switches on one to begin with', () => {
    const enough = (wired: Partial<WiredConnector>, exported_A: number) =>
      sky([{ wired }], exported_A).solar.turns[0]!.enoughSince !== null;
    expect([enough({ wiring: threePhase }, 17.9), enough({ wiring: threePhase }, 18)]).toEqual([false, true]);
    const switching = { wiring: threePhase, switchesPhases: true };
    expect([enough(switching, 5.9), enough(switching, 6)]).toEqual([false, true]);
    const running = (slots: number, exported_A: number) =>
      sky([{ wired: switching, runs_ms: 1_000, state: { slots } }], exported_A).solar.turns[0]!.shortSince;
    expect([running(0b001, 6), running(0b111, 17.9), running(0b111, 18)]).toEqual([null, now, null]);
  });

  it('one with a minimum of its own runs always, and what it takes is not there for the others', () => {
    const minimum: Car = { mode: 'surplus-with-minimum' };
    const poor = sky([minimum, {}], 11);
    expect(ceilings(poor)).toEqual([11, 0]);
    expect(poor.solar.turns[1]!.enoughSince).toBeNull();
    expect(poor.solar.turns[0]!.runsSince).toBe(now);
    const rich = sky([minimum, {}], 12);
    expect(rich.solar.turns[1]!.enoughSince).toBe(now);
    const three = sky([{ ...minimum, wired: { wiring: threePhase }, state: { slots: 0b001 } }, {}], 12);
    expect(three.solar.turns[1]!.enoughSince).toBe(now);
  });

  it('I10: of two that run the later one stops first; of two that wait the longer waiting one starts', () => {
    const two = sky([{ runs_ms: 1_000 }, { runs_ms: 2_000 }], 8);
    expect(two.solar.turns.map(({ shortSince }) => shortSince)).toEqual([now, null]);
    const waiting = sky([{}, {}], null);
    waiting.solar.turns[0]!.followsSince = ago(1_000);
    waiting.solar.turns[1]!.followsSince = ago(2_000);
    export_A(waiting, 30);
    expect(waiting.solar.turns.map(({ enoughSince }) => enoughSince)).toEqual([null, now]);
    const runsFirst = sky([{}, { runs_ms: 2_000 }], 8);
    expect(runsFirst.solar.turns.map(({ enoughSince, shortSince }) => [enoughSince, shortSince])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('one candidate at a time: who is not in turn counts no time', () => {
    const state = sky([{}, {}], null);
    state.solar.turns[1]!.enoughSince = ago(9_000);
    export_A(state, 30);
    expect(state.solar.turns.map(({ enoughSince }) => enoughSince)).toEqual([now, null]);
  });

  it('at its own maximum it is not the sun that holds it back', () => {
    const most = (exported_A: number) =>
      ceilings(sky([{ runs_ms: 1_000, wired: { maximum_A: 10 } }], exported_A))[0];
    expect([most(9.9), most(10), most(12)]).toEqual([9, Infinity, Infinity]);
  });
});
