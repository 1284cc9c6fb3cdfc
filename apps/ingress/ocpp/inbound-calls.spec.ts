import { beforeEach, describe, expect, it } from '@jest/globals';
import { schemasOf } from '#libs/protocols/ocppj/schema.js';
import { waitFor } from '#libs/testing/wait-for.js';
import type { ActionTable } from './call-handler.js';
import { testDevice as device } from './v16/handlers/handler-fakes.js';
import { InboundCalls, type Arrival } from './inbound-calls.js';

let sent: unknown[][];
let log: string[];
beforeEach(() => {
  sent = [];
  log = [];
});

function open(actions: ActionTable, ready: Promise<void>): InboundCalls {
  return new InboundCalls(
    {
      actions,
      schemas: schemasOf('ocpp1.6'),
      tolerates: () => new Set(['drop-empty']),
      deviated: ({ action }, deviations) =>
        log.push(`deviated ${action} ${deviations.map(({ path }) => path).join(' ')}`),
      device,
      replayedAnswers: 2,
      send: (text) => sent.push(JSON.parse(text) as unknown[]) > 0,
      answered: ({ action }) => log.push(`answered ${action}`),
      refused: ({ action }, { code }) => log.push(`refused ${action} ${code}`),
      failed: ({ action }) => log.push(`failed ${action}`),
      replayed: ({ messageId }) => log.push(`replayed ${messageId}`),
      backlog: (calls) => log.push(`backlog ${calls}`),
    },
    ready,
  );
}
const arrival = (messageId: string, action: string, payload: unknown): Arrival => ({
  messageId,
  action,
  payload,
  fingerprint: JSON.stringify([messageId, action, payload]),
  receivedAt: 1,
});
const heartbeat = (messageId: string) => arrival(messageId, 'Heartbeat', {});

describe('inbound calls', () => {
  it('are handled strictly in order, however long one takes, and not before the connection is announced', async () => {
    let announce: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (announce = resolve));
    const releases: (() => void)[] = [];
    const calls = open(
      {
        Heartbeat: () =>
          new Promise((resolve) => {
            releases.push(() => resolve({ currentTime: `${releases.length}` }));
          }),
      },
      ready,
    );
    calls.accept(heartbeat('a'));
    calls.accept(heartbeat('b'));
    await Promise.resolve();
    expect(releases).toHaveLength(0);
    announce();
    await waitFor('the first call', () => releases.length === 1);
    expect(sent).toEqual([]);
    releases[0]?.();
    await waitFor('the second call', () => releases.length === 2);
    releases[1]?.();
    await calls.stop();
    expect(sent.map((frame) => frame[1])).toEqual(['a', 'b']);
  });

  it('a message that comes twice gets its stored answer; only so many are kept', async () => {
    let handled = 0;
    const calls = open({ Heartbeat: async () => ({ currentTime: `${++handled}` }) }, Promise.resolve());
    for (const messageId of ['a', 'a', 'b', 'c', 'a']) calls.accept(heartbeat(messageId));
    await waitFor('five answers', () => sent.length === 5);
    expect(sent.map((frame) => (frame[2] as { currentTime: string }).currentTime)).toEqual([
      '1',
      '1',
      '2',
      '3',
      '4',
    ]);
    expect(log).toContain('replayed a');
  });

  it('a message id that comes again with something else is a call of its own, and gets its own answer', async () => {
    let transactionId = 0;
    const calls = open(
      {
        Heartbeat: async () => ({ currentTime: 'now' }),
        StartTransaction: async () => ({ transactionId: ++transactionId, idTagInfo: { status: 'Accepted' } }),
      },
      Promise.resolve(),
    );
    const start = { connectorId: 1, idTag: 'A', meterStart: 1, timestamp: '2026-01-05T08:00:00Z' };
    calls.accept(heartbeat('1'));
    calls.accept(arrival('1', 'StartTransaction', start));
    calls.accept(arrival('1', 'StartTransaction', { ...start, meterStart: 2 }));
    await waitFor('three answers', () => sent.length === 3);
    expect(sent.map((frame) => frame[2])).toMatchObject([
      { currentTime: 'now' },
      { transactionId: 1 },
      { transactionId: 2 },
    ]);
  });

  it('OCPP 1.6J 4.2.3: our own failure is InternalError without its cause, and is tried anew when repeated', async () => {
    let attempts = 0;
    const calls = open(
      {
        Heartbeat: async () => {
          if (++attempts === 1) throw new Error('password of the database is hunter2');
          return { currentTime: 'now' };
        },
      },
      Promise.resolve(),
    );
    calls.accept(heartbeat('a'));
    calls.accept(heartbeat('a'));
    await waitFor('two answers', () => sent.length === 2);
    expect(sent[0]).toEqual([4, 'a', 'InternalError', expect.not.stringContaining('hunter2'), {}]);
    expect(sent[1]).toEqual([3, 'a', { currentTime: 'now' }]);
  });

  it.each([
    ['Explode', 'NotImplemented'],
    ['toString', 'NotImplemented'],
    ['Reset', 'NotSupported'],
  ])('%s is %s', async (action, code) => {
    const calls = open({}, Promise.resolve());
    calls.accept(arrival('a', action, {}));
    await waitFor('the answer', () => sent.length === 1);
    expect(sent[0]?.[2]).toBe(code);
  });

  it('a small mistake is put right and told; the handler sees what was meant', async () => {
    const seen: unknown[] = [];
    const calls = open(
      {
        StatusNotification: async ({ request }) => {
          seen.push(request);
          return {};
        },
      },
      Promise.resolve(),
    );
    const payload = { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: '' };
    calls.accept(arrival('a', 'StatusNotification', payload));
    await calls.stop();
    expect(seen).toEqual([{ connectorId: 1, errorCode: 'NoError', status: 'Available' }]);
    expect(log).toContain('deviated StatusNotification timestamp');
    expect(sent).toEqual([[3, 'a', {}]]);
  });
});
