import { Outbox } from '../outbox.js';
import type { Station } from '../station.js';
import type { DeviceModel } from './device-model.js';
import { meterValue201, type ReadingContext201 } from './meter-values.js';
import type { AcknowledgedEvent, Transaction201, TransactionMessage } from './transaction.js';
import { onlyConnectorId, type IdToken, type IdTokenInfo } from './types.js';

export interface EventDetails {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly triggerReason: string;
  /** Readings to take along; null: none. */
  readonly readings: ReadingContext201 | null;
  readonly idToken: IdToken | null;
  readonly stoppedReason: string | null;
}

export interface EventAnswer {
  readonly totalCost?: number;
  readonly idTokenInfo?: IdTokenInfo;
  readonly updatedPersonalMessage?: { readonly content: string };
}

/** The measurands a context takes along. */
const measurandsOf: Record<ReadingContext201, readonly [string, string]> = {
  'Sample.Periodic': ['SampledDataCtrlr', 'TxUpdatedMeasurands'],
  'Sample.Clock': ['AlignedDataCtrlr', 'Measurands'],
  'Transaction.Begin': ['SampledDataCtrlr', 'TxStartedMeasurands'],
  'Transaction.End': ['SampledDataCtrlr', 'TxEndedMeasurands'],
  Trigger: ['SampledDataCtrlr', 'TxUpdatedMeasurands'],
};

/**
 * TransactionEvents, numbered when they happen and sent in that order (OCPP 2.0.1 E01 to E12). What happened without a
 * connection says so with `offline`; a repeated event is the same event.
 */
export class TransactionEvents {
  readonly outbox: Outbox<TransactionMessage>;
  readonly acknowledged: AcknowledgedEvent[] = [];

  constructor(
    private readonly station: Station,
    private readonly model: DeviceModel,
    private readonly onAnswer: (transaction: Transaction201, answer: EventAnswer) => void,
  ) {
    this.outbox = new Outbox<TransactionMessage>({
      send: (action, payload) => station.wire.call(action, payload),
      isOnline: () => station.online,
      now_ms: () => station.now_ms(),
      retryInterval_s: () => station.configuration.number('TransactionMessageRetryInterval'),
      attempts: () => station.configuration.number('TransactionMessageAttempts'),
    });
  }

  emit(transaction: Transaction201, details: EventDetails): void {
    const { station } = this;
    const { transactionId, connector } = transaction;
    const { eventType, triggerReason, idToken, stoppedReason } = details;
    const seqNo = transaction.seqNo++;
    const first = eventType === 'Started';
    const meterValue = details.readings && this.readings(transaction, details.readings);
    const payload = {
      eventType,
      timestamp: station.timestamp(),
      triggerReason,
      seqNo,
      offline: station.wire.contact() === 'offline',
      ...(connector.car && { numberOfPhasesUsed: connector.phases }),
      ...(first && { cableMaxCurrent: connector.hardware.limit_A }),
      ...(first && transaction.reservationId !== null && { reservationId: transaction.reservationId }),
      transactionInfo: {
        transactionId,
        chargingState: transaction.chargingState,
        timeSpentCharging: Math.round(transaction.timeSpentCharging_s),
        ...(stoppedReason !== null && { stoppedReason }),
        ...(transaction.remoteStartId !== null && { remoteStartId: transaction.remoteStartId }),
      },
      evse: { id: connector.number, connectorId: onlyConnectorId },
      ...(idToken && { idToken }),
      ...(meterValue && { meterValue: [meterValue] }),
    };
    this.outbox.add({
      action: 'TransactionEvent',
      transactionId,
      payload: () => payload,
      onAnswer: (answer) => {
        this.acknowledged.push({ transactionId, seqNo, eventType });
        this.onAnswer(transaction, answer as EventAnswer);
      },
    });
  }

  measurands(context: ReadingContext201): string[] {
    const [component, variable] = measurandsOf[context];
    const found = this.model.find({ name: component }, { name: variable });
    return typeof found === 'string' ? [] : found.read().split(',');
  }

  private readings({ connector }: Transaction201, context: ReadingContext201): object | null {
    return meterValue201(connector, this.station.now_ms(), this.measurands(context), context);
  }
}
