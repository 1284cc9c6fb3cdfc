import {
  accessHours,
  admitProfessional,
  reachesSettings,
  requestAccess,
  shownRequestState,
  stepRequest,
  stepSettings,
  type AccessHours,
  type AccessRequest,
  type SettingsAccess,
} from '#libs/entitlements/hub-access.js';
import { isWithin, type DailyHours, type WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Machine } from './machine.js';
import { isOpen } from './naive-access.js';
import type { Random } from './random.js';

const hour_ms = 3_600_000;

type HubAttempt = { readonly at: number } & (
  | { readonly do: 'administrator-comes' | 'administrator-goes' }
  /** The professional is added, with the end that was wished for. */
  | { readonly do: 'admit'; readonly until: number | null }
  | { readonly do: 'ask'; readonly request: number }
  | {
      readonly do: 'answer';
      readonly request: number;
      readonly how: 'approve' | 'decline' | 'withdraw';
      readonly duration: AccessHours | 'permanent';
    }
  | { readonly do: 'schedule'; readonly hours: WeeklyHours }
  | { readonly do: 'revoke' }
  | { readonly do: 'look'; readonly request: number }
  | { readonly do: 'use' }
);
type History = readonly HubAttempt[];

const administrators = (history: History): number =>
  history.filter((event) => event.do === 'administrator-comes').length -
  history.filter((event) => event.do === 'administrator-goes').length;

/** Each event with the number of administrators before it. */
const withCount = (history: History) =>
  history.map((event, index) => ({ event, index, before: administrators(history.slice(0, index)) }));

/** AJ-39: what an event gives by itself; undefined: it says nothing of the settings. */
function given(event: HubAttempt, before: number): number | WeeklyHours | undefined {
  if (event.do === 'admit')
    return event.until ?? (before > 0 ? event.at + 8 * hour_ms : Number.POSITIVE_INFINITY);
  if (event.do === 'administrator-goes') return before === 1 ? Number.POSITIVE_INFINITY : undefined;
  if (event.do === 'answer' && event.how === 'approve')
    return event.duration === 'permanent' ? Number.POSITIVE_INFINITY : event.at + event.duration * hour_ms;
  if (event.do === 'revoke') return Number.NEGATIVE_INFINITY;
  return event.do === 'schedule' ? event.hours : undefined;
}

/** Whether the professional reaches the settings: by the last thing that gave or took it. */
function reaches(history: History, now: number): boolean {
  const all = withCount(history);
  const admitted = all.findIndex(({ event }) => event.do === 'admit');
  if (admitted === -1) return false;
  const last = all.slice(admitted).findLast(({ event, before }) => given(event, before) !== undefined);
  if (!last) return false;
  const gave = given(last.event, last.before) ?? Number.NEGATIVE_INFINITY;
  if (typeof gave !== 'number') return isOpen(gave, now);
  const came = all
    .slice(last.index + 1)
    .find(({ event, before }) => event.do === 'administrator-comes' && before === 0);
  // Without end it is until there is an administrator, and then for eight hours.
  return now < (gave === Number.POSITIVE_INFINITY && came ? came.event.at + 8 * hour_ms : gave);
}

/** A request waits for 168 hours, as an invitation does. */
function requestState(history: History, request: number, now: number): string {
  const asked = history.find((event) => event.do === 'ask' && event.request === request);
  if (!asked) return 'none';
  const answer = history.find((event) => event.do === 'answer' && event.request === request);
  if (answer?.do === 'answer')
    return { approve: 'approved', decline: 'declined', withdraw: 'withdrawn' }[answer.how];
  return now >= asked.at + 168 * hour_ms ? 'expired' : 'requested';
}

function may(history: History, it: HubAttempt): boolean {
  const admitted = history.some((event) => event.do === 'admit');
  if (it.do === 'administrator-goes') return administrators(history) > 0;
  if (it.do === 'admit') return !admitted;
  if (it.do === 'ask') return admitted;
  if (it.do === 'answer') {
    const guarded = it.how === 'withdraw' || administrators(history) > 0;
    return guarded && requestState(history, it.request, it.at) === 'requested';
  }
  // AJ-42: one range to five.
  if (it.do === 'schedule')
    return (
      admitted && administrators(history) > 0 && it.hours.ranges.length > 0 && it.hours.ranges.length < 6
    );
  return it.do !== 'revoke' || (admitted && administrators(history) > 0);
}

