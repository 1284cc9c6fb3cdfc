import { encodeCall, type Frame } from '#libs/protocols/ocppj/frame.js';

export interface OutboundCall {
  readonly action: string;
  /** Limits overtake commands: a fuse does not wait for a person. */
  readonly lane: 'limit' | 'command';
  /** While it waits, a later call with the same key takes its place. */
  readonly key: string | null;
  /** From now to the answer, waiting for its turn included. */
  readonly timeout_ms: number;
  /** Asked for the payload when its turn has come; null withdraws it. */
  readonly prepare: () => Promise<object | null>;
}

export type CallOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly description: string;
      readonly details: unknown;
    }
  /** It was sent, and its deadline or the connection ended before an answer: it may have taken effect. */
  | { readonly kind: 'unanswered' }
  | {
      readonly kind: 'not-sent';
      readonly why: 'deadline' | 'closed' | 'superseded' | 'overflow' | 'withdrawn';
    };

export interface OutboundPorts {
  /** False when the socket takes nothing any more. */
  readonly send: (text: string) => boolean;
  readonly newMessageId: () => string;
  readonly capacity: number;
  /** `payload`: as it went out; null: it never did. */
  readonly ended: (
    action: string,
    outcome: CallOutcome,
    roundTrip_ms: number | null,
    payload: object | null,
  ) => void;
}

interface Pending {
  readonly call: OutboundCall;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (outcome: CallOutcome) => void;
  state: 'queued' | 'preparing' | 'sent' | 'done';
  /** Set when it must not be sent although its preparation still runs. */
  stopped: 'deadline' | 'closed' | null;
  messageId: string;
  sentAt: number;
  payload: object | null;
}

/**
 * Our calls to one charger: one at a time (OCPP 1.6J 4.1.1), each with one total deadline, in a bounded queue.
 * Answers are matched by message id; one that comes late finds nobody and never poisons the next call.
 */
export class OutboundCalls {
  private readonly queue: Pending[] = [];
  private current: Pending | null = null;
  private closed = false;

  constructor(private readonly ports: OutboundPorts) {}

  call(call: OutboundCall): Promise<CallOutcome> {
    return new Promise((resolve) => {
      const refuse = (why: 'closed' | 'overflow') => {
        const outcome = { kind: 'not-sent', why } as const;
        this.ports.ended(call.action, outcome, null, null);
        resolve(outcome);
      };
      if (this.closed) return refuse('closed');
      this.supersede(call.key);
      if (this.queue.length >= this.ports.capacity) return refuse('overflow');
      const pending: Pending = {
        call,
        resolve,
        timer: setTimeout(() => this.expire(pending), Math.max(0, call.timeout_ms)),
        state: 'queued',
        stopped: null,
        messageId: '',
        sentAt: 0,
        payload: null,
      };
      if (call.lane === 'limit') {
        const firstCommand = this.queue.findIndex((other) => other.call.lane === 'command');
        this.queue.splice(firstCommand < 0 ? this.queue.length : firstCommand, 0, pending);
      } else {
        this.queue.push(pending);
      }
      this.next();
    });
  }

  /** False: nobody waits for this answer (any more). */
  settle(frame: Extract<Frame, { kind: 'result' | 'error' }>): boolean {
    const pending = this.current;
    if (pending?.state !== 'sent' || pending.messageId !== frame.messageId) return false;
    this.end(
      pending,
      frame.kind === 'result'
        ? { kind: 'answered', payload: frame.payload }
        : { kind: 'refused', code: frame.code, description: frame.description, details: frame.details },
    );
    return true;
  }

  /** Ends everything: what was sent is unanswered, what waited was never sent. */
  close(): void {
    this.closed = true;
    for (const pending of this.queue.splice(0)) this.end(pending, { kind: 'not-sent', why: 'closed' });
    if (this.current?.state === 'sent') this.end(this.current, { kind: 'unanswered' });
    else if (this.current) this.current.stopped ??= 'closed';
  }

  private supersede(key: string | null): void {
    if (key === null) return;
    const index = this.queue.findIndex((pending) => pending.call.key === key);
    const [earlier] = index < 0 ? [] : this.queue.splice(index, 1);
    if (earlier) this.end(earlier, { kind: 'not-sent', why: 'superseded' });
  }

  private next(): void {
    if (this.current) return;
    const pending = this.queue.shift();
    if (!pending) return;
    this.current = pending;
    pending.state = 'preparing';
    void this.prepare(pending);
  }

  private async prepare(pending: Pending): Promise<void> {
    const payload = await pending.call.prepare().catch(() => null);
    if (pending.stopped) return this.end(pending, { kind: 'not-sent', why: pending.stopped });
    if (!payload) return this.end(pending, { kind: 'not-sent', why: 'withdrawn' });
    pending.messageId = this.ports.newMessageId();
    pending.sentAt = performance.now();
    pending.state = 'sent';
    pending.payload = payload;
    if (!this.ports.send(encodeCall(pending.messageId, pending.call.action, payload)))
      this.end(pending, { kind: 'not-sent', why: 'closed' });
  }

  private expire(pending: Pending): void {
    if (pending.state === 'sent') return this.end(pending, { kind: 'unanswered' });
    if (pending.state === 'preparing') {
      pending.stopped ??= 'deadline';
      return;
    }
    const index = this.queue.indexOf(pending);
    if (index >= 0) this.queue.splice(index, 1);
    this.end(pending, { kind: 'not-sent', why: 'deadline' });
  }

  private end(pending: Pending, outcome: CallOutcome): void {
    if (pending.state === 'done') return;
    const answered = outcome.kind === 'answered' || outcome.kind === 'refused';
    pending.state = 'done';
    clearTimeout(pending.timer);
    const roundTrip_ms = answered ? performance.now() - pending.sentAt : null;
    this.ports.ended(pending.call.action, outcome, roundTrip_ms, pending.payload);
    pending.resolve(outcome);
    if (this.current === pending) {
      this.current = null;
      this.next();
    }
  }
}
