import {
  noPortalCode,
  openPortalSession,
  sessionHolds,
  stepPortalCode,
  type PortalCode,
  type PortalSession,
} from '#libs/entitlements/portal-code.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { Machine } from './machine.js';
import type { Random } from './random.js';

const hour_ms = 3_600_000;
/** A customer (0), who is never transferred, and two locations. */
const places = [0, 1, 2] as const;
type Place = (typeof places)[number];

/** Versions of codes and numbers of sessions are counted from 1, as they come. */
type PortalAttempt = { readonly at: number; readonly place: Place } & (
  | { readonly do: 'enable'; readonly restricted: boolean }
  | { readonly do: 'disable' | 'regenerate' }
  | { readonly do: 'transfer' }
  | { readonly do: 'wrong-tokens'; readonly count: number }
  | {
      readonly do: 'sign-in';
      readonly session: number;
      /** The code as somebody wrote it down: the version it had. */
      readonly code: number;
      /** The location whose installation's token comes along; null: none. */
      readonly token: Place | null;
    }
  | { readonly do: 'use'; readonly session: number }
);

/** T1: the hundredth wrong token ends it. */
const most = 100;

/** What the list says of one place: the switch, its code, and how often anything changed. */
function codeOf(history: readonly PortalAttempt[], place: Place) {
  let [on, restricted, version, changes, wrong] = [false, false, 0, 0, 0];
  for (const event of history.filter((each) => each.place === place)) {
    const fresh = (event.do === 'enable' && !on) || event.do === 'regenerate';
    const narrowed = event.do === 'enable' && on && event.restricted !== restricted;
    if (event.do === 'wrong-tokens') wrong += event.count;
    const ended = on && (event.do === 'disable' || event.do === 'transfer' || wrong >= most);
    if (event.do === 'enable') [on, restricted] = [true, event.restricted];
    if (fresh) [version, wrong] = [version + 1, 0];
    if (ended) [on, wrong] = [false, 0];
    // CP-14, CP-19, NB-51: each of these ends what was opened before.
    if (fresh || narrowed || ended) changes++;
  }
  return { on, restricted, version, changes };
}

/** CP-05, CP-10, CP-12: a code that is current, with the token of one of its own installations where it is narrowed. */
function opens(history: readonly PortalAttempt[], it: PortalAttempt & { do: 'sign-in' }): boolean {
  const { on, restricted, version } = codeOf(history, it.place);
  return on && version === it.code && (!restricted || it.token === it.place);
}

function holds(history: readonly PortalAttempt[], session: number, now: number): boolean {
  const index = history.findIndex((event) => event.do === 'sign-in' && event.session === session);
  const opened = history[index];
  if (!opened || now >= opened.at + 12 * hour_ms) return false;
  const { place } = opened;
  return codeOf(history, place).changes === codeOf(history.slice(0, index), place).changes;
}

function attempt(random: Random, history: readonly PortalAttempt[]): PortalAttempt {
  const last = history.at(-1)?.at ?? Date.UTC(2026, 9, 24, 20);
  const steps = [0, 1, 60_000, hour_ms, 12 * hour_ms - 1, 12 * hour_ms];
  const opened = history.filter((event) => event.do === 'sign-in');
  const ends = opened.map(({ at }) => at + 12 * hour_ms - 1 + random.under(3)).filter((end) => end > last);
  const at = ends.length > 0 && random.chance(0.2) ? random.of(ends) : last + random.of(steps);
  const place = random.of(places);
  const chosen = random.under(12);
  if (chosen < 3) return { at, place, do: 'enable', restricted: random.chance(0.5) };
  if (chosen === 3) return { at, place, do: 'disable' };
  if (chosen === 4) return { at, place, do: 'regenerate' };
  if (chosen === 5 && place !== 0) return { at, place, do: 'transfer' };
  if (chosen === 6) return { at, place, do: 'wrong-tokens', count: random.of([1, 49, 50, 51, 99, 100]) };
  if (chosen < 10 || opened.length === 0) {
    const current = codeOf(history, place).version;
    return {
      at,
      place,
      do: 'sign-in',
      session: opened.length + 1,
      code: random.chance(0.8) ? current : random.under(4),
      token: random.chance(0.3) ? null : random.chance(0.8) ? place : random.of(places),
    };
  }
  const { session, place: where } = random.of(opened);
  return { at, place: where, do: 'use', session };
}

/** 5G: the codes of a customer and of two locations, with everything that was opened by them. */
export const portalMachine: Machine<PortalAttempt> = {
  name: '5G authorisation code',
  next: attempt,
  engine() {
    const codes = new Map<Place, PortalCode>();
    const epochs = new Map<Place, number>();
    const sessions = new Map<number, { readonly place: Place; readonly is: PortalSession }>();
    return (it) => {
      const { place } = it;
      const now = epochMilliseconds(it.at);
      const epoch = epochs.get(place) ?? 0;
      const code = codes.get(place) ?? noPortalCode;
      if (it.do === 'transfer') {
        epochs.set(place, epoch + 1);
        return 'done';
      }
      if (it.do === 'use') {
        const session = sessions.get(it.session);
        if (!session) return 'closed';
        return sessionHolds(session.is, code, epoch, now) ? 'open' : 'closed';
      }
      if (it.do === 'sign-in') {
        const token = it.token === place ? `installation ${place}` : null;
        const opened = openPortalSession(code, epoch, token, now);
        if (it.code !== code.version || !opened.ok) return 'refused';
        sessions.set(it.session, { place, is: opened.value });
        return `opened ${opened.value.installationId ?? 'all'}`;
      }
      let next = code;
      for (let time = it.do === 'wrong-tokens' ? it.count : 1; time > 0; time--) {
        const event = it.do === 'wrong-tokens' ? ({ type: 'wrong-token' } as const) : typed(it);
        const step = stepPortalCode(next, event, epoch);
        // What comes after the hundredth is refused and changes nothing.
        if (!step.ok) return next === code ? 'refused' : remember(next);
        next = step.value;
      }
      return remember(next);

      function remember(value: PortalCode): string {
        codes.set(place, value);
        return `version ${value.version}`;
      }
    };
  },
  oracle(history, it) {
    if (it.do === 'transfer') return 'done';
    if (it.do === 'use') return holds(history, it.session, it.at) ? 'open' : 'closed';
    const { on, restricted } = codeOf(history, it.place);
    if (it.do === 'sign-in') {
      if (!opens(history, it)) return 'refused';
      return `opened ${restricted ? `installation ${it.place}` : 'all'}`;
    }
    if (!on && (it.do === 'regenerate' || it.do === 'wrong-tokens')) return 'refused';
    return `version ${codeOf([...history, it], it.place).version}`;
  },
};

const typed = (it: Extract<PortalAttempt, { do: 'enable' } | { do: 'disable' | 'regenerate' }>) =>
  it.do === 'enable' ? ({ type: 'enable', restricted: it.restricted } as const) : ({ type: it.do } as const);
