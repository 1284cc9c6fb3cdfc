/** One CALL with its answer, as it went over the wire. */
export interface CallRecord {
  readonly direction: 'sent' | 'received';
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at_ms: number;
  /** Null until it is answered, and for ever when it was answered with an error or not at all. */
  answer: Readonly<Record<string, unknown>> | null;
  /** The CALLERROR's code, `Timeout` or `Disconnected`; null without one. */
  error: string | null;
}

/** Enough for a long test; a load run keeps the newest only. */
const longestRecord = 1_000;

/** What the charger said and heard, oldest first, and where somebody broke the official schemas. */
export class MessageRecord {
  readonly calls: CallRecord[] = [];
  /** Every message, in either direction, that the official schema refuses. */
  readonly violations: string[] = [];

  open(direction: CallRecord['direction'], action: string, payload: object, at_ms: number): CallRecord {
    const record: CallRecord = {
      direction,
      action,
      payload: payload as Readonly<Record<string, unknown>>,
      at_ms,
      answer: null,
      error: null,
    };
    this.calls.push(record);
    if (this.calls.length > longestRecord) this.calls.splice(0, this.calls.length - longestRecord);
    return record;
  }

  violation(text: string): void {
    this.violations.push(text);
  }

  sent(action: string): CallRecord[] {
    return this.calls.filter((record) => record.direction === 'sent' && record.action === action);
  }

  received(action: string): CallRecord[] {
    return this.calls.filter((record) => record.direction === 'received' && record.action === action);
  }
}
