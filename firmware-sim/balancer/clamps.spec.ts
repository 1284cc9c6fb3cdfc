import { expect, it } from '@jest/globals';
import { ordinaryClamps, readThrough } from './clamps.js';

const told = { reversedTransformers: [false, false, false], currentTransformerRatio: 3_000 };

it.each([
  ['well mounted', ordinaryClamps, told, [10, 20, -3]],
  ['reversed on L2', { ...ordinaryClamps, reversed: [false, true, false] as const }, told, [10, -20, -3]],
  [
    'reversed on L2, which the Zen knows',
    { ...ordinaryClamps, reversed: [false, true, false] as const },
    { ...told, reversedTransformers: [false, true, false] },
    [10, 20, -3],
  ],
  ['swapped on L1 and L3', { ...ordinaryClamps, lines: [2, 1, 0] as const }, told, [-3, 20, 10]],
  ['of half the ratio', { ...ordinaryClamps, ratio: 6_000 }, told, [5, 10, -1.5]],
  [
    'of half the ratio, which the Zen knows',
    { ...ordinaryClamps, ratio: 6_000 },
    { ...told, currentTransformerRatio: 6_000 },
    [10, 20, -3],
  ],
])('NB-79: clamps %s', (_name, clamps, settings, read_A) => {
  expect(readThrough(clamps, settings, [10, 20, -3])).toEqual(read_A);
});
