import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { EntitlementTable } from './entitlement-table.js';
import { grantFlags } from './grant-rows.js';

/** 5D: how often an access can be passed on. */
export const deepestChain = 8;

/** What bounds a grant beside its role: the least of everything along the chain it was passed on by. */
export interface ChainBounds {
  readonly expiresAt: EpochMilliseconds | null;
  /** Somewhere in the chain it opens at some times of the week only. */
  readonly timed: boolean;
  readonly maximumCurrent_A: number | null;
}

export function chainOf(table: EntitlementTable, grant: number): ChainBounds {
  const { grants } = table;
  let expiresAt = Number.POSITIVE_INFINITY;
  let maximum_A = Number.POSITIVE_INFINITY;
  let timed = false;
  for (let row = grant, depth = 0; row !== -1 && depth <= deepestChain; row = grants.parent(row), depth++) {
    expiresAt = Math.min(expiresAt, grants.expiresAt(row));
    maximum_A = Math.min(maximum_A, grants.maximumCurrent_A.get(row) ?? Number.POSITIVE_INFINITY);
    timed ||= grants.is(row, grantFlags.timed);
  }
  return {
    expiresAt: expiresAt === Number.POSITIVE_INFINITY ? null : epochMilliseconds(expiresAt),
    timed,
    maximumCurrent_A: maximum_A === Number.POSITIVE_INFINITY ? null : maximum_A,
  };
}
