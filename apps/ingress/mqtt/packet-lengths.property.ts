import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PacketLengths } from './packet-lengths.js';

function packet(length: number): number[] {
  const bytes = [0x30];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return [...bytes, ...Array.from({ length }, () => 0xff)];
}

describe('MQTT packet lengths (MQTT 3.1.1 2.2.3)', () => {
  it('counts the packets of any stream, however it is cut into chunks', () => {
    const sizes = fc.array(fc.oneof(fc.nat(3), fc.nat(300), fc.constant(16_384)), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 500 }), (lengths, step) => {
        const bytes = Uint8Array.from(lengths.flatMap(packet));
        const scanner = new PacketLengths(16_384);
        let packets = 0;
        for (let at = 0; at < bytes.length; at += step)
          packets += scanner.scan(bytes.subarray(at, at + step)) as number;
        expect(packets).toBe(lengths.length);
      }),
    );
  });

  it('sees a packet above the maximum in its header, before its content', () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 2 ** 28 - 1 }), (length) => {
        const bytes = packet(0).slice(0, 1);
        let rest = length;
        while (rest > 0) {
          bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
          rest = Math.floor(rest / 128);
        }
        expect(new PacketLengths(100).scan(Uint8Array.from(bytes))).toBe('oversize');
      }),
    );
  });

  it('refuses a length of five bytes', () => {
    expect(new PacketLengths(100).scan(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80, 0]))).toBe('malformed');
  });
});
