import { describe, expect, it } from '@jest/globals';
import { compiled, siteTopology, single, threePhase } from '#libs/testing/site-builder.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { plainSettings } from './connector-settings.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import { observe } from './observe.js';
import { defaultPolicy } from './policy.js';
import { createSiteState, takeMeterFrame } from './site-state.js';
import type { WiredConnector } from './topology.js';

type Base = readonly [number, number, number];
const room: Base = [2, 2, 2];
const fullOnTwo: Base = [2, 18, 18];

/** A site of 20 A with cars that follow at once: one of three phases, and perhaps one on L1. */
class Site {
  now = epochMilliseconds(1_700_000_000_000);
  readonly sent: Decision[] = [];
  /** How many lines a charger charges on whatever it is asked; null: what it is asked. */
  stubborn: number | null = null;
  readonly state;
  private ids = 0;

  constructor(chargers: readonly (Partial<WiredConnector> & Pick<WiredConnector, 'wiring'>)[]) {
    const topology = siteTopology({ fuse_A: 20, assumedBase_A: 2, chargers });
    this.state = createSiteState(compiled(topology), this.now, defaultPolicy);
    this.state.connectors.forEach((_, index) => this.tell(index, { type: 'connected' }));
    this.turn();
    this.state.connectors.forEach((_, index) =>
      this.tell(index, { type: 'started', transactionId: index + 1, resumed: false }),
    );
  }

  tell(index: number, event: Parameters<typeof observe>[3]): void {
    observe(this.state, index, this.now, event);
  }

  insist(phases: 'automatic' | 'one' | 'three'): void {
    this.tell(0, { type: 'settings', settings: { ...plainSettings, phases } });
  }

  pass(seconds: number, base: Base): void {
    for (let second = 0; second < seconds; second++) {
      this.now = epochMilliseconds(this.now + 1_000);
      const other_A = this.state.connectors[1]?.commitment.inForce(this.now)?.current_A ?? 0;
      const meter_A = base.map((each, line) => each + (this.draws()[line] ?? 0) + (line === 0 ? other_A : 0));
      takeMeterFrame(this.state, 0, this.now, meter_A as unknown as Base);
      this.turn();
      if (this.now % 10_000 === 0) this.tell(0, { type: 'sampled', current_A: this.draws() });
    }
  }

  /** Current and lines of the first charger's last setpoint. */
  get last(): string {
    const last = this.sent.findLast(({ index, transactionId }) => index === 0 && transactionId !== null);
    return `${last?.current_A} A on ${last?.numberPhases}`;
  }

  changes(): readonly string[] {
    return this.sent
      .filter(({ index, transactionId }) => index === 0 && transactionId !== null)
      .map(({ current_A, numberPhases }) => `${current_A} A on ${numberPhases}`)
      .filter((text, at, all) => text !== all[at - 1]);
  }

  private draws(): Base {
    const inForce = this.state.connectors[0]!.commitment.inForce(this.now);
    const current_A = inForce?.current_A ?? 0;
    const lines = this.stubborn ?? inForce?.numberPhases ?? 3;
    return [current_A, lines > 1 ? current_A : 0, lines > 2 ? current_A : 0];
  }

  private turn(): void {
    for (const decision of decide(this.state, this.now, () => `limit-${this.ids++}`)) {
      this.sent.push(decision);
      this.tell(decision.index, { type: 'answered', limitId: decision.limitId, outcome: 'accepted' });
    }
  }
}

const switching = { wiring: threePhase, switchesPhases: true, maximum_A: 16 };

