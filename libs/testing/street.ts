import { plainSettings } from '#libs/allocation/connector-settings.js';
import { decide } from '#libs/allocation/decide.js';
import type { Decision } from '#libs/allocation/decision.js';
import { observe, type ConnectorEvent } from '#libs/allocation/observe.js';
import { defaultPolicy } from '#libs/allocation/policy.js';
import { createSiteState, takeMeterFrame } from '#libs/allocation/site-state.js';
import { after, epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { compiled, single, siteTopology } from './site-builder.js';

interface StreetOptions {
  readonly metered?: boolean;
  readonly step_A?: number;
  readonly assumedBase_A?: number;
}

/** Without a meter of its own: it must not pass for a site without meters. */
const garage = {
  nodeId: 'garage',
  parentId: 'grid',
  name: 'garage',
  fuse_A: [6, 6, 6],
  meterDeviceId: null,
} as const;

/** Cars on L1 whose chargers answer only when the test says so. Their standing default of 6 A is confirmed. */
export class Street {
  now = epochMilliseconds(1_700_000_000_000);
  readonly state;
  private ids = 0;

  constructor(
    fuse_A: number,
    maxima_A: readonly number[],
    { metered = true, step_A = 1, assumedBase_A = 0 }: StreetOptions,
  ) {
    const chargers = maxima_A.map((maximum_A) => ({ wiring: single('L1'), maximum_A }));
    this.state = createSiteState(
      compiled(siteTopology({ fuse_A, chargers, metered, step_A, assumedBase_A, nodes: [garage] })),
      this.now,
      defaultPolicy,
    );
  }

  tell(index: number, event: ConnectorEvent): void {
    observe(this.state, index, this.now, event);
  }

  connect(...indexes: number[]): void {
    for (const index of indexes) this.tell(index, { type: 'connected' });
  }

  start(index: number): void {
    this.tell(index, { type: 'started', transactionId: index + 1, resumed: false });
  }

  insist(index: number, personMaximum_A: number): void {
    this.tell(index, { type: 'settings', settings: { ...plainSettings, personMaximum_A } });
  }

  wait(duration_ms: number): void {
    this.now = after(this.now, milliseconds(duration_ms));
  }

  frame(): void {
    takeMeterFrame(this.state, 0, this.now, [0, 0, 0]);
  }

  decide(): readonly Decision[] {
    return decide(this.state, this.now, () => `limit-${this.ids++}`);
  }

  /** A second later, with a new frame. */
  next(): readonly Decision[] {
    this.wait(1_000);
    this.frame();
    return this.decide();
  }

  answer(decisions: readonly Decision[], outcome: 'accepted' | 'rejected' | 'unknown' = 'accepted'): void {
    for (const { index, limitId } of decisions) this.tell(index, { type: 'answered', limitId, outcome });
  }

  /** Until the first two seconds in which nothing is sent. */
  settle(): void {
    for (let quiet = 0; quiet < 5;) {
      const sent = this.next();
      this.answer(sent);
      quiet = sent.length === 0 ? quiet + 1 : 0;
    }
  }

  /** Everybody connected, with a transaction and at rest. */
  static settled(fuse_A: number, maxima_A: readonly number[], options: StreetOptions): Street {
    const street = new Street(fuse_A, maxima_A, options);
    street.connect(...maxima_A.keys());
    street.answer(street.decide());
    maxima_A.forEach((_, index) => street.start(index));
    street.settle();
    return street;
  }
}

export const told = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ index, kind, current_A, reason }) => `${index} ${kind} ${current_A} A ${reason.code}`);