function attempt(random: Random, history: History): HubAttempt {
  const last = history.at(-1)?.at ?? Date.UTC(2026, 9, 24, 20);
  const hours = [0, 1, 2, 4, 8, 168].map((count) => count * hour_ms);
  // On, just before and just after every limit of everything that happened.
  const edges = history
    .flatMap((event) => hours.map((length) => event.at + length - 1 + random.under(3)))
    .filter((edge) => edge > last && edge < last + 200 * hour_ms);
  const at = edges.length > 0 && random.chance(0.5) ? random.of(edges) : last + random.under(3 * hour_ms);
  const requests = history.filter((event) => event.do === 'ask').length;
  const request = random.chance(0.8) ? requests : 1 + random.under(4);
  const ranges = Array.from({ length: random.under(7) }, (): DailyHours => {
    const from_min = random.under(23) * 60;
    return { days: [random.of([1, 6, 7] as const), 7], from_min, to_min: from_min + random.of([1, 60, 600]) };
  });
  const answer = () =>
    ({
      at,
      do: 'answer',
      request,
      how: random.of(['approve', 'approve', 'decline', 'withdraw'] as const),
      duration: random.of([...accessHours, 'permanent'] as const),
    }) as const;
  const others = [
    (): HubAttempt => ({ at, do: 'administrator-comes' }),
    (): HubAttempt => ({ at, do: 'administrator-goes' }),
    (): HubAttempt => ({
      at,
      do: 'admit',
      until: random.chance(0.7) ? null : at + random.under(9) * hour_ms,
    }),
    (): HubAttempt => ({ at, do: 'ask', request: requests + 1 }),
    answer,
    answer,
    (): HubAttempt => ({
      at,
      do: 'schedule',
      hours: { timeZone: random.of(['UTC', 'Europe/Oslo']), ranges },
    }),
    (): HubAttempt => ({ at, do: 'revoke' }),
    (): HubAttempt => ({ at, do: 'look', request }),
    (): HubAttempt => ({ at, do: 'use' }),
    (): HubAttempt => ({ at, do: 'use' }),
  ];
  return random.of(others)();
}

/** AJ-39, AJ-42: a professional's way to the settings of one hub. */
export const hubMachine: Machine<HubAttempt> = {
  name: 'AJ-39 hub access',
  next: attempt,
  engine() {
    let count = 0;
    let access: SettingsAccess | null = null;
    const requests = new Map<number, AccessRequest>();
    const step = (event: Parameters<typeof stepSettings>[1], at: number): boolean => {
      const next = access && stepSettings(access, event, epochMilliseconds(at));
      if (next?.ok) access = next.value;
      return next?.ok ?? false;
    };
    return (it) => {
      const now = epochMilliseconds(it.at);
      switch (it.do) {
        case 'administrator-comes':
          if (count++ === 0) step({ type: 'administrators-came' }, it.at);
          return 'done';
        case 'administrator-goes':
          if (count === 0) return 'refused';
          if (--count === 0) step({ type: 'administrators-gone' }, it.at);
          return 'done';
        case 'admit':
          if (access) return 'refused';
          access = admitProfessional(count > 0, it.until === null ? null : epochMilliseconds(it.until), now);
          return 'done';
        case 'ask':
          if (!access) return 'refused';
          requests.set(it.request, requestAccess(now));
          return 'done';
        case 'answer': {
          const request = requests.get(it.request);
          const next = request && stepRequest(request, it.how, now);
          if (!next?.ok || (it.how !== 'withdraw' && count === 0)) return 'refused';
          requests.set(it.request, next.value);
          if (it.how === 'approve') step({ type: 'approved', duration: it.duration }, it.at);
          return 'done';
        }
        case 'schedule':
          return count > 0 && step({ type: 'scheduled', hours: it.hours }, it.at) ? 'done' : 'refused';
        case 'revoke':
          return count > 0 && step({ type: 'revoked' }, it.at) ? 'done' : 'refused';
        case 'look': {
          const request = requests.get(it.request);
          return request ? shownRequestState(request, now) : 'none';
        }
        case 'use': {
          const open = access !== null && reachesSettings(access, now);
          return open && (!access?.hours || isWithin(access.hours, now)) ? 'open' : 'closed';
        }
      }
    };
  },
  oracle(history, it) {
    if (it.do === 'look') return requestState(history, it.request, it.at);
    if (it.do === 'use') return reaches(history, it.at) ? 'open' : 'closed';
    return may(history, it) ? 'done' : 'refused';
  },
};
