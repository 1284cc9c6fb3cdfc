import { describe, expect, it } from '@jest/globals';
import { localList16 } from './v16/local-list.js';
import { localList201 } from './v201/local-list.js';

describe('the version of a Local Auth List (OCPP 1.6 5.10, OCPP 2.0.1 D02)', () => {
  it.each([
    [0, 0],
    [7, 7],
    [2_000_000_000, 2_000_000_000],
    [-1, null],
    [1.5, null],
    [2 ** 53, null],
    [1e300, null],
    ['7', null],
    [null, null],
  ])('%p is believed as %p', (told, believed) => {
    expect(localList16.versionOf({ listVersion: told })).toBe(believed);
    expect(localList201.versionOf({ versionNumber: told })).toBe(believed);
  });

  it.each([null, [], 'x', {}])('an answer %j names none', (answer) => {
    expect(localList16.versionOf(answer)).toBeNull();
    expect(localList201.versionOf(answer)).toBeNull();
  });
});
