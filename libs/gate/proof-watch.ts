import { proofHolds } from '#libs/entitlements/decide.js';
import type { LocationAction } from '#libs/entitlements/action.js';
import type { EntitlementTable } from '#libs/entitlements/entitlement-table.js';
import type { Scope } from '#libs/entitlements/facts.js';
import type { Proof } from '#libs/entitlements/proof.js';
import type { PersonId, SiteId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { Concerned } from './snapshot.js';

export type WatchEnd = 'access-ended' | 'entitlements-stale';

export interface Watched {
  readonly personId: PersonId;
  readonly action: LocationAction;
  /** What is watched, and the location it lies in. */
  readonly target: Scope;
  readonly locationId: SiteId;
  readonly proof: Proof;
}

interface Watcher extends Watched {
  readonly onDead: (end: WatchEnd) => void;
}

/** What is open on a proof: looked at again with each change that concerns it, and when its time is over (T8). */
export class ProofWatch {
  private readonly watchers = new Set<Watcher>();

  constructor(private readonly table: () => EntitlementTable) {}

  get size(): number {
    return this.watchers.size;
  }

  /** Calls `onDead` once, when the proof dies. The answer ends the watch. */
  add(watched: Watched, onDead: (end: WatchEnd) => void): () => void {
    const watcher: Watcher = { ...watched, onDead };
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Ends what the change killed or time ran out on; null looks at everything. */
  review(concerned: Concerned | null, now: EpochMilliseconds): void {
    for (const watcher of this.watchers) {
      const due =
        concerned === null ||
        concerned.everything ||
        concerned.people.has(watcher.personId) ||
        concerned.locations.has(watcher.locationId) ||
        mayHaveEnded(watcher.proof, now);
      if (due && !this.holds(watcher, now)) this.end(watcher, 'access-ended');
    }
  }

  endAll(end: WatchEnd): void {
    for (const watcher of this.watchers) this.end(watcher, end);
  }

  private holds({ personId, action, target, proof }: Watched, now: EpochMilliseconds): boolean {
    return proofHolds(this.table(), personId, action, target, proof, now);
  }

  private end(watcher: Watcher, end: WatchEnd): void {
    this.watchers.delete(watcher);
    watcher.onDead(end);
  }
}

/** By the clock alone: its end has come, or it opens and closes with the hours of the week. */
const mayHaveEnded = (proof: Proof, now: EpochMilliseconds): boolean =>
  proof.kind === 'grant' && (proof.timed || (proof.expiresAt !== null && now >= proof.expiresAt));
