import {
  isWithinLevel,
  requestShare,
  shareLevels,
  shownStatus,
  stepShare,
  type ShareActor,
  type ShareEvent,
  type ShareLevel,
  type ShareRequest,
} from '#libs/entitlements/share-request.js';
import type { Machine } from './machine.js';

const kinds = [
  'approve',
  'confirm',
  'reject',
  'withdraw',
  'connection-closed',
  'prepared',
  'process',
  'done',
  'fail',
  'retry',
  'revoke',
] as const;
type Kind = (typeof kinds)[number];

type ShareAttempt =
  | { readonly do: 'request'; readonly connected: boolean; readonly name: string; readonly level: ShareLevel }
  | {
      readonly do: Kind;
      readonly by: ShareActor;
      readonly connected: boolean;
      /** Approving: of what; taking over: whether each object has its place; the rest of it: what is left to do or to end. */
      readonly level: ShareLevel;
      readonly mapped: boolean;
      readonly left: number;
    }
  | { readonly do: 'look'; readonly by: 'requester' | 'counterparty' };

/** CS-14 and 5C, read from the list: the last thing that happened, and what a retry takes up again. */
function stateIn(history: readonly ShareAttempt[]): string {
  let state = 'none';
  let before = 'none';
  for (const event of history) {
    const next = after(event, state, before);
    if (event.do === 'fail') before = state;
    state = next;
  }
  return state;
}

function after(event: ShareAttempt, state: string, before: string): string {
  if (event.do === 'request') return 'requested';
  if (event.do === 'approve') return 'approved';
  if (event.do === 'reject') return 'rejected';
  if (event.do === 'withdraw') return 'withdrawn';
  if (event.do === 'connection-closed')
    return ['requested', 'approved'].includes(state) ? 'withdrawn' : state;
  // CS-44: told twice, done once.
  if (event.do === 'confirm') return state === 'approved' ? 'preparing' : state;
  if (event.do === 'prepared') return 'available';
  if (event.do === 'process') return ['available', 'failed'].includes(state) ? 'processing' : state;
  if (event.do === 'done') return event.left > 0 ? 'available' : 'processed';
  if (event.do === 'fail') return 'failed';
  if (event.do === 'retry') return before;
  return event.do === 'revoke' ? 'revoked' : state;
}

/** Where the share stood when it failed last. */
function failedIn(history: readonly ShareAttempt[]): string {
  const last = history.findLastIndex((event) => event.do === 'fail');
  return stateIn(history) === 'failed' ? stateIn(history.slice(0, last)) : 'none';
}

/** 5C, line by line: who takes the step, and from where. */
function may(history: readonly ShareAttempt[], it: ShareAttempt): boolean {
  const state = stateIn(history);
  if (it.do === 'look') return true;
  if (it.do === 'request') return it.connected && /\S/.test(it.name);
  const [grantor, asker, system] = [it.by === 'counterparty', it.by === 'requester', it.by === 'system'];
  const over = ['rejected', 'withdrawn', 'revoked'].includes(state);
  if (it.do === 'approve') {
    const asked = history.find((event) => event.do === 'request');
    const order = ['customer', 'location', 'installation'];
    const wider = asked !== undefined && order.indexOf(it.level) < order.indexOf(asked.level);
    return grantor && state === 'requested' && it.connected && !wider;
  }
  if (it.do === 'reject') return grantor && state === 'requested';
  if (it.do === 'withdraw') return asker && state === 'requested';
  if (it.do === 'connection-closed') return system;
  if (it.do === 'confirm') {
    if (!grantor || over || state === 'requested') return false;
    return state !== 'approved' || it.connected;
  }
  if (it.do === 'prepared') return system && state === 'preparing';
  if (it.do === 'process') {
    if (!asker) return false;
    if (state === 'processing' || state === 'processed') return true;
    return (state === 'available' || failedIn(history) === 'processing') && it.mapped;
  }
  if (it.do === 'done') return system && state === 'processing';
  if (it.do === 'fail') return system && ['preparing', 'processing'].includes(state);
  if (it.do === 'retry')
    return (grantor && failedIn(history) === 'preparing') || (asker && failedIn(history) === 'processing');
  if (state === 'revoked') return grantor;
  // CS-21, CS-33: what is locked and taken over stays; a revoke needs something that it ends.
  return grantor && !over && state !== 'requested' && it.left > 0;
}

const eventOf = (it: Exclude<ShareAttempt, { do: 'request' | 'look' }>): ShareEvent => {
  switch (it.do) {
    case 'approve':
    case 'confirm':
      return { type: it.do, connectionActive: it.connected };
    case 'process':
      return { type: 'process', mappingComplete: it.mapped };
    case 'done':
      return { type: 'done', remaining: it.left };
    case 'revoke':
      return { type: 'revoke', endsSomething: it.left > 0 };
    default:
      return { type: it.do };
  }
};

/** 5C: one request for a share from its beginning to its end. */
export const shareMachine: Machine<ShareAttempt> = {
  name: '5C share request',
  next(random, history) {
    const connected = random.chance(0.85);
    const level = random.of(shareLevels);
    if (history.length === 0)
      return { do: 'request', connected, name: random.of(['Hansen', ' ', '']), level };
    if (random.chance(0.2)) return { do: 'look', by: random.of(['requester', 'counterparty']) };
    const usual = { requested: 'approve', approved: 'confirm', preparing: 'prepared', available: 'process' };
    const wanted = usual[stateIn(history) as keyof typeof usual] ?? random.of(['done', 'retry', 'fail']);
    const kind = random.chance(0.5) ? (wanted as Kind) : random.of(kinds);
    const by = random.of(['counterparty', 'counterparty', 'requester', 'requester', 'system'] as const);
    const own = ['prepared', 'done', 'fail', 'connection-closed'].includes(kind) ? 'system' : by;
    return {
      do: kind,
      by: random.chance(0.9) ? own : by,
      connected,
      level,
      mapped: random.chance(0.8),
      left: random.under(3),
    };
  },
  engine() {
    let share: ShareRequest | null = null;
    let asked: ShareLevel = 'customer';
    return (it) => {
      if (it.do === 'look') return share ? shownStatus(share.state, it.by) : 'none';
      if (it.do === 'request') {
        const made = requestShare(it.connected, it.name);
        if (!made.ok) return 'refused';
        [share, asked] = [made.value, it.level];
        return share.state;
      }
      if (!share) return 'refused';
      if (it.do === 'approve' && !isWithinLevel(asked, it.level)) return 'refused';
      const next = stepShare(share, eventOf(it), it.by);
      if (!next.ok) return 'refused';
      share = next.value;
      return share.state;
    };
  },
  oracle(history, it) {
    if (it.do !== 'request' && it.do !== 'look' && history.every((event) => event.do !== 'request'))
      return 'refused';
    if (!may(history, it)) return 'refused';
    if (it.do !== 'look') return stateIn([...history, it]);
    const state = stateIn(history);
    // CS-47: to the one it is requested, to the other to be evaluated.
    return state === 'requested' && it.by === 'counterparty' ? 'to-evaluate' : state;
  },
};
