import { describe, expect, it } from '@jest/globals';
import type { StopRecord } from '#libs/store/journal/transaction-journal.js';
import { plainToken, receivedAt, recordingObserve, testDevice as device } from './handler-fakes.js';
import { stopTransaction } from './stop-transaction.js';

const request = { transactionId: 42, meterStop: 900, timestamp: '2026-01-05T07:00:00Z' };

function play(record: StopRecord, extra: object) {
  const log: string[] = [];
  const { observe, seen } = recordingObserve(log);
  const handle = stopTransaction({
    observe,
    tokenInfo: async () => plainToken('Accepted'),
    quarantined: (_device, transactionId) => void log.push(`quarantined ${transactionId}`),
    journal: {
      stop: async (stop) => {
        log.push(`journal ${stop.reason}`);
        return record;
      },
    },
  });
  return { log, seen, answer: handle({ device, receivedAt, request: { ...request, ...extra } }) };
}

describe('StopTransaction', () => {
  it('OCPP 1.6 4.10/6.49: journal first; no reason means Local; the connector comes from the start', async () => {
    const { log, seen, answer } = play({ outcome: 'recorded', connector: 2 }, {});
    expect(await answer).toEqual({});
    expect(log).toEqual(['journal Local', 'observe transaction-ended']);
    expect(seen[0]?.event).toEqual({
      type: 'transaction-ended',
      connector: 2,
      transactionId: 42,
      meterStop_Wh: 900,
      reason: 'Local',
    });
  });

  it('its transaction data are samples of the transaction, published before its end', async () => {
    const transactionData = [{ timestamp: '2026-01-05T06:00:00Z', sampledValue: [{ value: '500' }] }];
    const { log, seen, answer } = play(
      { outcome: 'replayed', connector: 2 },
      { transactionData, reason: 'Remote' },
    );
    await answer;
    expect(log).toEqual(['journal Remote', 'observe meter-sample', 'observe transaction-ended']);
    expect(seen[0]?.event).toMatchObject({ connector: 2, transactionId: 42, energy_Wh: 500 });
  });

  it('what fits no transaction is acknowledged, reported to the operator, and ends nothing', async () => {
    const { log, answer } = play({ outcome: 'quarantined', replayed: false }, { transactionId: -1 });
    expect(await answer).toEqual({});
    expect(log).toEqual(['journal Local', 'quarantined -1', 'observe heard']);
  });

  it('answers for the token when one stopped it', async () => {
    const { answer } = play({ outcome: 'recorded', connector: 1 }, { idTag: 'A' });
    expect(await answer).toEqual({ idTagInfo: { status: 'Accepted' } });
  });
});
