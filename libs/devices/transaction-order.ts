/** When a transaction began, by `orderTime`, milliseconds since the epoch; ids rise with what we hear, which may be late. */
export interface BegunTransaction {
  readonly transactionId: number;
  readonly startedAt: number;
}

/** A transaction that is over, and when it ended, by `orderTime`. */
export interface EndedTransaction {
  readonly transactionId: number;
  readonly endedAt: number;
}

/** Ended transactions that a connector remembers, so that the echo of a start opens none of them again. */
const remembered = 8;

/**
 * A connector has one transaction at a time, and the one that began last is the one that runs. A charger that was offline
 * tells older ones after newer ones (OCPP 1.6 3.7.1, OCPP 2.0.1 E04), so the order of arrival decides only where the
 * clocks do not.
 */
export const beganLater = (one: BegunTransaction, other: BegunTransaction): boolean =>
  one.startedAt === other.startedAt
    ? one.transactionId > other.transactionId
    : one.startedAt > other.startedAt;

/** Adds one that ended; the list is in order of their ends, the last one first. */
export function withEnded(
  ended: readonly EndedTransaction[],
  one: EndedTransaction,
): readonly EndedTransaction[] {
  const others = ended.filter(({ transactionId }) => transactionId !== one.transactionId);
  return [...others, one]
    .toSorted((a, b) => b.endedAt - a.endedAt || b.transactionId - a.transactionId)
    .slice(0, remembered);
}

/** The start is an echo: the transaction ended, or it is of a past of which only the later part is remembered. */
export function isOver(ended: readonly EndedTransaction[], start: BegunTransaction): boolean {
  if (ended.some(({ transactionId }) => transactionId === start.transactionId)) return true;
  const [last] = ended;
  // A clock that was set back must not hide a new transaction: its id and its time both have to be of the past.
  return last !== undefined && start.transactionId < last.transactionId && start.startedAt < last.endedAt;
}
