import { describe, expect, it } from '@jest/globals';
import {
  connectionKinds,
  connectionStates,
  requestConnection,
  stepConnection,
  type ConnectionEvent,
} from './connection.js';

const outcome = (result: ReturnType<typeof stepConnection>) =>
  result.ok ? result.value.state : result.error;

describe('5B connection', () => {
  it.each(connectionKinds)('is asked for by one organisation of another: %s', (kind) => {
    expect(requestConnection(kind, { same: true, earlier: [] })).toEqual({
      ok: false,
      error: 'same-organisation',
    });
    expect(requestConnection(kind, { same: false, earlier: [] })).toEqual({
      ok: true,
      value: { kind, state: 'requested' },
    });
  });

  it('AJ-17: a dealer asks a reseller once; others ask again after a refusal or an end', () => {
    for (const state of connectionStates) {
      const again = (kind: (typeof connectionKinds)[number]) =>
        requestConnection(kind, { same: false, earlier: [state] }).ok;
      expect(again('reseller')).toBe(false);
      expect(again('sharing')).toBe(!['requested', 'active'].includes(state));
    }
  });

  it('AJ-18, CS-01: takes each step from one state only, by the side whose step it is', () => {
    const steps: readonly (readonly [ConnectionEvent, string, readonly string[], string])[] = [
      [{ type: 'approve' }, 'requested', ['counterparty'], 'active'],
      [{ type: 'reject' }, 'requested', ['counterparty'], 'rejected'],
      [{ type: 'withdraw' }, 'requested', ['requester'], 'withdrawn'],
      [{ type: 'close', activeServices: 0 }, 'active', ['requester', 'counterparty'], 'closed'],
    ];
    for (const [event, from, sides, to] of steps) {
      for (const state of connectionStates) {
        for (const side of ['requester', 'counterparty', null] as const) {
          const expected = !sides.includes(String(side)) ? 'not-yours' : state === from ? to : 'over';
          expect([
            event.type,
            state,
            side,
            outcome(stepConnection({ kind: 'sharing', state }, event, side)),
          ]).toEqual([event.type, state, side, expected]);
        }
      }
    }
  });

  it('is not closed while services run over it', () => {
    const close = (activeServices: number) =>
      outcome(
        stepConnection({ kind: 'reseller', state: 'active' }, { type: 'close', activeServices }, 'requester'),
      );
    expect(close(1)).toBe('services-active');
    expect(close(0)).toBe('closed');
  });
});
