import { addCommittedLoad } from '#libs/allocation/committed-load.js';
import { slotsPerNode, type CompiledSite } from '#libs/allocation/compile.js';
import type { ConnectorState } from '#libs/allocation/connector-state.js';
import { plainSettings } from '#libs/allocation/connector-settings.js';
import { decide } from '#libs/allocation/decide.js';
import type { Decision } from '#libs/allocation/decision.js';
import { observe } from '#libs/allocation/observe.js';
import { defaultPolicy } from '#libs/allocation/policy.js';
import { createSiteState, takeMeterFrame, type SiteState } from '#libs/allocation/site-state.js';
import type { SiteTopology } from '#libs/allocation/topology.js';
import type { PerPhase } from '#libs/units/phases.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { compiled } from './site-builder.js';

export type Fate =
  | 'obeyed'
  | 'answered late'
  | 'answer lost'
  | 'never arrived'
  | 'lost, as undelivered'
  | 'rejected'
  | 'answered twice';

export interface WorldStep {
  readonly wait_s: number;
  readonly base_A: PerPhase;
  readonly meter: boolean;
  /** What becomes of the messages of one decision; the last one of all that follow. */
  readonly fates: readonly Fate[];
  readonly event: 'none' | 'sample' | 'new car' | 'disconnect' | 'connect' | 'restart' | 'forced';
  readonly who: number;
}

interface Setpoint {
  readonly current_A: number;
  readonly lines: number;
  readonly until: number;
}

/** What a charger truly has in force: its lease, else its standing default, else its own maximum on every line. */
class TrueCharger {
  transactionId: number | null = null;
  isConnected = true;
  standing: Setpoint | null = null;
  lease: Setpoint | null = null;
  /** Setpoints for another number of lines than before, with what was in force until then and how long that was 0 A. */
  readonly askedToChange: { readonly off_ms: number; readonly from_A: number }[] = [];
  private offSince: number | null = null;
  private linesWithCurrent: number | null = null;
  /** When its standing default last made it change lines by itself. */
  private wanderedAt = -Infinity;

  constructor(
    private readonly maximum_A: number,
    private readonly wiredLines: number,
  ) {}

  inForce(now: number): { readonly current_A: number; readonly lines: number } {
    const leading = this.lease && this.lease.until > now ? this.lease : this.standing;
    if (!leading) return { current_A: this.maximum_A, lines: this.wiredLines };
    return { current_A: leading.current_A, lines: Math.min(leading.lines, this.wiredLines) };
  }

  /** Called at every instant, before anything new arrives. */
  look(now: number): void {
    const { current_A, lines } = this.inForce(now);
    if (current_A === 0) this.offSince ??= now;
    else {
      this.offSince = null;
      if (this.linesWithCurrent !== null && this.linesWithCurrent !== lines) this.wanderedAt = now;
      this.linesWithCurrent = lines;
    }
  }

  obey(decision: Decision, now: number): void {
    const lines = decision.numberPhases ?? 3;
    if (decision.transactionId === null) {
      this.standing = { current_A: decision.current_A, lines, until: Infinity };
      return;
    }
    if (decision.transactionId !== this.transactionId) return;
    this.look(now);
    const before = this.inForce(now);
    const asked = Math.min(lines, this.wiredLines);
    // Nobody can know of a change it made by itself before a sample tells.
    const canBeKnown = now - this.wanderedAt > defaultPolicy.phaseEvidence;
    const changes = this.linesWithCurrent !== null && asked !== this.linesWithCurrent;
    if (decision.current_A > 0 && changes && canBeKnown)
      this.askedToChange.push({
        off_ms: this.offSince === null ? 0 : now - this.offSince,
        from_A: before.current_A,
      });
    this.lease = { current_A: decision.current_A, lines, until: decision.leaseUntil ?? Infinity };
    if (decision.current_A > 0) this.linesWithCurrent = asked;
    this.look(now);
  }

  begin(transactionId: number, now: number): void {
    this.transactionId = transactionId;
    this.lease = null;
    this.offSince = null;
    this.linesWithCurrent = null;
    this.look(now);
  }
}

/** A site's allocator and the chargers as they truly are, second by second, with every fault of the messages between. */
export class SwitchingWorld {
  now: EpochMilliseconds = epochMilliseconds(1_700_000_000_000);
  readonly site: CompiledSite;
  readonly chargers: readonly TrueCharger[];
  /** When each connector set out for another number of lines, and in which session. */
  readonly changesBegun: { readonly at: number; readonly session: number }[][];
  private state: SiteState;
  private ids = 0;
  private transactions = 0;
  private late: { readonly at: number; readonly index: number; readonly limitId: string }[] = [];
  private confirmed = new Map<number, number>();

  constructor(topology: SiteTopology) {
    this.site = compiled(topology);
    this.state = createSiteState(this.site, this.now, defaultPolicy);
    this.chargers = topology.connectors.map(
      ({ maximum_A, wiring }) => new TrueCharger(maximum_A, wiring.kind === 'three-phase' ? 3 : 1),
    );
    this.changesBegun = this.chargers.map(() => []);
    this.chargers.forEach((_, index) => observe(this.state, index, this.now, { type: 'connected' }));
    this.turn(['obeyed']);
    this.chargers.forEach((_, index) => this.newCar(index));
  }

