import { describe, expect, it } from '@jest/globals';
import { integerId } from './integer-id.js';

describe('a number of ours that a device repeats', () => {
  it.each([1, 2 ** 31 - 1])('%p may be one', (number) => {
    expect(integerId(number)).toBe(number);
  });

  it.each([null, 0, -1, 1.5, 2 ** 31, -1e300, Number.NaN])('%p is none', (number) => {
    expect(integerId(number)).toBeNull();
  });
});
