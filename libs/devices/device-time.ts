/** A clock that runs ahead by more than this is wrong. */
const toleratedAhead_ms = 3_600_000;
/** Older than this is a clock that was never set rather than a queue that waited. */
const toleratedBehind_ms = 7 * 86_400_000;

/** When something happened: by the device's clock if that can be true, otherwise when we received it. */
export function sensibleTime(deviceTime: number, receivedAt: number): number {
  const sane = deviceTime <= receivedAt + toleratedAhead_ms && deviceTime >= receivedAt - toleratedBehind_ms;
  return sane ? deviceTime : receivedAt;
}

/**
 * What orders two reports of one device. Nothing is measured after it was received, so a clock that runs ahead cannot
 * make its last report the newest for ever.
 */
export const orderTime = (deviceTime: number, receivedAt: number): number =>
  Math.min(sensibleTime(deviceTime, receivedAt), receivedAt);
