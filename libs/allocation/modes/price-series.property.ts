import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMilliseconds } from '#libs/units/quantities.js';
import type { PriceSlot } from './price-plan.js';
import { firstMisplaced, overlay } from './price-series.js';

const slot = (from: number, until: number, perKWh: number): PriceSlot => ({
  from: epochMilliseconds(from),
  until: epochMilliseconds(until),
  perKWh,
});
const series = fc
  .array(fc.record({ gap: fc.nat(3), length: fc.integer({ min: 1, max: 4 }), perKWh: fc.nat(9) }), {
    maxLength: 6,
  })
  .map((parts) => {
    let end = 0;
    return parts.map(({ gap, length, perKWh }) => slot(end + gap, (end += gap + length), perKWh));
  });
const priceAt = (slots: readonly PriceSlot[], at: number): number | null =>
  slots.find(({ from, until }) => at >= from && at < until)?.perKWh ?? null;

describe('price series', () => {
  it('laid over one another, the latest that covers an instant holds there', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 4 }), (layers) => {
        const result = overlay(layers);
        expect(firstMisplaced(result)).toBeNull();
        for (let at = 0; at < 45; at++) {
          const expected = layers.map((layer) => priceAt(layer, at)).findLast((price) => price !== null);
          expect(priceAt(result, at)).toBe(expected ?? null);
        }
      }),
    );
  });

  it('names the first slot that is empty or begins before the last one ended', () => {
    expect(firstMisplaced([slot(0, 2, 1), slot(2, 3, 1)])).toBeNull();
    expect(firstMisplaced([slot(0, 2, 1), slot(1, 3, 1)])).toBe(1);
    expect(firstMisplaced([slot(0, 2, 1), slot(5, 5, 1)])).toBe(1);
  });
});
