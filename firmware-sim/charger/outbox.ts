/** A transaction as an OCPP 1.6 charger knows it, from plug to the central system's last answer. */
export interface LocalTransaction {
  readonly idTag: string;
  readonly startedAt_ms: number;
  /** Given by the central system in StartTransaction.conf; null until then, and for ever when it never answered. */
  transactionId: number | null;
}

export interface OutboxMessage {
  readonly action: string;
  /** Built when it goes out: an earlier message's answer may have completed it. */
  readonly payload: () => object;
  readonly onAnswer: (answer: unknown) => void;
}

export interface OutboxOptions {
  readonly send: (action: string, payload: object) => Promise<unknown>;
  readonly isOnline: () => boolean;
  readonly now_ms: () => number;
  /** OCPP 1.6 TransactionMessageRetryInterval, OCPP 2.0.1 MessageAttemptInterval: the pause grows by it with each attempt. */
  readonly retryInterval_s: () => number;
  /** OCPP 1.6 TransactionMessageAttempts, OCPP 2.0.1 MessageAttempts: how often a message that is answered with an error is tried. */
  readonly attempts: () => number;
}

/**
 * Transaction messages in the order they happened (OCPP 1.6 3.7.1 and 4.1, OCPP 2.0.1 E04, E12): a lost connection keeps
 * them and they are sent again with the same content, so the central system sees honest duplicates.
 */
export class Outbox<Message extends OutboxMessage = OutboxMessage> {
  private readonly messages: Message[] = [];
  private flushing: Promise<void> | null = null;
  private failures = 0;
  private notBefore_ms = 0;

  constructor(private readonly options: OutboxOptions) {}

  get length(): number {
    return this.messages.length;
  }

  /** Whether a message that fits is still waiting for its answer. */
  holds(matches: (message: Message) => boolean): boolean {
    return this.messages.some(matches);
  }

  add(message: Message): void {
    this.messages.push(message);
    this.flush();
  }

  /** Nothing of what waits is ever told. */
  forget(): void {
    this.messages.length = 0;
    this.failures = 0;
    this.notBefore_ms = 0;
  }

  flush(): void {
    this.flushing ??= this.run().finally(() => (this.flushing = null));
  }

  private async run(): Promise<void> {
    // A turn of its own: `flushing` is set before the first message goes out.
    await Promise.resolve();
    const { send, isOnline, attempts, retryInterval_s, now_ms } = this.options;
    for (let message = this.messages[0]; message && isOnline(); message = this.messages[0]) {
      if (now_ms() < this.notBefore_ms) return;
      try {
        const answer = await send(message.action, message.payload());
        this.taken();
        message.onAnswer(answer);
      } catch {
        if (!isOnline()) return;
        this.failures++;
        if (this.failures >= attempts()) this.taken();
        else this.notBefore_ms = now_ms() + retryInterval_s() * this.failures * 1_000;
      }
    }
  }

  /** The first message is done with, one way or the other. */
  private taken(): void {
    this.messages.shift();
    this.failures = 0;
    this.notBefore_ms = 0;
  }
}
