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

export type Presence = 'online' | 'offline' | 'never-seen';

export function presence(state: CommonState & { readonly kind: DeviceKind }, now: number): Presence {
  const { lastHeardAt, connection, kind } = state;
  if (lastHeardAt === null) return 'never-seen';
  if (now - lastHeardAt > presenceDeadline_ms[kind]) return 'offline';
  // A word that came after the connection's end came over a newer connection.
  const ended = connection?.disconnectedAt ?? null;
  return ended !== null && lastHeardAt <= ended ? 'offline' : 'online';
}
