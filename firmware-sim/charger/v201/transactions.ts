import { randomUUID } from 'node:crypto';
import type { Connector } from '../connector.js';
import { Sampling } from '../sampling.js';
import type { Station } from '../station.js';
import type { DeviceModel } from './device-model.js';
import { chargingState, type Transaction201 } from './transaction.js';
import { TransactionEvents, type EventAnswer, type EventDetails } from './transaction-events.js';
import type { IdToken } from './types.js';

type TxPoint = 'EVConnected' | 'Authorized' | 'PowerPathClosed';

/** Somebody who was authorized before the car came. */
interface Expected {
  readonly token: IdToken;
  readonly remoteStartId: number | null;
  readonly until_ms: number;
}

const nothing: Omit<EventDetails, 'eventType' | 'triggerReason'> = {
  readings: null,
  idToken: null,
  stoppedReason: null,
};

/** From plug and card to the last event of a transaction (OCPP 2.0.1 E01 to E09, F01 to F03). */
export class Transactions201 {
  readonly events: TransactionEvents;
  onCost: (transaction: Transaction201, answer: EventAnswer) => void = () => undefined;
  private readonly running = new Map<Connector, Transaction201>();
  private readonly expected = new Map<Connector, Expected>();
  private readonly sampling = new Sampling();
  private lastTick_ms: number | null = null;

  constructor(
    private readonly station: Station,
    private readonly model: DeviceModel,
  ) {
    this.events = new TransactionEvents(station, model, (transaction, answer) =>
      this.answered(transaction, answer),
    );
  }

  on(connector: Connector): Transaction201 | null {
    return this.running.get(connector) ?? null;
  }

  byId(transactionId: string): Transaction201 | null {
    return [...this.running.values()].find((one) => one.transactionId === transactionId) ?? null;
  }

  get all(): readonly Transaction201[] {
    return [...this.running.values()];
  }

  pluggedIn(connector: Connector): void {
    const transaction = this.on(connector);
    if (transaction) {
      transaction.chargingState = 'EVConnected';
      this.events.emit(transaction, { ...nothing, eventType: 'Updated', triggerReason: 'CablePluggedIn' });
      this.closePowerPath(transaction);
      return;
    }
    const expected = this.expected.get(connector);
    this.expected.delete(connector);
    if (expected) this.begin(connector, expected.token, expected.remoteStartId, 'CablePluggedIn');
    else if (this.startsAt('EVConnected') && !connector.unavailable)
      this.begin(connector, null, null, 'CablePluggedIn');
  }

  unplugged(connector: Connector): void {
    const transaction = this.on(connector);
    if (!transaction) return;
    connector.end();
    connector.car = null;
    transaction.chargingState = 'Idle';
    const triggerReason = 'EVCommunicationLost';
    this.finish(transaction, transaction.stoppedReason ?? 'EVDisconnected', triggerReason);
  }

  /**
   * Somebody may charge here: their transaction starts, or goes on with them. Without a car the station waits for one
   * until EVConnectionTimeOut. Answers the transaction when there is one by now.
   */
  authorized(connector: Connector, token: IdToken, remoteStartId: number | null): Transaction201 | null {
    const triggerReason = remoteStartId === null ? 'Authorized' : 'RemoteStart';
    const transaction = this.on(connector);
    if (transaction) {
      transaction.token = token;
      transaction.remoteStartId = remoteStartId;
      this.useReservation(transaction, token);
      this.events.emit(transaction, { ...nothing, eventType: 'Updated', triggerReason, idToken: token });
      this.closePowerPath(transaction);
      return transaction;
    }
    if (connector.car || this.startsAt('Authorized'))
      return this.begin(connector, token, remoteStartId, triggerReason);
    const patience_ms = this.station.configuration.number('ConnectionTimeOut') * 1_000;
    this.expected.set(connector, { token, remoteStartId, until_ms: this.station.now_ms() + patience_ms });
    return null;
  }

  /** Stops the energy; the transaction ends too unless only the cable's leaving ends it (TxStopPoint). */
  stop(connector: Connector, stoppedReason: string, triggerReason: string, idToken: IdToken | null): void {
    const transaction = this.on(connector);
    if (!transaction) return;
    const stopsWithEnergy = this.points('TxStopPoint').some((point) => point !== 'EVConnected');
    if (stopsWithEnergy || !connector.car || stoppedReason === 'ImmediateReset') {
      this.finish(transaction, stoppedReason, triggerReason, idToken);
      return;
    }
    connector.end();
    transaction.stoppedReason = stoppedReason;
    transaction.chargingState = 'EVConnected';
    this.events.emit(transaction, { ...nothing, eventType: 'Updated', triggerReason, idToken });
  }

