import { Breaker } from '#firmware-sim/physics/breaker.js';
import type { Site } from '#firmware-sim/physics/site.js';
import { connectorKey, type CompiledSite } from '#libs/allocation/compile.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Actor } from './allocator-host.js';
import type { Figures } from './figures.js';
import { PhaseChanges } from './phase-changes.js';
import type { SimulatedCharger } from './simulated-charger.js';

export interface Violation {
  readonly rule: 'no-trip' | 'I1' | 'I10';
  readonly at_s: number;
  readonly what: string;
}

const tolerance_A = 1e-6;
/** How long the heat of an overstayed lease explains a damage: a bimetal is cold again after ten minutes. */
const explains_ms = 600_000;

/** Looks at the true world every simulated second: every node, every line, every charger. */
export class SafetyCheck {
  private breakers: ReadonlyMap<string, Breaker>;
  private readonly changes: PhaseChanges;
  private readonly outside = new Set<string>();
  /** When a charger below the node last followed a lease that was over by true time. */
  private readonly overstayedAt_ms = new Map<string, number>();

  constructor(
    private readonly site: CompiledSite,
    private readonly start_ms: number,
    private readonly figures: Figures,
    private readonly report: (violation: Violation) => void,
  ) {
    this.breakers = this.coldBreakers();
    this.changes = new PhaseChanges(site.topology.connectors.length);
  }

  /** False while the site's description is wrong: nobody can keep a fuse whose load is noted on another line. */
  isDescribedRightly = true;

  /** The description was mended: from here on every second counts, beginning with cold fuses. */
  mended(): void {
    this.isDescribedRightly = true;
    this.breakers = this.coldBreakers();
    this.outside.clear();
  }

  second(now_ms: number, chargers: readonly SimulatedCharger[], actor: Actor | null, wires: Site): void {
    chargers.forEach((charger, index) => {
      this.checkCommitment(now_ms, charger, index, actor);
      const early = actor && this.changes.tooEarly(actor, index);
      if (!early) return;
      this.figures.i10Violations++;
      this.tell('I10', now_ms, `${connectorKey(charger.wired.deviceId, 1)} changes its phases ${early}`);
    });
    this.checkFuses(now_ms, wires);
  }

  private coldBreakers(): ReadonlyMap<string, Breaker> {
    return new Map(this.site.topology.nodes.map((node) => [node.nodeId, new Breaker(node.fuse_A)]));
  }

  /** I1: the setpoint in force is never above what the allocator counts for the same transaction. */
  private checkCommitment(
    now_ms: number,
    charger: SimulatedCharger,
    index: number,
    actor: Actor | null,
  ): void {
    const inForce = charger.setpoint(now_ms);
    if (inForce === null) return;
    const honest = charger.setpoint(now_ms, 0);
    const isHonest = honest?.limit_A === inForce.limit_A && honest.phases === inForce.phases;
    const inForce_A = inForce.limit_A;
    if (!isHonest) this.noteOverstay(index, now_ms);
    if (!actor) return;
    const known = actor.state.connectors[index]!;
    if (known.transactionId === null || known.transactionId !== charger.transaction?.transactionId) {
      this.figures.unseen_s++;
      return;
    }
    const at = epochMilliseconds(now_ms);
    const { commitment } = known;
    // A setpoint for three lines is only covered by what is counted on all of them.
    const committedFor = (phases: number): number =>
      phases > 1 ? commitment.largestOnAll_A(at) : commitment.largest_A(at);
    const committed_A = committedFor(inForce.phases);
    if (inForce_A <= committed_A + tolerance_A) return;
    if (!isHonest && (honest?.limit_A ?? 0) <= committedFor(honest?.phases ?? 3) + tolerance_A) {
      this.figures.i1Unclaimed++;
      return;
    }
    this.figures.i1Violations++;
    this.tell(
      'I1',
      now_ms,
      `${connectorKey(charger.wired.deviceId, 1)} follows ${inForce_A} A on ${inForce.phases}, the allocator counts ${committed_A} A`,
    );
  }

  private checkFuses(now_ms: number, wires: Site): void {
    let ratio = 0;
    let outside = false;
    for (const [nodeId, current_A] of wires.trueCurrents()) {
      const node = this.site.topology.nodes.find((each) => each.nodeId === nodeId)!;
      for (const line of [0, 1, 2] as const) ratio = Math.max(ratio, current_A[line] / node.fuse_A[line]);
      const breaker = this.breakers.get(nodeId)!;
      breaker.step(current_A, 1);
      const { damage } = breaker;
      if (this.isDescribedRightly) this.figures.worstDamage = Math.max(this.figures.worstDamage, damage);
      if (damage <= 1) {
        this.outside.delete(nodeId);
        continue;
      }
      if (!this.isDescribedRightly) {
        this.figures.outsideBeforeMend_s++;
        continue;
      }
      if (now_ms - (this.overstayedAt_ms.get(nodeId) ?? -Infinity) <= explains_ms) {
        this.figures.outsideUnclaimed_s++;
        continue;
      }
      outside = true;
      if (this.outside.has(nodeId)) continue;
      this.outside.add(nodeId);
      const amperes = current_A.map((each) => each.toFixed(1)).join(' / ');
      this.tell('no-trip', now_ms, `${nodeId} (${node.fuse_A[0]} A) may have tripped, carrying ${amperes} A`);
    }
    if (outside) this.figures.outsideNoTripCurve_s++;
    if (ratio > 1 + tolerance_A) this.figures.overFuse_s++;
    if (ratio > 1.13 + tolerance_A) this.figures.over113_s++;
    this.figures.worstRatio = Math.max(this.figures.worstRatio, ratio);
  }

  private noteOverstay(index: number, now_ms: number): void {
    const { path, pathStart, nodeIds } = this.site;
    for (let at = pathStart[index]!; at < pathStart[index + 1]!; at++)
      this.overstayedAt_ms.set(nodeIds[path[at]!]!, now_ms);
  }

  private tell(rule: Violation['rule'], now_ms: number, what: string): void {
    this.report({ rule, at_s: (now_ms - this.start_ms) / 1_000, what });
  }
}
