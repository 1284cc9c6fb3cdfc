import { entitlementOf, type Proof } from '#libs/entitlements/proof.js';
import { Engine } from './engine.js';
import type { Attempt, Attempted } from './history.js';
import { mayDo } from './naive-access.js';
import { connectionState, invitationState, serviceState, succeeds, transferState } from './naive-guards.js';

export interface Disagreement {
  /** Which attempt. */
  readonly index: number;
  readonly attempt: Attempt;
  readonly engine: string;
  readonly oracle: string;
}

/** As the oracle writes it: `owner:2`, `membership:7`, `grant:9`, or `grant:9 as 7` for one that came by a membership. */
function numbered(proof: Proof): string {
  if (proof.kind === 'owner') return entitlementOf(proof);
  const own = `${proof.kind}:${Number(entitlementOf(proof).slice(-3))}`;
  if (proof.kind === 'membership' || !proof.through) return own;
  return `${own} as ${Number(proof.through.membershipId.slice(-3))}`;
}

/** One history, told to the engine and to the oracle side by side. */
export class Replay {
  /** What succeeded so far. */
  readonly history: Attempt[] = [];
  readonly attempts: Attempt[] = [];
  readonly tally = { events: 0, refused: 0, questions: 0, allowed: 0 };
  private readonly engine = new Engine();
  /** The last right that was had, and by what: it must end when that ends. */
  private held: { readonly ask: Attempted<'ask'>; readonly proof: Proof } | null = null;

  tell(it: Attempt): Disagreement | null {
    this.attempts.push(it);
    const answers = this.answers(it);
    if (!answers) return null;
    return { index: this.attempts.length - 1, attempt: it, ...answers };
  }

  private answers(it: Attempt): { readonly engine: string; readonly oracle: string } | null {
    if (it.do === 'ask') return this.ask(it);
    if (it.do === 'look') return differing(this.engine.look(it), this.look(it));
    const oracle = succeeds(this.history, it);
    const engine = this.engine.attempt(it);
    this.tally.events++;
    if (!oracle) this.tally.refused++;
    if (oracle) this.history.push(it);
    return differing(engine ? 'succeeds' : 'refused', oracle ? 'succeeds' : 'refused');
  }

  private ask(it: Attempted<'ask'>): ReturnType<typeof differing> {
    const expected = mayDo(this.history, it.person, it.action, it.node, it.at);
    const { decision, extent } = this.engine.decide(it);
    this.tally.questions++;
    const wrong =
      differing(`extent ${extent}`, `extent ${expected.extent}`) ??
      differing(`allowed ${decision.allowed}`, `allowed ${expected.extent > 0}`);
    if (wrong) return wrong;
    if (!decision.allowed) {
      if (decision.visible && !expected.tied) return { engine: 'visible', oracle: 'a stranger' };
    } else {
      this.tally.allowed++;
      const proof = numbered(decision.proof);
      const extentOfDecision = decision.extent === 'all' ? 2 : 1;
      if (extentOfDecision !== expected.extent)
        return { engine: decision.extent, oracle: `extent ${expected.extent}` };
      if (!expected.proofs.includes(proof))
        return { engine: `by ${proof}`, oracle: `by ${expected.proofs.join(' or ')}` };
      if (!expected.currents.includes(decision.maximumCurrent_A))
        return { engine: `${decision.maximumCurrent_A} A`, oracle: `${expected.currents.join(' or ')} A` };
    }
    const still = this.stillHolds(it.at);
    if (decision.allowed && (this.held === null || it.at % 3 === 0))
      this.held = { ask: it, proof: decision.proof };
    return still;
  }

  private stillHolds(at: number): ReturnType<typeof differing> {
    if (!this.held) return null;
    const { ask, proof } = this.held;
    const { holding } = mayDo(this.history, ask.person, ask.action, ask.node, at);
    return differing(
      `${numbered(proof)} holds: ${this.engine.holds({ ...ask, at }, proof)}`,
      `${numbered(proof)} holds: ${holding.includes(numbered(proof))}`,
    );
  }

  private look({ what, number, at }: Attempted<'look'>): string {
    if (what === 'invitation') return invitationState(this.history, number, at);
    if (what === 'transfer') return transferState(this.history, number, at);
    if (what === 'connection') return connectionState(this.history, number);
    return serviceState(this.history, number, at);
  }
}

const differing = (engine: string, oracle: string): { engine: string; oracle: string } | null =>
  engine === oracle ? null : { engine, oracle };

export function replay(attempts: readonly Attempt[]): Disagreement | null {
  const run = new Replay();
  for (const attempt of attempts) {
    const found = run.tell(attempt);
    if (found) return found;
  }
  return null;
}

/** Leaves out what is not needed to disagree, one attempt after the other, until nothing more can go. */
export function shrink(attempts: readonly Attempt[]): readonly Attempt[] {
  let smallest = attempts.slice(0, (replay(attempts)?.index ?? attempts.length) + 1);
  for (let index = smallest.length - 1; index >= 0; index--) {
    const without = smallest.toSpliced(index, 1);
    if (replay(without)) {
      smallest = without;
      index = smallest.length;
    }
  }
  return smallest;
}
