import type { EpochMilliseconds } from './quantities.js';

/** The only source of time below the composition roots; tests drive it by hand. */
export interface Clock {
  now(): EpochMilliseconds;
}
