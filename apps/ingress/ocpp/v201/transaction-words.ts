import type { DeviceEvent } from '#libs/devices/device-event.js';
import { statusOfTransaction } from '#libs/protocols/ocpp201/connector-status.js';
import { meterSamples } from '#libs/protocols/ocpp201/meter-values.js';
import type { TransactionEventRequest } from '#libs/protocols/ocpp201/payloads.js';
import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type { TransactionRecord } from '#libs/store/journal/transaction-event-journal.js';
import type { Times } from '../../observe.js';

/** Something the house is told. */
export interface Word {
  readonly event: DeviceEvent;
  readonly times: Times;
}

/** The samples of an event. Those of an EVSE nobody knows yet stay in the journal only. */
export function samplesOf(
  request: TransactionEventRequest,
  { connector, transactionId }: TransactionRecord,
  receivedAt: number,
): Word[] {
  if (connector === 0) return [];
  return meterSamples({ connector, transactionId }, request.meterValue ?? [], receivedAt).map(
    ({ event, deviceTime }) => ({ event, times: { deviceTime, receivedAt } }),
  );
}

/**
 * The start, when an event changed what is known of it, and on a replay: the first word may have been lost between journal
 * and bus. A transaction is not told before its EVSE is known.
 */
export function startsOf(record: TransactionRecord): Word[] {
  const { replayed, startChanged, connector } = record;
  return connector > 0 && (startChanged || replayed) ? [startOf(record)] : [];
}

/** What else an event changed, in the order the house must hear it after the start. */
export function changesOf(
  request: TransactionEventRequest,
  record: TransactionRecord,
  receivedAt: number,
): Word[] {
  const { replayed, startChanged, endChanged } = record;
  const words: Word[] = [];
  if (record.connector > 0) {
    // A start that becomes known after the end is an end, too, for those who had heard of neither.
    if (startChanged || endChanged || replayed) words.push(...endOf(record));
    words.push(...statusOf(request, record, receivedAt));
  }
  if (request.eventType === 'Ended' && record.missingEvents > 0 && !replayed)
    words.push(missing(record, receivedAt));
  return words;
}

function startOf(record: TransactionRecord): Word {
  const { connector, transactionId, idToken, meterStart_Wh } = record;
  return {
    event: { type: 'transaction-started', connector, transactionId, idToken, meterStart_Wh },
    times: { deviceTime: record.startedAt, receivedAt: record.startReceivedAt },
  };
}

function endOf(record: TransactionRecord): Word[] {
  const { connector, transactionId, endedAt, endReceivedAt, stopReason } = record;
  if (endedAt === null || endReceivedAt === null || stopReason === null) return [];
  // No register was ever told: then no energy is known.
  const meterStop_Wh = record.meterStop_Wh ?? record.meterStart_Wh;
  return [
    {
      event: { type: 'transaction-ended', connector, transactionId, meterStop_Wh, reason: stopReason },
      times: { deviceTime: endedAt, receivedAt: endReceivedAt },
    },
  ];
}

function statusOf(request: TransactionEventRequest, record: TransactionRecord, receivedAt: number): Word[] {
  const ends = request.eventType === 'Ended';
  // An event of a past that is over says nothing of what the EVSE does now.
  const isNews = ends ? record.endChanged : record.stateIsNews && record.endedAt === null;
  if (!isNews) return [];
  const event = { triggerReason: request.triggerReason, endReason: ends ? record.stopReason : null };
  const status = statusOfTransaction(record.connector, event, record);
  const deviceTime = deviceTimeOf(request.timestamp, receivedAt);
  return status ? [{ event: status, times: { deviceTime, receivedAt } }] : [];
}

function missing(record: TransactionRecord, receivedAt: number): Word {
  const { transactionId, connector, missingEvents } = record;
  return {
    event: {
      type: 'notice',
      topic: 'transaction',
      code: 'EventsMissing',
      severity: 5,
      detail: { transactionId, connector, missingEvents },
    },
    times: { deviceTime: receivedAt, receivedAt },
  };
}
