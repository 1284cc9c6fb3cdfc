import { describe, expect, it } from '@jest/globals';
import type { TransactionStart } from '#libs/store/journal/transaction-journal.js';
import { plainToken, playOut, receivedAt, recordingObserve, testDevice as device } from './handler-fakes.js';
import { startTransaction } from './start-transaction.js';

const request = { connectorId: 1, idTag: 'A', meterStart: 10, timestamp: '1970-01-01T00:00:01Z' };

function play(status: 'Accepted' | 'Invalid', replayed: boolean) {
  const log: string[] = [];
  const { observe, seen } = recordingObserve(log);
  const starts: TransactionStart[] = [];
  const handle = startTransaction({
    observe,
    journal: {
      start: async (start) => {
        log.push('journal');
        starts.push(start);
        return { transactionId: 42, replayed, token: plainToken(status) };
      },
    },
  });
  return {
    log,
    seen,
    starts,
    answer: handle({ device, receivedAt, request }).then((result) => playOut(result, log)),
  };
}

describe('StartTransaction', () => {
  it('OCPP 1.6 4.8: journal, then answer, then bus: no limit overtakes the answer; both clocks are kept', async () => {
    const { log, seen, starts, answer } = play('Accepted', false);
    expect(await answer).toEqual({ transactionId: 42, idTagInfo: { status: 'Accepted' } });
    expect(log).toEqual(['journal', 'answer', 'observe transaction-started']);
    expect(starts[0]).toMatchObject({
      deviceTime: 1_000,
      receivedAt,
      meterStart_Wh: 10,
      idToken: 'A',
      reservationId: null,
      remoteStartSince: receivedAt - 900_000,
    });
    expect(seen[0]).toEqual({
      event: {
        type: 'transaction-started',
        connector: 1,
        transactionId: 42,
        idToken: 'A',
        meterStart_Wh: 10,
      },
      times: { deviceTime: 1_000, receivedAt },
    });
  });

  it('an unknown token is journalled like any other and answered Invalid', async () => {
    const { starts, answer } = play('Invalid', false);
    expect(await answer).toEqual({ transactionId: 42, idTagInfo: { status: 'Invalid' } });
    expect(starts).toHaveLength(1);
  });

  it('a replay is published again: the first word may have been lost after the journal', async () => {
    const { seen, answer } = play('Accepted', true);
    await answer;
    expect(seen).toHaveLength(1);
  });
});
