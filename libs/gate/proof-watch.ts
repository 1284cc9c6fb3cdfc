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
  private readonly byPerson = new Map<string, Set<Watcher>>();
  private readonly byLocation = new Map<string, Set<Watcher>>();
  /** Those that the clock alone may end. */
  private readonly timed = new Set<Watcher>();

  constructor(private readonly table: () => EntitlementTable) {}

  get size(): number {
    return this.watchers.size;
  }

  /** Calls `onDead` once, when the proof dies; at once if it has died already. The answer ends the watch. */
  add(watched: Watched, now: EpochMilliseconds, onDead: (end: WatchEnd) => void): () => void {
    const watcher: Watcher = { ...watched, onDead };
    this.watchers.add(watcher);
    join(this.byPerson, watcher.personId, watcher);
    join(this.byLocation, watcher.locationId, watcher);
    if (endsByClock(watcher.proof)) this.timed.add(watcher);
    this.look(watcher, now);
    return () => this.forget(watcher);
  }

  /** Ends what the change killed or time ran out on; null looks at everything. */
  review(concerned: Concerned | null, now: EpochMilliseconds): void {
    if (concerned === null || concerned.everything) {
      for (const watcher of this.watchers) this.look(watcher, now);
      return;
    }
    const due = new Set(this.timed);
    for (const person of concerned.people) for (const each of this.byPerson.get(person) ?? []) due.add(each);
    for (const location of concerned.locations) {
      for (const each of this.byLocation.get(location) ?? []) due.add(each);
    }
    for (const watcher of due) this.look(watcher, now);
  }

  endAll(end: WatchEnd): void {
    for (const watcher of this.watchers) this.end(watcher, end);
  }

  private look(watcher: Watcher, now: EpochMilliseconds): void {
    const { personId, action, target, proof } = watcher;
    if (!proofHolds(this.table(), personId, action, target, proof, now)) this.end(watcher, 'access-ended');
  }

  private end(watcher: Watcher, end: WatchEnd): void {
    this.forget(watcher);
    watcher.onDead(end);
  }

  private forget(watcher: Watcher): void {
    this.watchers.delete(watcher);
    this.timed.delete(watcher);
    leave(this.byPerson, watcher.personId, watcher);
    leave(this.byLocation, watcher.locationId, watcher);
  }
}

/** It has an end, or it opens and closes with the hours of the week. */
const endsByClock = (proof: Proof): boolean =>
  proof.kind === 'grant' && (proof.timed || proof.expiresAt !== null);

function join(index: Map<string, Set<Watcher>>, key: string, watcher: Watcher): void {
  const there = index.get(key);
  if (there) there.add(watcher);
  else index.set(key, new Set([watcher]));
}

function leave(index: Map<string, Set<Watcher>>, key: string, watcher: Watcher): void {
  const there = index.get(key);
  there?.delete(watcher);
  if (there?.size === 0) index.delete(key);
}