  /** Tells what changed at the outlets since the last tick, and what the meters are due to say. */
  tick(now_ms: number): void {
    const dt_s = this.lastTick_ms === null ? 0 : (now_ms - this.lastTick_ms) / 1_000;
    this.lastTick_ms = now_ms;
    const interval_s = this.station.configuration.number('MeterValueSampleInterval');
    for (const transaction of this.all) {
      if (transaction.chargingState === 'Charging') transaction.timeSpentCharging_s += dt_s;
      this.followState(transaction, now_ms);
      if (transaction.connector.transaction && this.sampling.periodic(transaction, interval_s, now_ms))
        this.update(transaction, 'MeterValuePeriodic', 'Sample.Periodic');
    }
    for (const [connector, { until_ms }] of this.expected)
      if (now_ms >= until_ms) this.expected.delete(connector);
  }

  update(transaction: Transaction201, triggerReason: string, readings: EventDetails['readings']): void {
    this.events.emit(transaction, { ...nothing, eventType: 'Updated', triggerReason, readings });
  }

  private followState(transaction: Transaction201, now_ms: number): void {
    const { connector, startedAt_ms } = transaction;
    const state = chargingState(connector);
    if (state !== transaction.chargingState) {
      transaction.chargingState = state;
      this.update(transaction, 'ChargingStateChanged', null);
    }
    // E03.FR.05: authorized, but no car came.
    const patience_ms = this.station.configuration.number('ConnectionTimeOut') * 1_000;
    if (!connector.car && now_ms - startedAt_ms >= patience_ms)
      this.finish(transaction, 'Timeout', 'EVConnectTimeout');
  }

  private begin(
    connector: Connector,
    token: IdToken | null,
    remoteStartId: number | null,
    triggerReason: string,
  ): Transaction201 {
    const transaction: Transaction201 = {
      transactionId: randomUUID(),
      connector,
      startedAt_ms: this.station.now_ms(),
      seqNo: 0,
      token,
      remoteStartId,
      reservationId: null,
      chargingState: connector.car ? 'EVConnected' : 'Idle',
      timeSpentCharging_s: 0,
      stoppedReason: null,
      totalCost: null,
    };
    this.running.set(connector, transaction);
    if (token) this.useReservation(transaction, token);
    this.events.emit(transaction, {
      ...nothing,
      eventType: 'Started',
      triggerReason,
      readings: 'Transaction.Begin',
      idToken: token,
    });
    if (token && connector.car) this.closePowerPath(transaction);
    return transaction;
  }

  private closePowerPath({ connector, transactionId, startedAt_ms, token }: Transaction201): void {
    if (token && connector.car && connector.fault === null)
      connector.begin({ transactionId, startedAt_ms, idTag: token.idToken });
  }

  private finish(
    transaction: Transaction201,
    stoppedReason: string,
    triggerReason: string,
    idToken: IdToken | null = null,
  ): void {
    const { connector } = transaction;
    this.running.delete(connector);
    connector.end();
    this.station.profiles.transactionEnded(connector.number);
    if (connector.car) transaction.chargingState = 'EVConnected';
    this.events.emit(transaction, {
      eventType: 'Ended',
      triggerReason,
      readings: 'Transaction.End',
      idToken,
      stoppedReason,
    });
  }

  private useReservation(transaction: Transaction201, { idToken }: IdToken): void {
    const { reservations } = this.station;
    const used = reservations.usedBy(transaction.connector.number, idToken, this.station.groupOf(idToken));
    if (!used) return;
    transaction.reservationId = used.id;
    reservations.remove(used.id);
  }

  private answered(transaction: Transaction201, answer: EventAnswer): void {
    this.onCost(transaction, answer);
    const { connector } = transaction;
    const refused = answer.idTokenInfo && answer.idTokenInfo.status !== 'Accepted';
    // E05: the central system does not know the card that the station trusted.
    if (!refused || this.on(connector) !== transaction) return;
    if (this.station.configuration.isTrue('StopTransactionOnInvalidId'))
      this.stop(connector, 'DeAuthorized', 'Deauthorized', null);
  }

  private startsAt(point: TxPoint): boolean {
    return this.points('TxStartPoint').includes(point);
  }

  private points(variable: 'TxStartPoint' | 'TxStopPoint'): TxPoint[] {
    const found = this.model.find({ name: 'TxCtrlr' }, { name: variable });
    return typeof found === 'string' ? [] : (found.read().split(',') as TxPoint[]);
  }
}
