import { describe, expect, it } from '@jest/globals';
import type { TransactionEventRequest } from '#libs/protocols/ocpp201/payloads.js';
import type {
  StationTransactionEvent,
  TransactionRecord,
} from '#libs/store/journal/transaction-event-journal.js';
import {
  playOut,
  receivedAt,
  recordingObserve,
  testDevice as device,
} from '../../v16/handlers/handler-fakes.js';
import { transactionEvent } from './transaction-event.js';

const started: TransactionEventRequest = {
  eventType: 'Started',
  timestamp: '1970-01-01T00:00:01Z',
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 'T-1', chargingState: 'EVConnected' },
  evse: { id: 2 },
  idToken: { idToken: 'CARD', type: 'ISO14443' },
  meterValue: [{ timestamp: '1970-01-01T00:00:01Z', sampledValue: [{ value: 100 }] }],
};
const known: TransactionRecord = {
  transactionId: 42,
  replayed: false,
  token: { status: 'Accepted', groupToken: null, expiresAt: null },
  connector: 2,
  idToken: 'CARD',
  startedAt: 1_000,
  startReceivedAt: receivedAt,
  meterStart_Wh: 100,
  startChanged: true,
  endedAt: null,
  endReceivedAt: null,
  meterStop_Wh: 100,
  stopReason: null,
  endChanged: false,
  chargingState: 'EVConnected',
  stateIsNews: true,
  hasCharged: false,
  missingEvents: 0,
};
const over: Partial<TransactionRecord> = {
  startChanged: false,
  endedAt: 9_000,
  endReceivedAt: receivedAt,
  meterStop_Wh: 900,
  stopReason: 'Remote',
  endChanged: true,
};
const ended: TransactionEventRequest = {
  ...started,
  eventType: 'Ended',
  seqNo: 5,
  triggerReason: 'RemoteStop',
};

async function play(request: TransactionEventRequest, change: Partial<TransactionRecord>) {
  const log: string[] = [];
  const { observe, seen } = recordingObserve(log);
  const recorded: StationTransactionEvent[] = [];
  const handle = transactionEvent({
    observe,
    reservations: {
      change: async (_deviceId, reservationId, state) => {
        log.push(`reservation ${reservationId} ${state}`);
        return true;
      },
    },
    transactions: {
      record: async (event) => {
        log.push('journal');
        recorded.push(event);
        return { ...known, ...change };
      },
    },
  });
  const answer = await playOut(await handle({ device, receivedAt, request }), log);
  return { log, seen, answer, recorded };
}

