import { describe, expect, it } from '@jest/globals';
import {
  isWithinLevel,
  mayBeBranded,
  requestShare,
  shareLevels,
  shareRoles,
  shareStates,
  shownStatus,
  stepShare,
  type ShareActor,
  type ShareEvent,
  type ShareRequest,
  type ShareState,
} from './share-request.js';

const at = (state: ShareState): ShareRequest => ({
  state,
  failedIn: state === 'failed' ? 'processing' : null,
});
const outcome = (share: ShareRequest, event: ShareEvent, actor: ShareActor): string => {
  const result = stepShare(share, event, actor);
  return result.ok ? result.value.state : result.error;
};
const actors: readonly ShareActor[] = ['requester', 'counterparty', 'system', null];

/** Event, who takes it, and what comes of it in each state; a state left out answers `otherwise`. */
const table: readonly (readonly [
  ShareEvent,
  readonly ShareActor[],
  Partial<Record<ShareState, string>>,
  string,
])[] = [
  [{ type: 'approve', connectionActive: true }, ['counterparty'], { requested: 'approved' }, 'over'],
  [{ type: 'approve', connectionActive: false }, ['counterparty'], { requested: 'not-connected' }, 'over'],
  [{ type: 'reject' }, ['counterparty'], { requested: 'rejected' }, 'over'],
  [{ type: 'withdraw' }, ['requester'], { requested: 'withdrawn' }, 'over'],
  [
    { type: 'confirm', connectionActive: true },
    ['counterparty'],
    { requested: 'not-ready', approved: 'preparing', rejected: 'over', withdrawn: 'over', revoked: 'over' },
    'same',
  ],
  [
    { type: 'confirm', connectionActive: false },
    ['counterparty'],
    {
      requested: 'not-ready',
      approved: 'not-connected',
      rejected: 'over',
      withdrawn: 'over',
      revoked: 'over',
    },
    'same',
  ],
  [{ type: 'connection-closed' }, ['system'], { requested: 'withdrawn', approved: 'withdrawn' }, 'same'],
  [{ type: 'prepared' }, ['system'], { preparing: 'available' }, 'over'],
  [
    { type: 'process', mappingComplete: true },
    ['requester'],
    {
      requested: 'not-ready',
      approved: 'not-ready',
      preparing: 'not-ready',
      available: 'processing',
      failed: 'processing',
      processing: 'same',
      processed: 'same',
    },
    'over',
  ],
  [
    { type: 'process', mappingComplete: false },
    ['requester'],
    {
      requested: 'not-ready',
      approved: 'not-ready',
      preparing: 'not-ready',
      available: 'mapping-incomplete',
      failed: 'mapping-incomplete',
      processing: 'same',
      processed: 'same',
    },
    'over',
  ],
  [{ type: 'done', remaining: 0 }, ['system'], { processing: 'processed' }, 'over'],
  [{ type: 'done', remaining: 1 }, ['system'], { processing: 'available' }, 'over'],
  [{ type: 'fail' }, ['system'], { preparing: 'failed', processing: 'failed' }, 'over'],
  [
    { type: 'revoke', endsSomething: true },
    ['counterparty'],
    { requested: 'over', rejected: 'over', withdrawn: 'over' },
    'revoked',
  ],
  [
    { type: 'revoke', endsSomething: false },
    ['counterparty'],
    { requested: 'over', rejected: 'over', withdrawn: 'over', revoked: 'revoked' },
    'grant-locked',
  ],
];

describe('5C share request', () => {
  it('CS-01, CS-04, CS-05: is asked for over an active connection, under a name', () => {
    expect(requestShare(true, 'Roof')).toEqual({ ok: true, value: { state: 'requested', failedIn: null } });
    expect(requestShare(false, 'Roof')).toEqual({ ok: false, error: 'not-connected' });
    expect(requestShare(true, '  ')).toEqual({ ok: false, error: 'no-name' });
  });

  it.each(table)('CS-11, CS-14, CS-44: %j by %j', (event, allowed, outcomes, otherwise) => {
    for (const state of shareStates) {
      for (const actor of actors) {
        const wanted = outcomes[state] ?? otherwise;
        const expected = !allowed.includes(actor) ? 'not-yours' : wanted === 'same' ? state : wanted;
        expect([state, actor, outcome(at(state), event, actor)]).toEqual([state, actor, expected]);
      }
    }
  });

  it('5C: what failed is taken up where it failed', () => {
    for (const state of ['preparing', 'processing'] as const) {
      const failed = stepShare(at(state), { type: 'fail' }, 'system');
      expect(failed).toEqual({ ok: true, value: { state: 'failed', failedIn: state } });
      if (!failed.ok) continue;
      const process = outcome(failed.value, { type: 'process', mappingComplete: true }, 'requester');
      expect(process).toBe(state === 'processing' ? 'processing' : 'over');
      const own = state === 'preparing' ? 'counterparty' : 'requester';
      for (const actor of actors) {
        const expected = actor === own ? state : 'not-yours';
        expect([actor, outcome(failed.value, { type: 'retry' }, actor)]).toEqual([actor, expected]);
      }
    }
    for (const state of shareStates.filter((each) => each !== 'failed')) {
      expect(outcome(at(state), { type: 'retry' }, 'requester')).toBe('over');
    }
  });

  it('CS-14: no end leads anywhere but to itself', () => {
    for (const [event] of table) {
      for (const state of ['rejected', 'withdrawn', 'revoked'] as const) {
        for (const actor of actors) {
          const result = stepShare(at(state), event, actor);
          if (result.ok) expect(result.value.state).toBe(state);
        }
      }
    }
  });

  it('CS-03, CS-12, CS-13: a level holds itself and what lies below', () => {
    const held = shareLevels.map((requested) =>
      shareLevels.filter((level) => isWithinLevel(requested, level)),
    );
    expect(held).toEqual([
      ['customer', 'location', 'installation'],
      ['location', 'installation'],
      ['installation'],
    ]);
  });

  it('CS-19, CS-27: the two who work for the grantor may work under its name', () => {
    expect(shareRoles.filter(mayBeBranded)).toEqual(['subcontractor', 'borrower']);
  });

  it('CS-47: the same moment is a request to the one and a task to the other', () => {
    expect(shownStatus('requested', 'requester')).toBe('requested');
    expect(shownStatus('requested', 'counterparty')).toBe('to-evaluate');
    for (const state of shareStates.filter((each) => each !== 'requested')) {
      expect([shownStatus(state, 'requester'), shownStatus(state, 'counterparty')]).toEqual([state, state]);
    }
  });
});
