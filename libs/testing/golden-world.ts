import { compileSite, connectorKey } from '#libs/allocation/compile.js';
import { plainSettings, type ConnectorSettings } from '#libs/allocation/connector-settings.js';
import { decide } from '#libs/allocation/decide.js';
import type { Decision } from '#libs/allocation/decision.js';
import { observe, type ConnectorEvent } from '#libs/allocation/observe.js';
import { defaultPolicy } from '#libs/allocation/policy.js';
import { createSiteState, takeMeterFrame, type SiteState } from '#libs/allocation/site-state.js';
import { phaseIndex, type PerPhase } from '#libs/units/phases.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { GoldenCharger } from './golden-charger.js';
import type { Golden, GoldenStep } from './golden.js';

/** The instant that a golden calls second 0, and the length of one tick of its world. */
const origin_ms = 1_700_000_000_000;
const tick_ms = 100;

interface Cycle {
  readonly node: string;
  readonly add_A: PerPhase;
  readonly on_ms: number;
  readonly off_ms: number;
  readonly from_ms: number;
  readonly until_ms: number;
}

/** What was sent, with the second it was sent at. */
export interface Sent {
  readonly at_s: number;
  readonly key: string;
  readonly decision: Decision;
}

/** A site in virtual time: chargers, cars, meters and the allocator, driven as the allocator's service drives it. */
export class GoldenWorld {
  readonly sent: Sent[] = [];
  readonly chargers = new Map<string, GoldenCharger>();
  private now_ms = 0;
  private readonly state: SiteState;
  private readonly base = new Map<string, PerPhase>();
  private readonly baseHistory: { readonly at_ms: number; readonly base: ReadonlyMap<string, PerPhase> }[] =
    [];
  private readonly meters = new Map<string, { every_s: number; late_s: number; next_ms: number }>();
  private cycles: Cycle[] = [];
  private mail: { readonly at_ms: number; readonly index: number; readonly event: ConnectorEvent }[] = [];
  private steps: readonly GoldenStep[];
  private sequence = 0;

  constructor(private readonly golden: Golden) {
    const site = compileSite(golden.site);
    if (!site.ok) throw new Error(site.error.map((error) => `${error.path}: ${error.message}`).join('\n'));
    this.state = createSiteState(site.value, epochMilliseconds(origin_ms), defaultPolicy);
    for (const wired of golden.site.connectors)
      this.chargers.set(connectorKey(wired.deviceId, wired.connector), new GoldenCharger(wired));
    this.steps = golden.steps.toSorted((a, b) => a.at_s - b.at_s);
  }

  /** The instant of the next tick, in seconds of the golden. */
  get second(): number {
    return this.now_ms / 1_000;
  }

  /** One tick: what the golden says, the physical world, then whatever calls for a decision. */
  tick(): void {
    let calls = this.now_ms % 1_000 === 0;
    while (this.steps[0] && this.steps[0].at_s * 1_000 <= this.now_ms) {
      calls = this.apply(this.steps[0]) || calls;
      this.steps = this.steps.slice(1);
    }
    for (const charger of this.chargers.values()) charger.advance(this.now_ms);
    this.baseHistory.push({ at_ms: this.now_ms, base: this.baseNow() });
    if (this.baseHistory.length > 600) this.baseHistory.shift();
    this.deliver();
    this.sendSamples();
    calls = this.readMeters() || calls;
    if (calls) this.decide();
    this.now_ms += tick_ms;
  }

  /** True current per line through a node at an instant of the last minute. */
  lines_A(nodeId: string, at_ms: number = this.now_ms - tick_ms): PerPhase {
    const lines: [number, number, number] = [0, 0, 0];
    const pairs = { 'L1-L2': 0, 'L2-L3': 0, 'L3-L1': 0 };
    for (const charger of this.chargers.values()) {
      const { wired } = charger;
      if (!this.isBelow(wired.nodeId, nodeId)) continue;
      const [first, ...others] = charger.terminals_A(at_ms);
      const { wiring } = wired;
      if (wiring.kind === 'line-to-line') pairs[wiring.lines] += first;
      else if (wiring.kind === 'single-phase') lines[phaseIndex(wiring.phase)] += first;
      else wiring.rotation.forEach((phase, at) => (lines[phaseIndex(phase)] += [first, ...others][at] ?? 0));
    }
    const phasor = (one: number, other: number): number => Math.sqrt(one * one + other * other + one * other);
    lines[0] += phasor(pairs['L1-L2'], pairs['L3-L1']);
    lines[1] += phasor(pairs['L2-L3'], pairs['L1-L2']);
    lines[2] += phasor(pairs['L3-L1'], pairs['L2-L3']);
    const then = this.baseHistory.findLast((entry) => entry.at_ms <= at_ms)?.base;
    for (const [node, base_A] of then ?? [])
      if (this.isBelow(node, nodeId)) base_A.forEach((base, line) => (lines[line as 0 | 1 | 2] += base));
    return lines;
  }

