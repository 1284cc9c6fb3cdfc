import type { CommonState, DeviceKind } from './common-state.js';

/** Silence after which a device counts as gone. Derived on every look, never a stored flag. */
export const presenceDeadline_ms: Readonly<Record<DeviceKind, number>> = {
  // Three heartbeats of a minute; a closed socket is known at once.
  charger: 180_000,
  // Three readings at the slowest cadence of 10 s.
  balancer: 30_000,
  // MQTT keep-alive of a minute, one and a half times, and one ping more.
  hub: 150_000,
};
/** Three readings every second are too few to tell a gone Zen from one whose WiFi hiccups. */
const shortestBalancerDeadline_ms = 10_000;

export type Presence = 'online' | 'offline' | 'never-seen';

type Seen = Pick<CommonState, 'lastHeardAt' | 'connection'> & {
  readonly kind: DeviceKind;
  readonly installation?: { readonly readingInterval_s?: number | null | undefined } | null;
};

/** Of this very device: a balancer that told how often it reads is missed after three readings. */
export function presenceDeadlineOf_ms({ kind, installation }: Seen): number {
  const interval_s = kind === 'balancer' ? (installation?.readingInterval_s ?? null) : null;
  return interval_s === null
    ? presenceDeadline_ms[kind]
    : Math.max(3_000 * interval_s, shortestBalancerDeadline_ms);
}

export function presence(state: Seen, now: number): Presence {
  const { lastHeardAt, connection } = state;
  if (lastHeardAt === null) return 'never-seen';
  if (now - lastHeardAt > presenceDeadlineOf_ms(state)) return 'offline';
  // A word that came after the connection's end came over a newer connection.
  const ended = connection?.disconnectedAt ?? null;
  return ended !== null && lastHeardAt <= ended ? 'offline' : 'online';
}