  /** What the allocator knows of a connector. */
  connector(index: number): ConnectorState {
    return this.state.connectors[index]!;
  }

  /** What the allocator counts for one connector, per slot of its own node, ampere. */
  committedOf(index: number): Float64Array {
    const sums_A = new Float64Array(this.site.nodeCount * slotsPerNode);
    addCommittedLoad(this.site, sums_A, this.state.connectors[index]!, this.now);
    const node = this.site.path[this.site.pathStart[index]!]!;
    return sums_A.slice(node * slotsPerNode, (node + 1) * slotsPerNode);
  }

  play(step: WorldStep): void {
    this.happen(step.event, step.who % this.chargers.length);
    for (let second = 0; second < step.wait_s; second++) {
      this.now = epochMilliseconds(this.now + 1_000);
      for (const charger of this.chargers) charger.look(this.now);
      for (const { index, limitId } of this.late.filter(({ at }) => at <= this.now))
        observe(this.state, index, this.now, { type: 'answered', limitId, outcome: 'accepted' });
      this.late = this.late.filter(({ at }) => at > this.now);
      if (step.event === 'sample' && second % 5 === 0) this.sample();
      if (step.meter) takeMeterFrame(this.state, 0, this.now, step.base_A);
      this.turn(step.fates);
    }
  }

  private happen(event: WorldStep['event'], index: number): void {
    const charger = this.chargers[index]!;
    const tell = (told: Parameters<typeof observe>[3]): void => observe(this.state, index, this.now, told);
    if (event === 'new car') this.newCar(index);
    if (event === 'disconnect') charger.isConnected = false;
    if (event === 'connect') charger.isConnected = true;
    if (event === 'disconnect') tell({ type: 'disconnected' });
    if (event === 'connect') tell({ type: 'connected' });
    if (event === 'forced')
      tell({
        type: 'settings',
        settings: { ...plainSettings, phases: (['one', 'three', 'automatic'] as const)[this.ids % 3]! },
      });
    if (event === 'restart') this.restart();
  }

  /** A new owner knows what the store holds: open transactions and confirmed standing defaults. */
  private restart(): void {
    this.state = createSiteState(this.site, this.now, defaultPolicy);
    this.late = [];
    this.chargers.forEach(({ transactionId, isConnected }, index) => {
      const current_A = this.confirmed.get(index);
      if (current_A !== undefined)
        observe(this.state, index, this.now, { type: 'fallback-known', current_A });
      if (transactionId !== null)
        observe(this.state, index, this.now, { type: 'started', transactionId, resumed: true });
      if (isConnected) observe(this.state, index, this.now, { type: 'connected' });
    });
  }

  private newCar(index: number): void {
    const before = this.state.connectors[index]!.transactionId;
    if (before !== null) observe(this.state, index, this.now, { type: 'ended', transactionId: before });
    const transactionId = ++this.transactions;
    this.chargers[index]!.begin(transactionId, this.now);
    observe(this.state, index, this.now, { type: 'started', transactionId, resumed: false });
  }

  /** Every car draws what it may at once. */
  private sample(): void {
    this.chargers.forEach((charger, index) => {
      if (charger.isConnected)
        observe(this.state, index, this.now, { type: 'sampled', current_A: this.sampleOf(charger) });
    });
  }

  private sampleOf(charger: TrueCharger): PerPhase {
    const { current_A, lines } = charger.inForce(this.now);
    return [current_A, lines > 1 ? current_A : 0, lines > 2 ? current_A : 0];
  }

  private turn(fates: readonly Fate[]): void {
    const decisions = decide(this.state, this.now, () => `limit-${this.ids++}`);
    this.noteChanges();
    decisions.forEach((decision, number) => {
      this.suffer(decision, fates[Math.min(number, fates.length - 1)] ?? 'obeyed');
    });
  }

  private suffer(decision: Decision, fate: Fate): void {
    const { index, limitId } = decision;
    const charger = this.chargers[index]!;
    const answer = (outcome: 'accepted' | 'rejected' | 'undelivered'): void =>
      observe(this.state, index, this.now, { type: 'answered', limitId, outcome });
    if (!charger.isConnected || fate === 'never arrived') return;
    if (fate === 'lost, as undelivered') return answer('undelivered');
    if (fate === 'rejected') return answer('rejected');
    charger.obey(decision, this.now);
    if (fate === 'answer lost') return;
    if (fate === 'answered late') {
      this.late.push({ at: this.now + 4_000, index, limitId });
      return;
    }
    if (decision.transactionId === null) this.confirmed.set(index, decision.current_A);
    answer('accepted');
    if (fate === 'answered twice') answer('accepted');
  }

  private noteChanges(): void {
    this.state.connectors.forEach(({ phases, latestTransactionId }, index) => {
      const noted = this.changesBegun[index]!;
      const at = phases.begunAt.at(-1);
      if (at !== undefined && at !== noted.at(-1)?.at) noted.push({ at, session: latestTransactionId });
    });
  }
}