  private apply(step: GoldenStep): boolean {
    const all = (keys: readonly string[] | undefined, event: ConnectorEvent): void =>
      keys?.forEach((key) => this.tell(key, event));
    for (const [key, answers] of Object.entries(step.answers ?? {})) this.charger(key).answers = answers;
    all(step.connect, { type: 'connected' });
    all(step.disconnect, { type: 'disconnected' });
    all(step.plug, { type: 'plugged-in' });
    all(step.unplug, { type: 'unplugged' });
    for (const [key, car] of Object.entries(step.start ?? {})) {
      const transactionId = ++this.sequence;
      this.charger(key).start(transactionId, car, this.now_ms);
      this.tell(key, { type: 'plugged-in' });
      this.tell(key, { type: 'started', transactionId, resumed: false });
    }
    for (const key of step.end ?? []) {
      const { transactionId } = this.charger(key);
      this.charger(key).end();
      if (transactionId !== null) this.tell(key, { type: 'ended', transactionId });
      this.tell(key, { type: 'unplugged' });
    }
    for (const [key, settings] of Object.entries(step.set ?? {}))
      this.tell(key, { type: 'settings', settings: this.settingsOf(settings) });
    for (const [key, current_A] of Object.entries(step.override_A ?? {}))
      this.charger(key).override_A = current_A;
    for (const [node, base_A] of Object.entries(step.base_A ?? {})) this.base.set(node, base_A);
    for (const [node, meter] of Object.entries(step.meter ?? {})) {
      if (meter) this.meters.set(node, { ...meter, next_ms: this.now_ms });
      else this.meters.delete(node);
    }
    for (const { node, add_A, on_s, off_s, until_s } of step.cycle ?? [])
      this.cycles.push({
        node,
        add_A,
        on_ms: on_s * 1_000,
        off_ms: off_s * 1_000,
        from_ms: this.now_ms,
        until_ms: until_s * 1_000,
      });
    for (const [node, current_A] of Object.entries(step.frame_A ?? {})) this.frame(node, current_A);
    for (const [key, current_A] of Object.entries(step.sample_A ?? {}))
      this.tell(key, { type: 'sampled', current_A });
    return Boolean(step.connect ?? step.start ?? step.end ?? step.frame_A);
  }

  private deliver(): void {
    const due = this.mail.filter((letter) => letter.at_ms <= this.now_ms);
    this.mail = this.mail.filter((letter) => letter.at_ms > this.now_ms);
    for (const { index, event } of due) observe(this.state, index, this.instant(), event);
  }

  private sendSamples(): void {
    for (const [key, charger] of this.chargers) {
      const every_s = charger.car?.samples_s ?? null;
      if (every_s !== null && this.now_ms % (every_s * 1_000) === 0)
        this.tell(key, { type: 'sampled', current_A: charger.terminals_A(this.now_ms) });
    }
  }

  private readMeters(): boolean {
    let read = false;
    for (const [node, meter] of this.meters) {
      if (this.now_ms < meter.next_ms) continue;
      meter.next_ms += meter.every_s * 1_000;
      this.frame(node, this.lines_A(node, this.now_ms - meter.late_s * 1_000));
      read = true;
    }
    return read;
  }

  private decide(): void {
    const decisions = decide(this.state, this.instant(), () => `limit-${this.sequence++}`);
    for (const decision of decisions) {
      const key = connectorKey(decision.deviceId, decision.connector);
      this.sent.push({ at_s: this.second, key, decision });
      const charger = this.charger(key);
      const { answer, after_s } = charger.answers;
      if (answer === 'never') continue;
      if (answer !== 'rejected')
        charger.obey(
          decision.transactionId,
          decision.current_A,
          decision.numberPhases ?? 3,
          decision.leaseUntil === null ? null : decision.leaseUntil - origin_ms,
        );
      if (answer === 'lost') continue;
      this.mail.push({
        at_ms: this.now_ms + after_s * 1_000,
        index: decision.index,
        event: { type: 'answered', limitId: decision.limitId, outcome: answer },
      });
    }
  }

  private frame(nodeId: string, current_A: PerPhase): void {
    const node = this.state.site.nodeIndexById.get(nodeId);
    if (node === undefined) throw new Error(`There is no node "${nodeId}" in "${this.golden.title}".`);
    takeMeterFrame(this.state, node, this.instant(), current_A);
  }

  private baseNow(): ReadonlyMap<string, PerPhase> {
    const base = new Map(this.base);
    this.cycles = this.cycles.filter((cycle) => cycle.until_ms > this.now_ms);
    for (const { node, add_A, on_ms, off_ms, from_ms } of this.cycles) {
      if ((this.now_ms - from_ms) % (on_ms + off_ms) >= on_ms) continue;
      const [l1, l2, l3] = base.get(node) ?? [0, 0, 0];
      base.set(node, [l1 + add_A[0], l2 + add_A[1], l3 + add_A[2]]);
    }
    return base;
  }

  private isBelow(nodeId: string, ancestor: string): boolean {
    if (nodeId === ancestor) return true;
    const parent = this.golden.site.nodes.find((node) => node.nodeId === nodeId)?.parentId ?? null;
    return parent !== null && this.isBelow(parent, ancestor);
  }

  private charger(key: string): GoldenCharger {
    const charger = this.chargers.get(key);
    if (!charger) throw new Error(`There is no connector "${key}" in "${this.golden.title}".`);
    return charger;
  }

  private tell(key: string, event: ConnectorEvent): void {
    this.charger(key);
    const index = this.state.site.connectorIndexByKey.get(key);
    if (index !== undefined) observe(this.state, index, this.instant(), event);
  }

  /** What a golden sets, over plain settings; it tells the departure in its own seconds. */
  private settingsOf({ departure, ...set }: NonNullable<GoldenStep['set']>[string]): ConnectorSettings {
    const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    return {
      ...plainSettings,
      ...given,
      departure: departure
        ? {
            at: epochMilliseconds(origin_ms + departure.at_s * 1_000),
            remaining_Wh: departure.remaining_Wh,
          }
        : null,
    };
  }

  private instant() {
    return epochMilliseconds(origin_ms + this.now_ms);
  }
}
