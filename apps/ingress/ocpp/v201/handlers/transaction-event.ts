import type { IdToken, TransactionEventRequest } from '#libs/protocols/ocpp201/payloads.js';
import { transactionFacts } from '#libs/protocols/ocpp201/transaction-facts.js';
import { deviceTimeOf } from '#libs/protocols/ocppj/device-time.js';
import type {
  TransactionEventJournal,
  TransactionRecord,
} from '#libs/store/journal/transaction-event-journal.js';
import type { ReservationStore } from '#libs/store/reservations.js';
import type { Observe } from '../../../observe.js';
import { AnswerFirst, type CallHandler } from '../../call-handler.js';
import { remoteStartWindow_ms } from '../../v16/handlers/authorize.js';
import { idTokenInfo } from '../id-token-info.js';
import { changesOf, samplesOf, startsOf, type Word } from '../transaction-words.js';
import { asksForNobody } from './authorize.js';

export interface TransactionPorts {
  readonly transactions: Pick<TransactionEventJournal, 'record'>;
  readonly observe: Observe;
  readonly reservations: Pick<ReservationStore, 'change'>;
}

/**
 * OCPP 2.0.1 E01-E15: journalled before it is answered, whosever token it is: the energy flows already. Events come late,
 * twice and in any order; each is answered, and what the house is told follows from all that were received. Samples are on
 * the bus before the answer; a start and an end come after it, because what they set off may call the station back.
 */
export const transactionEvent =
  (ports: TransactionPorts): CallHandler<TransactionEventRequest> =>
  async ({ device, request, receivedAt }) => {
    const { idToken } = request;
    const unasked = idToken !== undefined && asksForNobody(idToken);
    const record = await ports.transactions.record({
      ...transactionFacts(request),
      deviceId: device.deviceId,
      siteId: device.siteId,
      deviceTime: deviceTimeOf(request.timestamp, receivedAt),
      receivedAt,
      token: idToken === undefined || unasked ? null : idToken.idToken,
      remoteStartSince: receivedAt - remoteStartWindow_ms,
      request,
    });
    // H01: the car the connector was kept for has come.
    if (request.reservationId !== undefined)
      await ports.reservations.change(device.deviceId, request.reservationId, 'used', receivedAt);
    const samples = samplesOf(request, record, receivedAt);
    const starts = startsOf(record);
    const changes = changesOf(request, record, receivedAt);
    const publish = async (words: readonly Word[]) => {
      for (const { event, times } of words) await ports.observe(device, event, times);
    };
    const begins = request.eventType === 'Started';
    // A start that is told anew goes before the samples that it gives a beginning.
    await publish(begins ? samples : [...starts, ...samples]);
    if (starts.length + samples.length + changes.length === 0)
      await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    return new AnswerFirst(answerOf(idToken, record), () =>
      publish(begins ? [...starts, ...changes] : changes),
    );
  };

/** OCPP 2.0.1 TransactionEventResponse: what the location says of the token, when the event asked. */
function answerOf(idToken: IdToken | undefined, { token }: TransactionRecord): object {
  if (idToken === undefined) return {};
  if (asksForNobody(idToken)) return { idTokenInfo: { status: 'Accepted' } };
  return token === null ? {} : { idTokenInfo: idTokenInfo(token, idToken.type) };
}
