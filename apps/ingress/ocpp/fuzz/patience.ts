/** How long a good device may wait, whatever the others do, on a machine that has time for it. */
export const patience_ms = 2_000;
/** An answer of the edge takes several turns of several processes where a bare echo takes one of one. */
const turnsOfAnAnswer = 20;

/**
 * Whether a wait is the edge's doing: longer than patience and than what a machine this busy explains. An edge that stands
 * still beside a quick echo is always found.
 * @param echo_ms the slowest bare round trip meanwhile
 */
export const isTooLong = (waited_ms: number, echo_ms: number): boolean =>
  waited_ms > patience_ms + turnsOfAnAnswer * echo_ms;
