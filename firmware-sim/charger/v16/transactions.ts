import type { Connector } from '../connector.js';
import { Outbox, type LocalTransaction } from '../outbox.js';
import type { ChargingProfile } from '#libs/protocols/ocppj/charging-profile.js';
import type { Station } from '../station.js';
import { tokenEntry, type IdTagInfo } from './id-tags.js';

/** A start or stop that the central system has answered: from then on the charger forgets it, and the cloud may not. */
export interface Acknowledgement {
  readonly action: 'StartTransaction' | 'StopTransaction';
  readonly transactionId: number | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

interface StartAnswer {
  readonly transactionId: number;
  readonly idTagInfo: IdTagInfo;
}

/** Cards, starts and stops, and what the central system makes of them (OCPP 1.6 4.1, 4.8, 4.10). */
export class Transactions {
  readonly outbox: Outbox;
  readonly acknowledgements: Acknowledgement[] = [];
  private readonly running = new Map<LocalTransaction, Connector>();
  private readonly authorizing = new Set<Connector>();
  private readonly pendingProfiles = new Map<Connector, ChargingProfile>();

  constructor(private readonly station: Station) {
    this.outbox = new Outbox({
      send: (action, payload) => station.wire.call(action, payload),
      isOnline: () => station.online,
      now_ms: () => station.now_ms(),
      retryInterval_s: () => station.configuration.number('TransactionMessageRetryInterval'),
      attempts: () => station.configuration.number('TransactionMessageAttempts'),
    });
  }

  /** The profile that came with RemoteStartTransaction; it needs the transaction's id first. */
  applyWhenStarted(connector: Connector, profile: ChargingProfile): void {
    this.pendingProfiles.set(connector, profile);
  }

  on(connector: Connector): LocalTransaction | null {
    for (const [transaction, at] of this.running) if (at === connector) return transaction;
    return null;
  }

  /** Reads the card that waits at a connector: it stops its own transaction, or asks for a new one. */
  async readCard(connector: Connector): Promise<void> {
    const card = connector.waitingCard;
    if (card === null || this.authorizing.has(connector)) return;
    if (connector.transaction) return this.stopByCard(connector, card);
    if (!this.station.isFree(connector, card) || this.station.wire.contact() === 'greeting') return;
    const verdict = this.station.judge(card);
    if (verdict === 'accepted') return this.start(connector, card);
    // Offline a refused card may be held to the reader again when the connection is back.
    if (verdict === 'refused') return;
    this.authorizing.add(connector);
    try {
      const info = await this.ask(card);
      if (connector.waitingCard !== card) return;
      connector.waitingCard = null;
      if (info.status === 'Accepted') this.start(connector, card);
    } catch {
      // The connection died while asking: the card still waits and the next tick reads it again.
    } finally {
      this.authorizing.delete(connector);
    }
  }

  /** Authorize.req; the answer goes into the cache (3.5.1). */
  async ask(idTag: string): Promise<IdTagInfo> {
    const { idTagInfo } = (await this.station.wire.call('Authorize', { idTag })) as { idTagInfo: IdTagInfo };
    this.remember(idTag, idTagInfo);
    return idTagInfo;
  }

  start(connector: Connector, idTag: string): void {
    const { station } = this;
    if (!connector.car || connector.transaction) return;
    const startedAt_ms = station.now_ms();
    const transaction: LocalTransaction = { idTag, startedAt_ms, transactionId: null };
    const reservation = station.reservations.usedBy(connector.number, idTag, station.groupOf(idTag));
    if (reservation) station.reservations.remove(reservation.id);
    this.running.set(transaction, connector);
    connector.begin(transaction);
    const payload = {
      connectorId: connector.number,
      idTag,
      meterStart: Math.round(connector.energy_Wh),
      timestamp: new Date(startedAt_ms).toISOString(),
      ...(reservation && { reservationId: reservation.id }),
    };
    this.outbox.add({
      action: 'StartTransaction',
      payload: () => payload,
      onAnswer: (answer) => this.started(transaction, payload, answer as StartAnswer),
    });
  }

  /** Readings of a transaction; they name it as soon as its number is known. */
  addMeterValues(connector: Connector, meterValue: object): void {
    const transaction = this.on(connector);
    const payload = { connectorId: connector.number, meterValue: [meterValue] };
    this.outbox.add({
      action: 'MeterValues',
      payload: () => {
        const transactionId = transaction?.transactionId ?? null;
        return transactionId === null ? payload : { ...payload, transactionId };
      },
      onAnswer: () => undefined,
    });
  }

  end(connector: Connector, reason: string): void {
    const transaction = this.on(connector);
    if (!transaction) return;
    this.running.delete(transaction);
    connector.end();
    this.station.profiles.transactionEnded(connector.number);
    const payload = {
      idTag: transaction.idTag,
      meterStop: Math.round(connector.energy_Wh),
      timestamp: this.station.timestamp(),
      reason,
    };
    this.outbox.add({
      action: 'StopTransaction',
      // A real charger whose start was never answered has nothing better to name than -1.
      payload: () => ({ ...payload, transactionId: transaction.transactionId ?? -1 }),
      onAnswer: (answer) => {
        const { idTagInfo } = answer as { idTagInfo?: IdTagInfo };
        if (idTagInfo) this.remember(transaction.idTag, idTagInfo);
        this.acknowledge('StopTransaction', transaction, payload);
      },
    });
  }

  private started(transaction: LocalTransaction, payload: object, answer: StartAnswer): void {
    const { configuration, profiles } = this.station;
    transaction.transactionId = answer.transactionId;
    this.remember(transaction.idTag, answer.idTagInfo);
    this.acknowledge('StartTransaction', transaction, payload);
    const connector = this.running.get(transaction);
    if (!connector) return;
    const profile = this.pendingProfiles.get(connector);
    this.pendingProfiles.delete(connector);
    if (profile) profiles.set(connector.number, profile, transaction);
    const accepted = answer.idTagInfo.status === 'Accepted';
    if (!accepted && configuration.isTrue('StopTransactionOnInvalidId')) this.end(connector, 'DeAuthorized');
  }

  /** The same card, or one of its group, ends the transaction (4.10); any other does nothing. */
  private stopByCard(connector: Connector, card: string): void {
    connector.waitingCard = null;
    const owner = connector.transaction?.idTag ?? '';
    const group = this.station.groupOf(card);
    if (card === owner || (group !== null && group === this.station.groupOf(owner)))
      this.end(connector, 'Local');
  }

  private remember(idTag: string, info: IdTagInfo): void {
    if (this.station.configuration.isTrue('AuthorizationCacheEnabled'))
      this.station.cache.remember(idTag, tokenEntry(info));
  }

  private acknowledge(
    action: Acknowledgement['action'],
    { transactionId }: LocalTransaction,
    payload: object,
  ): void {
    this.acknowledgements.push({ action, transactionId, payload: { ...payload } });
  }
}
