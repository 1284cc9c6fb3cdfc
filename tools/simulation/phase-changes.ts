import { defaultPolicy } from '#libs/allocation/policy.js';
import type { Actor } from './allocator-host.js';

interface Seen {
  readonly actor: Actor;
  readonly transactionId: number | null;
  readonly begunAt: number;
  readonly inSession: number;
}

const hour_ms = 3_600_000;

/** Watches the changes of phases that an allocator chooses to make, as long as it lives (I10). */
export class PhaseChanges {
  private readonly last: (Seen | null)[];
  private readonly recent: number[][];

  constructor(connectors: number) {
    this.last = Array.from({ length: connectors }, () => null);
    this.recent = Array.from({ length: connectors }, () => []);
  }

  /** What is wrong with a change that the connector has just begun; null when there is none, or nothing wrong with it. */
  tooEarly(actor: Actor, index: number): string | null {
    const { phases, transactionId } = actor.state.connectors[index]!;
    const begunAt = phases.begunAt.at(-1);
    if (begunAt === undefined) return null;
    const before = this.last[index]!;
    const sameLife = before?.actor === actor;
    if (sameLife && before.begunAt === begunAt) return null;
    const sameSession = sameLife && before.transactionId === transactionId;
    const inSession = sameSession ? before.inSession + 1 : 1;
    this.last[index] = { actor, transactionId, begunAt, inSession };
    const recent = sameLife ? this.recent[index]!.filter((at) => begunAt - at < hour_ms) : [];
    this.recent[index] = [...recent, begunAt];
    if (sameSession && begunAt - before.begunAt < defaultPolicy.phaseDwell)
      return `${(begunAt - before.begunAt) / 1_000} s after the change before`;
    if (inSession > defaultPolicy.phaseChangesPerSession) return `${inSession} times in one session`;
    if (recent.length >= defaultPolicy.phaseChangesPerHour) return `${recent.length + 1} times in an hour`;
    return null;
  }
}