describe('TransactionEvent', () => {
  it('OCPP 2.0.1 H01: the reservation it was kept for is used', async () => {
    const { log } = await play({ ...ended, reservationId: 7 }, {});
    expect(log).toContain('reservation 7 used');
  });

  it('OCPP 2.0.1 E01: journal, samples, answer, then the start: no limit overtakes the answer', async () => {
    const { log, seen, answer, recorded } = await play(started, {});
    expect(answer).toEqual({ idTokenInfo: { status: 'Accepted' } });
    expect(log).toEqual([
      'journal',
      'observe meter-sample',
      'answer',
      'observe transaction-started',
      'observe connector-status',
    ]);
    expect(recorded[0]).toMatchObject({
      deviceId: 'device-1',
      siteId: 'site-1',
      stationTransactionId: 'T-1',
      deviceTime: 1_000,
      receivedAt,
      token: 'CARD',
      remoteStartSince: receivedAt - 900_000,
      request: started,
    });
    expect(seen.map(({ event }) => event)).toMatchObject([
      { transactionId: 42, connector: 2, energy_Wh: 100 },
      { transactionId: 42, connector: 2, idToken: 'CARD', meterStart_Wh: 100 },
      { connector: 2, status: 'Preparing' },
    ]);
    expect(seen[1]?.times).toEqual({ deviceTime: 1_000, receivedAt });
  });

  it('E05: a token that is not accepted is journalled like any other and told so', async () => {
    const { answer, seen } = await play(started, {
      token: { status: 'Blocked', groupToken: null, expiresAt: null },
    });
    expect(answer).toEqual({ idTokenInfo: { status: 'Blocked' } });
    expect(seen.map(({ event }) => event.type)).toContain('transaction-started');
  });

  it('E01, C12: tells the group of the token, in its type, and how long the answer may be kept', async () => {
    const expiresAt = Date.UTC(2026, 5, 1);
    const { answer } = await play(started, {
      token: { status: 'Accepted', groupToken: 'FAMILY', expiresAt },
    });
    expect(answer).toEqual({
      idTokenInfo: {
        status: 'Accepted',
        groupIdToken: { idToken: 'FAMILY', type: 'ISO14443' },
        cacheExpiryDateTime: '2026-06-01T00:00:00.000Z',
      },
    });
  });

  it('E02: a card or a meter that comes later tells the start anew, before the samples that it gives a beginning', async () => {
    const { log } = await play({ ...started, eventType: 'Updated', seqNo: 1 }, { stateIsNews: false });
    expect(log).toEqual(['journal', 'observe transaction-started', 'observe meter-sample', 'answer']);
  });

  it('without a token nothing is answered about one', async () => {
    const { idToken, ...bare } = started;
    expect(idToken).toBeDefined();
    const { answer, recorded } = await play(bare, { token: null });
    expect(answer).toEqual({});
    expect(recorded[0]?.token).toBeNull();
  });

  it('C02: a station that asks for nobody is not refused, and no list is asked', async () => {
    const request = { ...started, idToken: { idToken: '', type: 'NoAuthorization' } };
    const { answer, recorded } = await play(request, { token: null });
    expect(answer).toEqual({ idTokenInfo: { status: 'Accepted' } });
    expect(recorded[0]?.token).toBeNull();
  });

  it('E02: while nobody knows the EVSE, the house only hears that the station lives', async () => {
    const { log, answer } = await play(started, { connector: 0 });
    expect(answer).toEqual({ idTokenInfo: { status: 'Accepted' } });
    expect(log).toEqual(['journal', 'observe heard', 'answer']);
  });

  it('an update that changes nothing is a sign of life', async () => {
    const { meterValue, ...update } = { ...started, eventType: 'Updated' as const, seqNo: 3 };
    expect(meterValue).toBeDefined();
    const { log } = await play(update, { startChanged: false, stateIsNews: false });
    expect(log).toEqual(['journal', 'observe heard', 'answer']);
  });

  it('E06: the end, with the last register, and the car still there', async () => {
    const { seen } = await play(ended, over);
    expect(seen.slice(1).map(({ event }) => event)).toMatchObject([
      { type: 'transaction-ended', transactionId: 42, meterStop_Wh: 900, reason: 'Remote' },
      { type: 'connector-status', status: 'Finishing' },
    ]);
  });

  it('a start that comes after the end tells both, in their order', async () => {
    const { seen } = await play(started, {
      ...over,
      startChanged: true,
      endChanged: false,
      stateIsNews: false,
    });
    expect(seen.slice(1).map(({ event }) => event.type)).toEqual([
      'transaction-started',
      'transaction-ended',
    ]);
  });

  it('a late update of a session that is over changes no status', async () => {
    const { seen } = await play(
      { ...started, eventType: 'Updated', seqNo: 3 },
      { ...over, endChanged: false, stateIsNews: true },
    );
    expect(seen.map(({ event }) => event.type)).toEqual(['meter-sample']);
  });

  it('E12: a replay is published again: the first word may have been lost after the journal', async () => {
    const { seen } = await play(ended, {
      ...over,
      replayed: true,
      endChanged: false,
      stateIsNews: false,
      missingEvents: 2,
    });
    expect(seen.map(({ event }) => event.type)).toEqual([
      'transaction-started',
      'meter-sample',
      'transaction-ended',
    ]);
  });

  it('E14: an end with gaps before it is told as such', async () => {
    const { seen } = await play(ended, { ...over, missingEvents: 3 });
    expect(seen.at(-1)?.event).toEqual({
      type: 'notice',
      topic: 'transaction',
      code: 'EventsMissing',
      severity: 5,
      detail: { transactionId: 42, connector: 2, missingEvents: 3 },
    });
  });

  it('a session without any register ends with no energy', async () => {
    const { seen } = await play(ended, { ...over, meterStop_Wh: null });
    expect(seen.map(({ event }) => event)).toContainEqual(expect.objectContaining({ meterStop_Wh: 100 }));
  });
});
