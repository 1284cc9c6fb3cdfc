import { fail, ok, type Result } from '#libs/units/result.js';
import type { Side } from './connection.js';
import type { GrantRole } from './role.js';

/** CS-03: what a share can be of, the widest first. */
export const shareLevels = ['customer', 'location', 'installation'] as const;
export type ShareLevel = (typeof shareLevels)[number];

/** CS-12, CS-13: what was asked for or less. */
export const isWithinLevel = (requested: ShareLevel, selected: ShareLevel): boolean =>
  shareLevels.indexOf(selected) >= shareLevels.indexOf(requested);

/** CS-18. */
export const shareRoles = [
  'installation-manager',
  'subcontractor',
  'borrower',
] as const satisfies readonly GrantRole[];
export type ShareRole = (typeof shareRoles)[number];

/** CS-19, CS-27: work under the grantor's name is an option of the two roles that work for the grantor. */
export const mayBeBranded = (role: ShareRole): boolean => role !== 'installation-manager';

export const shareStates = [
  'requested',
  'rejected',
  'withdrawn',
  'approved',
  'preparing',
  'available',
  'processing',
  'processed',
  'failed',
  'revoked',
] as const;
export type ShareState = (typeof shareStates)[number];

/** CS-47: what a party is told. The same moment is a request to the one and a task to the other. */
export type ShareStatus = ShareState | 'to-evaluate';
export const shownStatus = (state: ShareState, side: Side): ShareStatus =>
  state === 'requested' && side === 'counterparty' ? 'to-evaluate' : state;

/** The machine of 5C. */
export interface ShareRequest {
  readonly state: ShareState;
  /** Where it failed, and where a retry takes it up; null unless failed. */
  readonly failedIn: 'preparing' | 'processing' | null;
}

export type ShareEvent =
  | { readonly type: 'approve' | 'confirm'; readonly connectionActive: boolean }
  | { readonly type: 'reject' | 'withdraw' | 'connection-closed' | 'prepared' | 'fail' | 'retry' }
  | { readonly type: 'process'; readonly mappingComplete: boolean }
  | { readonly type: 'done'; /** Objects of the share not taken over yet. */ readonly remaining: number }
  | {
      readonly type: 'revoke';
      /** Whether anything is left that a revoke would end or stop (CS-33). */
      readonly endsSomething: boolean;
    };

/** Who takes a step: one of the parties (the requester asked for the share), or the system. */
export type ShareActor = Side | 'system';

export type ShareRefusal =
  'not-yours' | 'over' | 'not-connected' | 'no-name' | 'mapping-incomplete' | 'grant-locked' | 'not-ready';

/** CS-01, CS-04, CS-05: the receiver-to-be asks, over an active connection, under a name of its own. */
export function requestShare(
  connectionActive: boolean,
  name: string,
): Result<ShareRequest, 'not-connected' | 'no-name'> {
  if (!connectionActive) return fail('not-connected');
  return name.trim() === '' ? fail('no-name') : ok({ state: 'requested', failedIn: null });
}

const actorOf: Readonly<Record<ShareEvent['type'], readonly ShareActor[]>> = {
  approve: ['counterparty'],
  reject: ['counterparty'],
  confirm: ['counterparty'],
  revoke: ['counterparty'],
  withdraw: ['requester'],
  process: ['requester'],
  retry: ['requester', 'counterparty'],
  prepared: ['system'],
  done: ['system'],
  fail: ['system'],
  'connection-closed': ['system'],
};

const confirmed: ReadonlySet<ShareState> = new Set([
  'preparing',
  'available',
  'processing',
  'processed',
  'failed',
]);

/** The next state, or why there is none. CS-44: a step that was taken already is taken once; the share comes back as it is. */
export function stepShare(
  share: ShareRequest,
  event: ShareEvent,
  actor: ShareActor,
): Result<ShareRequest, ShareRefusal> {
  if (!actorOf[event.type].includes(actor)) return fail('not-yours');
  const { state } = share;
  const to = (next: ShareState): Result<ShareRequest, ShareRefusal> => ok({ state: next, failedIn: null });
  switch (event.type) {
    case 'approve':
      if (state !== 'requested') return fail('over');
      return event.connectionActive ? to('approved') : fail('not-connected');
    // CS-14: final for this request.
    case 'reject':
      return state === 'requested' ? to('rejected') : fail('over');
    case 'withdraw':
      return state === 'requested' ? to('withdrawn') : fail('over');
    case 'connection-closed':
      // Nothing has been shared yet; what has follows its own rule.
      return state === 'requested' || state === 'approved' ? to('withdrawn') : ok(share);
    case 'confirm':
      if (confirmed.has(state)) return ok(share);
      if (state === 'requested') return fail('not-ready');
      if (state !== 'approved') return fail('over');
      return event.connectionActive ? to('preparing') : fail('not-connected');
    case 'prepared':
      return state === 'preparing' ? to('available') : fail('over');
    case 'process':
      if (state === 'processing' || state === 'processed') return ok(share);
      if (state === 'preparing' || state === 'approved' || state === 'requested') return fail('not-ready');
      // What failed for want of a place may be told another.
      if (state !== 'available' && share.failedIn !== 'processing') return fail('over');
      return event.mappingComplete ? to('processing') : fail('mapping-incomplete');
    case 'done':
      if (state !== 'processing') return fail('over');
      return to(event.remaining > 0 ? 'available' : 'processed');
    case 'fail':
      return state === 'preparing' || state === 'processing'
        ? ok({ state: 'failed', failedIn: state })
        : fail('over');
    case 'retry':
      if (share.failedIn === null) return fail('over');
      // Each repeats its own part.
      return (share.failedIn === 'preparing') === (actor === 'counterparty')
        ? to(share.failedIn)
        : fail('not-yours');
    case 'revoke':
      if (state === 'revoked') return ok(share);
      if (state !== 'approved' && !confirmed.has(state)) return fail('over');
      return event.endsSomething ? to('revoked') : fail('grant-locked');
  }
}
