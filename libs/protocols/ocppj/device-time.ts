/**
 * The device's own clock in milliseconds. It is believed only as far as it can be read: a leap second or an impossible
 * date falls back to `receivedAt`, 1970 stays 1970: both times are stored.
 */
export function deviceTimeOf(timestamp: string | undefined, receivedAt: number): number {
  if (timestamp === undefined) return receivedAt;
  const time = Date.parse(timestamp);
  return Number.isNaN(time) ? receivedAt : time;
}
