import { describe, expect, it } from '@jest/globals';
import { Outbox } from './outbox.js';

describe('OCPP 1.6 3.7.1 and 9.1.27 to 9.1.28, OCPP 2.0.1 E13: transaction messages', () => {
  const build = (answers: (Error | 'lost' | object)[]) => {
    const sent: string[] = [];
    const answered: string[] = [];
    const state = { now_ms: 0, online: true };
    const outbox = new Outbox({
      send: async (action) => {
        sent.push(action);
        const answer = answers.shift();
        if (answer === 'lost') state.online = false;
        if (answer === 'lost' || answer instanceof Error) throw new Error('no answer');
        return answer;
      },
      isOnline: () => state.online,
      attempts: () => 3,
      retryInterval_s: () => 5,
      now_ms: () => state.now_ms,
    });
    const add = (action: string): void =>
      outbox.add({ action, payload: () => ({}), onAnswer: () => void answered.push(action) });
    const at = async (now_ms: number): Promise<string[]> => {
      state.now_ms = now_ms;
      outbox.flush();
      await new Promise((resolve) => setImmediate(resolve));
      return [...sent];
    };
    return { outbox, sent, answered, state, add, at };
  };
  const refusal = new Error('InternalError');

  it('are repeated after an error with a growing pause, and given up after the last attempt; the next one follows', async () => {
    const { add, at, answered } = build([refusal, refusal, refusal, {}]);
    add('A');
    add('B');
    expect(await at(0)).toEqual(['A']);
    expect(await at(4_999)).toEqual(['A']);
    expect(await at(5_000)).toEqual(['A', 'A']);
    expect(await at(14_999)).toEqual(['A', 'A']);
    expect(await at(15_000)).toEqual(['A', 'A', 'A', 'B']);
    expect(answered).toEqual(['B']);
  });

  it('are never given up for a lost connection', async () => {
    const { add, at, state, answered, outbox } = build(['lost', 'lost', 'lost', 'lost', {}]);
    add('A');
    for (let round = 0; round < 4; round++) {
      await at(round);
      state.online = true;
    }
    expect(outbox.length).toBe(1);
    await at(5);
    expect(answered).toEqual(['A']);
  });
});
