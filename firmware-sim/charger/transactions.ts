import type { Clock } from '#libs/units/clock.js';
import type { ConfigurationStore } from './configuration-store.js';
import type { Connector } from './connector.js';
import { Outbox, type LocalTransaction, type OutboxMessage } from './outbox.js';
import { authorizeAnswerSchema, startAnswerSchema } from './payloads.js';
import type { ChargingProfile, ProfileStore } from './profile-store.js';

export interface TransactionsOptions {
  readonly clock: Clock;
  readonly configuration: ConfigurationStore;
  readonly profiles: ProfileStore;
  readonly call: (action: string, payload: object) => Promise<unknown>;
  /** `online`: accepted by the central system; `greeting`: connected, not yet accepted; `offline`: no connection. */
  readonly contact: () => 'online' | 'greeting' | 'offline';
}

/** A start or stop that the central system has answered: from then on the charger forgets it, and the cloud may not. */
export interface Acknowledgement {
  readonly action: 'StartTransaction' | 'StopTransaction';
  readonly transactionId: number | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Cards, starts and stops, and what the central system makes of them (OCPP 1.6 4.1, 4.8, 4.10). */
export class Transactions {
  readonly outbox: Outbox;
  readonly acknowledgements: Acknowledgement[] = [];
  private readonly running = new Map<LocalTransaction, Connector>();
  private readonly authorizing = new Set<Connector>();
  private readonly pendingProfiles = new Map<Connector, ChargingProfile>();

  constructor(private readonly options: TransactionsOptions) {
    this.outbox = new Outbox({
      send: options.call,
      isOnline: () => options.contact() === 'online',
      attempts: () => options.configuration.number('TransactionMessageAttempts'),
      onAnswer: (message, answer) => this.onAnswer(message, answer),
    });
  }

  /** The profile that came with RemoteStartTransaction; it needs the transaction's id first. */
  applyWhenStarted(connector: Connector, profile: ChargingProfile): void {
    this.pendingProfiles.set(connector, profile);
  }

  /** Reads the card that waits at a connector; offline the charger trusts it (AllowOfflineTxForUnknownId). */
  async readCard(connector: Connector): Promise<void> {
    const card = connector.waitingCard;
    if (card === null || connector.unavailable || this.authorizing.has(connector)) return;
    const contact = this.options.contact();
    if (contact === 'greeting') return;
    if (contact === 'offline') {
      if (this.options.configuration.isTrue('AllowOfflineTxForUnknownId')) this.start(connector, card);
      return;
    }
    this.authorizing.add(connector);
    try {
      const answer = authorizeAnswerSchema.parse(await this.options.call('Authorize', { idTag: card }));
      if (connector.waitingCard !== card) return;
      connector.waitingCard = null;
      if (answer.idTagInfo.status === 'Accepted') this.start(connector, card);
    } catch {
      // The connection died while asking: the card still waits and the next tick reads it again.
    } finally {
      this.authorizing.delete(connector);
    }
  }

  start(connector: Connector, idTag: string): void {
    if (!connector.car || connector.transaction) return;
    const startedAt_ms = this.options.clock.now();
    const transaction: LocalTransaction = { idTag, startedAt_ms, transactionId: null };
    this.running.set(transaction, connector);
    connector.begin(transaction);
    this.outbox.add({
      action: 'StartTransaction',
      transaction,
      payload: {
        connectorId: connector.number,
        idTag,
        meterStart: Math.round(connector.energy_Wh),
        timestamp: new Date(startedAt_ms).toISOString(),
      },
    });
  }

  end(connector: Connector, reason: string): void {
    const { transaction } = connector;
    if (!transaction) return;
    this.running.delete(transaction);
    connector.end();
    this.options.profiles.transactionEnded(connector.number);
    this.outbox.add({
      action: 'StopTransaction',
      transaction,
      payload: {
        idTag: transaction.idTag,
        meterStop: Math.round(connector.energy_Wh),
        timestamp: new Date(this.options.clock.now()).toISOString(),
        reason,
      },
    });
  }

  private onAnswer(message: OutboxMessage, answer: unknown): void {
    if (message.action === 'StopTransaction') this.acknowledge(message, 'StopTransaction');
    if (message.action !== 'StartTransaction') return;
    const parsed = startAnswerSchema.safeParse(answer);
    if (!parsed.success) return;
    message.transaction.transactionId = parsed.data.transactionId;
    this.acknowledge(message, 'StartTransaction');
    const connector = this.running.get(message.transaction);
    if (!connector) return;
    const profile = this.pendingProfiles.get(connector);
    this.pendingProfiles.delete(connector);
    if (profile) this.options.profiles.set(connector.number, profile, message.transaction);
    const accepted = parsed.data.idTagInfo.status === 'Accepted';
    if (!accepted && this.options.configuration.isTrue('StopTransactionOnInvalidId')) {
      this.end(connector, 'DeAuthorized');
    }
  }

  private acknowledge({ transaction, payload }: OutboxMessage, action: Acknowledgement['action']): void {
    this.acknowledgements.push({ action, transactionId: transaction.transactionId, payload });
  }
}
