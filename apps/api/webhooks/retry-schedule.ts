const second_ms = 1_000;
const minute_ms = 60 * second_ms;
const hour_ms = 60 * minute_ms;

/** Pauses behind the first attempts; behind the last one the delivery is dead. In all about a day and a half. */
const pauses_ms = [
  5 * second_ms,
  30 * second_ms,
  2 * minute_ms,
  10 * minute_ms,
  hour_ms,
  6 * hour_ms,
  24 * hour_ms,
];
/** Receivers that were away are not met by all at once. */
const jitter = 0.2;

/** The pause after so many attempts, milliseconds; null: it was the last. `random` is from 0 up to, not including, 1. */
export function retryPause_ms(attempts: number, random: number): number | null {
  const pause_ms = pauses_ms[attempts - 1];
  return pause_ms === undefined ? null : Math.round(pause_ms * (1 - jitter + 2 * jitter * random));
}
