import type { EpochMilliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import type { ReasonSource } from './reason.js';
import type { CompiledSite } from './compile.js';

/** A limit beneath a node's fuse that can change at any time: of the grid operator, or of the contract. */
export interface NodeLimit {
  readonly nodeId: string;
  /** Ampere per line, all loads of the node included. */
  readonly limit_A: PerPhase;
  readonly source: Extract<ReasonSource, 'grid-operator' | 'contract'>;
  /** When it ends; absent or null: nobody said. */
  readonly until?: EpochMilliseconds | null;
}

/** The lowest of all such limits per (node, line), index 3 * node + line. */
export interface NodeLimits {
  /** Infinity where there is none. */
  readonly limit_A: Float64Array;
  readonly source: (NodeLimit['source'] | null)[];
  readonly until: (EpochMilliseconds | null)[];
}

export function noNodeLimits(site: CompiledSite): NodeLimits {
  return {
    limit_A: new Float64Array(site.nodeCount * 3).fill(Infinity),
    source: Array.from({ length: site.nodeCount * 3 }, () => null),
    until: Array.from({ length: site.nodeCount * 3 }, () => null),
  };
}

/** Puts `limits` in the place of all earlier ones. A limit of a node that the site does not have is ignored. */
export function setNodeLimits(site: CompiledSite, into: NodeLimits, limits: readonly NodeLimit[]): void {
  into.limit_A.fill(Infinity);
  into.source.fill(null);
  into.until.fill(null);
  for (const limit of limits) {
    const node = site.nodeIndexById.get(limit.nodeId);
    if (node === undefined) continue;
    limit.limit_A.forEach((own_A, line) => {
      const at = node * 3 + line;
      if (own_A >= into.limit_A[at]!) return;
      into.limit_A[at] = Math.max(0, own_A);
      into.source[at] = limit.source;
      into.until[at] = limit.until ?? null;
    });
  }
}
