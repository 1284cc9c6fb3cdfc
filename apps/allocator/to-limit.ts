import type { Decision } from '#libs/allocation/decision.js';
import type { Limit } from '#libs/contracts/limit.js';

/** A decision as it travels to the edge. */
export function toLimit(decision: Decision, siteId: string, ownerEpoch: number, issuedAt: number): Limit {
  const { limitId, deviceId, connector, transactionId, current_A, numberPhases, leaseUntil, reason } =
    decision;
  return {
    limitId,
    siteId,
    deviceId,
    connector,
    transactionId,
    current_A,
    numberPhases,
    ownerEpoch,
    issuedAt,
    leaseUntil,
    reason,
  };
}
