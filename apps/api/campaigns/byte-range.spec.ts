import { expect, it } from '@jest/globals';
import { byteRange } from './byte-range.js';

it.each([
  [null, null],
  ['bytes=0-', { from: 0, to: 100 }],
  ['bytes=40-59', { from: 40, to: 60 }],
  ['bytes=90-500', { from: 90, to: 100 }],
  ['bytes=-10', { from: 90, to: 100 }],
  ['bytes=-500', { from: 0, to: 100 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=60-40', null],
  ['bytes=1-2,4-5', null],
  ['items=1-2', null],
  ['bytes=-', null],
])('RFC 9110 14.1.2: %s of 100 bytes', (header, expected) => {
  expect(byteRange(header, 100)).toEqual(expected);
});
