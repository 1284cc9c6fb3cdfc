import { ocppVersions, type OcppVersion } from '#libs/protocols/ocppj/version.js';
import { frameOf, idOf } from './frames.js';
import { Random } from './random.js';

/** Cases that go out together; the batch of a case is made again with it. */
export const batchSize = 50;

export interface FuzzMessage {
  readonly number: number;
  readonly text: string;
}
export type Batch =
  | { readonly kind: 'messages'; readonly version: OcppVersion; readonly messages: readonly FuzzMessage[] }
  /** Visits at the door, and bytes behind it. */
  | { readonly kind: 'visits'; readonly numbers: readonly number[] };

/** What is in every case of a seed, and never may come back. */
export const markerOf = (seed: number): string => `hunter${(seed >>> 0).toString(16).padStart(8, '0')}`;

/** The batch with this number; it follows from the seed alone. */
export function batchOf(seed: number, index: number): Batch {
  const random = new Random(seed, index, 0);
  const first = index * batchSize;
  const numbers = Array.from({ length: batchSize }, (_, place) => first + place);
  if (random.chance(0.04)) return { kind: 'visits', numbers };
  const version = random.of(ocppVersions);
  const marker = markerOf(seed);
  const usedIds: string[] = [];
  const messages = numbers.map((number) => {
    const text = frameOf({ random: new Random(seed, number, 1), version, number, usedIds, marker });
    usedIds.push(idOf(number));
    return { number, text };
  });
  return { kind: 'messages', version, messages };
}
