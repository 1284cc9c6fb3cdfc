import { describe, expect, it } from '@jest/globals';
import { AuthorizationCache, judgeLocally, LocalList, type TokenEntry } from './token-book.js';

const good: TokenEntry = { status: 'Accepted', expires_ms: null, group: null };
const blocked: TokenEntry = { ...good, status: 'Blocked' };
const add = (token: string, entry: TokenEntry | null) => ({ token, entry });
const rules = { localList: true, cache: true, preAuthorize: false, offline: true, unknownOffline: false };

describe('OCPP 1.6 5.13, OCPP 2.0.1 D01: the local list', () => {
  it('a full update replaces everything, a differential one adds, changes and takes away', () => {
    const list = new LocalList();
    expect(list.update('Full', 3, [add('A', good), add('B', good)], 10)).toBe('Accepted');
    expect(list.update('Differential', 4, [add('A', null), add('C', blocked)], 10)).toBe('Accepted');
    expect([list.find('A'), list.find('B'), list.find('C'), list.version]).toEqual([null, good, blocked, 4]);
    expect(list.update('Full', 1, [add('D', good)], 10)).toBe('Accepted');
    expect([list.size, list.version]).toEqual([1, 1]);
  });

  it('D01.FR.06: a differential update that does not raise the version is a mismatch and changes nothing', () => {
    const list = new LocalList();
    list.update('Full', 5, [add('A', good)], 10);
    for (const version of [4, 5])
      expect(list.update('Differential', version, [add('A', null)], 10)).toBe('VersionMismatch');
    expect(list.find('A')).toEqual(good);
  });

  it('a list that is too long, or names a card twice or without a verdict, fails and changes nothing', () => {
    const list = new LocalList();
    list.update('Full', 1, [add('A', good)], 2);
    const wrong = [
      [add('B', good), add('C', good), add('D', good)],
      [add('B', good), add('B', blocked)],
      [add('B', null)],
    ];
    for (const changes of wrong) expect(list.update('Full', 2, changes, 2)).toBe('Failed');
    expect([list.version, list.size]).toEqual([1, 1]);
    expect(list.update('Full', 0, [], 2)).toBe('Failed');
  });
});

describe('OCPP 1.6 3.5, OCPP 2.0.1 C10 to C14: what the charger decides alone', () => {
  const judge = (token: string, change: Partial<typeof rules>, online: boolean, now_ms: number) => {
    const list = new LocalList();
    list.update(
      'Full',
      1,
      [add('LISTED', good), add('BLOCKED', blocked), add('OLD', { ...good, expires_ms: 10 })],
      9,
    );
    const cache = new AuthorizationCache(9);
    cache.remember('CACHED', { ...good, expires_ms: 100 });
    cache.remember('BLOCKED', good);
    return judgeLocally(token, list, cache, { ...rules, ...change }, online, now_ms);
  };

  it.each([
    ['LISTED', {}, 'accepted'],
    ['CACHED', {}, 'accepted'],
    ['BLOCKED', {}, 'refused'],
    ['OLD', {}, 'refused'],
    ['STRANGER', {}, 'refused'],
    ['STRANGER', { unknownOffline: true }, 'accepted'],
    ['BLOCKED', { unknownOffline: true }, 'refused'],
    ['CACHED', { cache: false }, 'refused'],
    ['LISTED', { localList: false, cache: false }, 'refused'],
    ['LISTED', { offline: false }, 'refused'],
  ])('offline %s with %j is %s', (token, change, verdict) => {
    expect(judge(token, change, false, 50)).toBe(verdict);
  });

  it('a cached verdict ends with its date', () => {
    expect(judge('CACHED', {}, false, 100)).toBe('refused');
  });

  it.each([
    ['LISTED', false, 'ask'],
    ['LISTED', true, 'accepted'],
    ['BLOCKED', true, 'ask'],
    ['STRANGER', true, 'ask'],
  ])('online %s, LocalPreAuthorize %s: %s', (token, preAuthorize, verdict) => {
    expect(judge(token, { preAuthorize }, true, 50)).toBe(verdict);
  });

  it('the cache forgets the oldest card first', () => {
    const cache = new AuthorizationCache(2);
    for (const token of ['A', 'B', 'A', 'C']) cache.remember(token, good);
    expect(['A', 'B', 'C'].map((token) => cache.find(token, 0) !== null)).toEqual([true, false, true]);
  });
});