describe('on how many lines a charger that switches charges', () => {
  it('three when three lines carry more', () => {
    const site = new Site([switching]);
    site.pass(60, room);
    expect(site.last).toBe('16 A on 3');
  });

  it('one before it pauses, with the minimum until its samples show that it obeys, and three again when they carry more', () => {
    const site = new Site([switching]);
    site.pass(60, room);
    site.pass(240, fullOnTwo);
    expect(site.changes().slice(-3)).toEqual(['0 A on 3', '6 A on 1', '16 A on 1']);
    site.pass(defaultPolicy.phaseDwell / 1_000, room);
    expect(site.changes().slice(-2)).toEqual(['0 A on 1', '16 A on 3']);
  });

  it('three all the time at a charger that does not switch, and no word of it in the limit', () => {
    const site = new Site([{ wiring: threePhase }]);
    site.pass(60, room);
    site.pass(120, fullOnTwo);
    expect(site.last).toBe('0 A on null');
  });

  it('one within a minute for a car that does not fit on three when it arrives', () => {
    const site = new Site([switching]);
    site.pass(60, fullOnTwo);
    expect(site.last).toBe('16 A on 1');
  });

  it('what a person insists on, at once and through 0 A; the standing default too', () => {
    const site = new Site([switching]);
    site.pass(60, room);
    site.insist('one');
    site.pass(90, room);
    expect(site.changes().slice(-3)).toEqual(['0 A on 3', '6 A on 1', '16 A on 1']);
    expect(site.sent.findLast(({ kind }) => kind === 'fallback')?.numberPhases).toBe(1);
    site.insist('three');
    site.pass(30, fullOnTwo);
    expect(site.last).toBe('0 A on 3');
  });

  it('three for good at a charger that accepts one and charges on three; its lines are counted from the first sample on', () => {
    const site = new Site([switching]);
    site.pass(60, room);
    site.stubborn = 3;
    site.pass(60, fullOnTwo);
    // The first sample gave it away: the car is paused, not left on two full lines.
    expect(site.last).toBe('0 A on 1');
    expect(site.state.connectors[0]!.phases.contradictions).toBeGreaterThan(0);
    site.pass(3_600, fullOnTwo);
    expect(site.state.connectors[0]!.phases.proof).toBe('ignores');
    site.pass(1_200, room);
    expect(site.last).toBe('16 A on 3');
    const asked = site.sent.length;
    site.pass(3_600, fullOnTwo);
    expect(
      site.sent.slice(asked).filter(({ current_A, numberPhases }) => current_A > 0 && numberPhases === 1),
    ).toEqual([]);
  });

  it('takes nothing from those before it in the order of admission', () => {
    const site = new Site([switching, { wiring: single('L1'), priority: 1, maximum_A: 32 }]);
    site.pass(60, room);
    site.pass(120, [13, 18, 18]);
    expect(site.last).toBe('0 A on 3');
  });

  it('after a restart waits for a sample and goes on without a pause; without one it goes through 0 A', () => {
    for (const shows of [true, false]) {
      const site = new Site([switching]);
      const before = site.state.connectors[0]!;
      site.pass(60, fullOnTwo);
      const state = createSiteState(site.state.site, site.now, defaultPolicy);
      observe(state, 0, site.now, { type: 'fallback-known', current_A: 6 });
      observe(state, 0, site.now, { type: 'started', transactionId: 1, resumed: true });
      observe(state, 0, site.now, { type: 'connected' });
      const sent: string[] = [];
      for (let second = 1; second <= 40; second++) {
        const now = epochMilliseconds(site.now + second * 1_000);
        takeMeterFrame(state, 0, now, [8, 18, 18]);
        if (shows && second === 5) observe(state, 0, now, { type: 'sampled', current_A: [6, 0, 0] });
        for (const { limitId, transactionId, current_A, numberPhases } of decide(
          state,
          now,
          () => `new-${second}`,
        )) {
          if (transactionId !== null) sent.push(`${current_A > 0} on ${numberPhases}`);
          observe(state, 0, now, { type: 'answered', limitId, outcome: 'accepted' });
        }
      }
      expect(before.phases.lines).toBe(1);
      expect(sent[0]).toBe(shows ? 'true on 1' : 'false on 3');
    }
  });
});
