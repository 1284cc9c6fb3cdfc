import { describe, expect, it } from '@jest/globals';
import { BinaryCopyEncoder } from './copy-binary.js';

describe('the binary COPY format', () => {
  it('writes header, rows with lengths, and trailer as the PostgreSQL manual says', () => {
    const bytes = new BinaryCopyEncoder(['int2', 'float4']).encode([
      [-2, 1.5],
      [7, null],
    ]);
    const header = ['5047434f50590aff0d0a00', '00000000', '00000000'];
    const first = ['0002', '00000002', 'fffe', '00000004', '3fc00000'];
    const second = ['0002', '00000002', '0007', 'ffffffff'];
    expect(bytes.toString('hex')).toBe([...header, ...first, ...second, 'ffff'].join(''));
  });

  it('counts timestamps in microseconds from 2000', () => {
    const bytes = new BinaryCopyEncoder(['timestamptz']).encode([[Date.UTC(2000, 0, 1) + 1.5]]);
    expect(bytes.readBigInt64BE(19 + 2 + 4)).toBe(1_500n);
  });

  it('refuses a text that is no UUID instead of writing half of it', () => {
    const encoder = new BinaryCopyEncoder(['uuid']);
    expect(() => encoder.encode([['not-a-uuid']])).toThrow(/not a UUID/);
  });
});
