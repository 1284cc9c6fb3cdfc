import { plainSettings, type ConnectorSettings } from '#libs/allocation/connector-settings.js';
import { decide } from '#libs/allocation/decide.js';
import type { Decision } from '#libs/allocation/decision.js';
import { observe } from '#libs/allocation/observe.js';
import { defaultPolicy } from '#libs/allocation/policy.js';
import { createSiteState, takeMeterFrame, type SiteState } from '#libs/allocation/site-state.js';
import type { Wiring } from '#libs/allocation/topology.js';
import type { PerPhase } from '#libs/units/phases.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { compiled, siteTopology } from './site-builder.js';

const start = 1_800_000_000_000;
const at = (second: number): EpochMilliseconds => epochMilliseconds(start + second * 1_000);

/** A site whose cars take exactly what they are told, a second later, and whose house and sun the test sets. */
export class SunnySite {
  readonly state: SiteState;
  second = 0;
  private readonly limits_A: number[];
  private readonly pending: { index: number; current_A: number }[] = [];
  private ids = 0;
  /** What flows in besides the cars; below 0: the sun gives more than the house takes. */
  house_A: PerPhase = [0, 0, 0];
  meterSpeaks = true;
  /** The latest decision for each car. */
  readonly latest: (Decision | undefined)[] = [];

  constructor(
    private readonly wirings: readonly Wiring[],
    settings: readonly Partial<ConnectorSettings>[],
    fuse_A: number,
  ) {
    const site = compiled(siteTopology({ fuse_A, chargers: wirings.map((wiring) => ({ wiring })) }));
    this.state = createSiteState(site, at(0), defaultPolicy);
    this.limits_A = wirings.map(() => 0);
    wirings.forEach((_, index) => {
      observe(this.state, index, at(0), { type: 'connected' });
      observe(this.state, index, at(0), {
        type: 'settings',
        settings: { ...plainSettings, ...settings[index] },
      });
      observe(this.state, index, at(0), { type: 'started', transactionId: index + 1, resumed: false });
    });
  }

  set(index: number, settings: Partial<ConnectorSettings>): void {
    observe(this.state, index, at(this.second), {
      type: 'settings',
      settings: { ...plainSettings, ...settings },
    });
  }

  instant(second: number): EpochMilliseconds {
    return at(second);
  }

  limit_A(index: number): number {
    return this.limits_A[index]!;
  }

  /** Lines in use by a car. */
  private lines(index: number): number[] {
    const wiring = this.wirings[index]!;
    if (wiring.kind === 'single-phase') return [['L1', 'L2', 'L3'].indexOf(wiring.phase)];
    return [0, 1, 2];
  }

  run(seconds: number, each: (second: number) => void = () => undefined): void {
    for (const end = this.second + seconds; this.second < end; this.second++) {
      for (const { index, current_A } of this.pending.splice(0)) this.limits_A[index] = current_A;
      const net: [number, number, number] = [...this.house_A];
      this.limits_A.forEach((current_A, index) =>
        this.lines(index).forEach((line) => (net[line]! += current_A)),
      );
      if (this.second % 5 === 0)
        this.limits_A.forEach((current_A, index) => {
          const terminals =
            this.lines(index).length === 1 ? [current_A, 0, 0] : [current_A, current_A, current_A];
          observe(this.state, index, at(this.second), {
            type: 'sampled',
            current_A: terminals as unknown as PerPhase,
          });
        });
      if (this.meterSpeaks) takeMeterFrame(this.state, 0, at(this.second), net);
      for (const decision of decide(this.state, at(this.second), () => `limit-${this.ids++}`)) {
        if (decision.transactionId !== null) {
          this.latest[decision.index] = decision;
          this.pending.push({ index: decision.index, current_A: decision.current_A });
        }
        observe(this.state, decision.index, at(this.second), {
          type: 'answered',
          limitId: decision.limitId,
          outcome: 'accepted',
        });
      }
      each(this.second);
    }
  }
}
