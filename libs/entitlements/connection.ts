import { fail, ok, type Result } from '#libs/units/result.js';

/**
 * Two organisations that deal with each other: `sharing` carries shares (CS-01), `reseller` lets a dealer sell what a
 * monitoring company offers (AJ-17).
 */
export const connectionKinds = ['sharing', 'reseller'] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

export const connectionStates = ['requested', 'active', 'rejected', 'withdrawn', 'closed'] as const;
export type ConnectionState = (typeof connectionStates)[number];

/** The machine of 5B. */
export interface Connection {
  readonly kind: ConnectionKind;
  readonly state: ConnectionState;
}

/** Which side somebody stands on; null: outside. */
export type Side = 'requester' | 'counterparty' | null;

export type ConnectionEvent =
  | { readonly type: 'approve' | 'reject' | 'withdraw' }
  | {
      readonly type: 'close';
      /** Services that run over it, whose bills go to the reseller; always 0 on a sharing connection. */
      readonly activeServices: number;
    };

export type ConnectionRefusal =
  'same-organisation' | 'already-connected' | 'not-yours' | 'over' | 'services-active';

/**
 * Asks for a connection. @param earlier what there was between the two before: of this kind, and for `reseller` from the
 * same dealer to the same reseller
 */
export function requestConnection(
  kind: ConnectionKind,
  parties: { readonly same: boolean; readonly earlier: readonly ConnectionState[] },
): Result<Connection, ConnectionRefusal> {
  if (parties.same) return fail('same-organisation');
  const live = parties.earlier.some((state) => state === 'requested' || state === 'active');
  // AJ-17: a dealer asks a reseller once, whatever became of it.
  if (live || (kind === 'reseller' && parties.earlier.length > 0)) return fail('already-connected');
  return ok({ kind, state: 'requested' });
}

/** The next state, or why there is none. Each side does its own part: the counterparty answers, the requester withdraws. */
export function stepConnection(
  connection: Connection,
  event: ConnectionEvent,
  side: Side,
): Result<Connection, ConnectionRefusal> {
  if (side === null) return fail('not-yours');
  switch (event.type) {
    case 'approve':
    case 'reject':
      if (side !== 'counterparty') return fail('not-yours');
      if (connection.state !== 'requested') return fail('over');
      return ok({ ...connection, state: event.type === 'approve' ? 'active' : 'rejected' });
    case 'withdraw':
      if (side !== 'requester') return fail('not-yours');
      return connection.state === 'requested' ? ok({ ...connection, state: 'withdrawn' }) : fail('over');
    case 'close':
      if (connection.state !== 'active') return fail('over');
      return event.activeServices > 0 ? fail('services-active') : ok({ ...connection, state: 'closed' });
  }
}
