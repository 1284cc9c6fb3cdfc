import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OutboundCalls, type CallOutcome, type OutboundCall } from './outbound-calls.js';

let sent: string[];
let calls: OutboundCalls;
let open: boolean;
beforeEach(() => {
  jest.useFakeTimers();
  sent = [];
  open = true;
  let next = 0;
  calls = new OutboundCalls({
    send: (text) => {
      if (open) sent.push((JSON.parse(text) as [number, string, string])[2]);
      return open;
    },
    newMessageId: () => `m${++next}`,
    capacity: 3,
    ended: () => undefined,
  });
});
afterEach(() => {
  jest.useRealTimers();
});

const call = (action: string, change: Partial<OutboundCall>) =>
  calls.call({
    action,
    lane: 'command',
    key: null,
    timeout_ms: 1_000,
    prepare: async () => ({}),
    ...change,
  });
const turn = () => jest.advanceTimersByTimeAsync(0);
const result = (messageId: string) =>
  calls.settle({ kind: 'result', messageId, payload: { from: messageId } });
const notSent = (why: string) => ({ kind: 'not-sent', why });

describe('outbound calls', () => {
  it('OCPP 1.6J 4.1.1: one at a time, the next after the answer', async () => {
    const first = call('A', {});
    const second = call('B', {});
    await turn();
    expect(sent).toEqual(['A']);
    expect(result('m1')).toBe(true);
    expect(await first).toEqual({ kind: 'answered', payload: { from: 'm1' } });
    await turn();
    expect(sent).toEqual(['A', 'B']);
    calls.settle({ kind: 'error', messageId: 'm2', code: 'GenericError', description: 'no', details: {} });
    expect(await second).toMatchObject({ kind: 'refused', code: 'GenericError' });
  });

  it('a late answer finds nobody and does not answer the next call', async () => {
    const first = call('A', { timeout_ms: 10 });
    await jest.advanceTimersByTimeAsync(10);
    expect(await first).toEqual({ kind: 'unanswered' });
    const second = call('B', {});
    await turn();
    expect(result('m1')).toBe(false);
    expect(result('m2')).toBe(true);
    expect(await second).toEqual({ kind: 'answered', payload: { from: 'm2' } });
    expect(result('m2')).toBe(false);
  });

  it('the deadline counts the time in the queue', async () => {
    void call('A', { timeout_ms: 1_000 });
    const waiting = call('B', { timeout_ms: 50 });
    await jest.advanceTimersByTimeAsync(50);
    expect(await waiting).toEqual(notSent('deadline'));
    expect(sent).toEqual(['A']);
  });

  it('limits overtake commands and keep their own order', async () => {
    void call('A', {});
    void call('B', {});
    void call('L1', { lane: 'limit' });
    void call('L2', { lane: 'limit' });
    for (const messageId of ['m1', 'm2', 'm3', 'm4']) {
      await turn();
      result(messageId);
    }
    expect(sent).toEqual(['A', 'L1', 'L2', 'B']);
  });

  it('a later call with the same key replaces a waiting one, never the one on the wire', async () => {
    const onWire = call('A', { key: 'k' });
    await turn();
    const replaced = call('B', { key: 'k' });
    const latest = call('C', { key: 'k' });
    expect(await replaced).toEqual(notSent('superseded'));
    result('m1');
    expect((await onWire).kind).toBe('answered');
    await turn();
    result('m2');
    expect((await latest).kind).toBe('answered');
    expect(sent).toEqual(['A', 'C']);
  });

  it('the queue is bounded', async () => {
    for (const action of ['A', 'B', 'C', 'D']) void call(action, {});
    expect(await call('E', {})).toEqual(notSent('overflow'));
  });

  it('a call that is withdrawn at its turn leaves the wire to the next', async () => {
    const withdrawn = call('A', { prepare: async () => null });
    const failing = call('B', { prepare: () => Promise.reject(new Error('database away')) });
    void call('C', {});
    expect(await withdrawn).toEqual(notSent('withdrawn'));
    expect(await failing).toEqual(notSent('withdrawn'));
    await turn();
    expect(sent).toEqual(['C']);
  });

  it('a deadline or an end during the preparation waits for it, and nothing is sent', async () => {
    let prepared: (payload: object) => void = () => undefined;
    const prepare = () => new Promise<object | null>((resolve) => (prepared = resolve));
    const late = call('A', { prepare, timeout_ms: 10 });
    let outcome: CallOutcome | undefined;
    void late.then((value) => (outcome = value));
    await jest.advanceTimersByTimeAsync(20);
    expect(outcome).toBeUndefined();
    prepared({});
    expect(await late).toEqual(notSent('deadline'));
    const closing = call('B', { prepare });
    calls.close();
    prepared({});
    expect(await closing).toEqual(notSent('closed'));
    expect(sent).toEqual([]);
  });

  it('at the end of the connection: sent is unanswered, waiting was not sent, new is refused', async () => {
    const onWire = call('A', {});
    await turn();
    const waiting = call('B', {});
    calls.close();
    expect(await onWire).toEqual({ kind: 'unanswered' });
    expect(await waiting).toEqual(notSent('closed'));
    expect(await call('C', {})).toEqual(notSent('closed'));
  });

  it('a socket that takes nothing is not sent', async () => {
    open = false;
    expect(await call('A', {})).toEqual(notSent('closed'));
  });
});
