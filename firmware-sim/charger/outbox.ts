/** A transaction as the charger knows it, from plug to the central system's last answer. */
export interface LocalTransaction {
  readonly idTag: string;
  readonly startedAt_ms: number;
  /** Given by the central system in StartTransaction.conf; null until then, and for ever when it never answered. */
  transactionId: number | null;
}

export interface OutboxMessage {
  readonly action: 'StartTransaction' | 'MeterValues' | 'StopTransaction';
  readonly payload: Readonly<Record<string, unknown>>;
  readonly transaction: LocalTransaction;
}

export interface OutboxOptions {
  readonly send: (action: string, payload: object) => Promise<unknown>;
  readonly isOnline: () => boolean;
  /** OCPP 1.6 TransactionMessageAttempts: how often a message that is answered with an error is tried. */
  readonly attempts: () => number;
  readonly onAnswer: (message: OutboxMessage, answer: unknown) => void;
}

/**
 * Transaction messages in the order they happened (OCPP 1.6 3.7.1 and 4.1): a lost connection keeps them and they are
 * sent again with the same content, so the central system sees honest duplicates.
 */
export class Outbox {
  private readonly messages: OutboxMessage[] = [];
  private flushing: Promise<void> | null = null;
  private failures = 0;

  constructor(private readonly options: OutboxOptions) {}

  get length(): number {
    return this.messages.length;
  }

  add(message: OutboxMessage): void {
    this.messages.push(message);
    this.flush();
  }

  flush(): void {
    this.flushing ??= this.run().finally(() => (this.flushing = null));
  }

  private async run(): Promise<void> {
    // A turn of its own: `flushing` is set before the first message goes out.
    await Promise.resolve();
    for (let message = this.messages[0]; message && this.options.isOnline(); message = this.messages[0]) {
      try {
        const answer = await this.options.send(message.action, withTransactionId(message));
        this.messages.shift();
        this.failures = 0;
        this.options.onAnswer(message, answer);
      } catch {
        if (!this.options.isOnline()) return;
        this.failures++;
        if (this.failures < this.options.attempts()) continue;
        this.messages.shift();
        this.failures = 0;
      }
    }
  }
}

function withTransactionId(message: OutboxMessage): object {
  const { transactionId } = message.transaction;
  switch (message.action) {
    case 'StartTransaction':
      return message.payload;
    case 'MeterValues':
      return transactionId === null ? message.payload : { ...message.payload, transactionId };
    // A real charger whose start was never answered has nothing better to name than -1.
    case 'StopTransaction':
      return { ...message.payload, transactionId: transactionId ?? -1 };
  }
}
