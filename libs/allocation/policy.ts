import { milliseconds, seconds, type Milliseconds } from '#libs/units/quantities.js';

/** Every time and threshold of the allocator in one place, each with its reason. */
export interface Policy {
  /** How long a setpoint holds at the charger without renewal: long enough for a restart, short against a fuse's patience. */
  readonly lease: Milliseconds;
  /** Renew when less than this is left, so that one lost renewal is not yet a fallback. */
  readonly renewBefore: Milliseconds;
  /** A meter silent for longer is an overloaded meter (I12); three frames of a slower meter if that is longer. */
  readonly meterTimeToLive: Milliseconds;
  /** Base load falls only after this long below, so that a cycling appliance does not make the cars yo-yo. */
  readonly baseHold: Milliseconds;
  /** The longest pause of a cycling appliance that is waited out once it has shown that it comes back. */
  readonly longestBaseHold: Milliseconds;
  /** A car may take this long to follow a new setpoint (IEC 61851-1: 5 s), plus a sample's way here. */
  readonly reaction: Milliseconds;
  /** A charger's own sample older than this tells nothing of what it draws now. */
  readonly sampleTimeToLive: Milliseconds;
  /** An admitted car is not paused for a waiting one before this: spares contactors and the car's wake-up. */
  readonly minimumOnTime: Milliseconds;
  /** An admitted car that draws nothing for this long gives way to waiting ones. */
  readonly idleAfter: Milliseconds;
  /** At most one increase per connector in this time; decreases are never delayed (I13). */
  readonly increaseInterval: Milliseconds;
  /** An increase smaller than this is not worth a message unless it reaches the target. */
  readonly smallestIncrease_A: number;
  /** Below this a line of a car counts as unused. */
  readonly unusedLine_A: number;
  /** Consecutive samples before a line is released or a car's own maximum is believed. */
  readonly proofSamples: number;
  /** A car gets this much more than it draws, so that it can show that it wants more. */
  readonly growthRoom_A: number;
  /** An excess of 1.13 times a fuse is borne so long, a smaller one longer; 0: never. */
  readonly excessPatience: Milliseconds;
  /** The answer to a setpoint must come within this; afterwards it is sent again. */
  readonly answerWithin: Milliseconds;
}

export const defaultPolicy: Policy = {
  lease: seconds(60),
  renewBefore: seconds(35),
  meterTimeToLive: seconds(5),
  baseHold: seconds(15),
  longestBaseHold: seconds(300),
  reaction: seconds(6),
  sampleTimeToLive: seconds(30),
  minimumOnTime: seconds(600),
  idleAfter: seconds(60),
  increaseInterval: milliseconds(3_000),
  smallestIncrease_A: 0.5,
  unusedLine_A: 1,
  proofSamples: 3,
  growthRoom_A: 1.5,
  excessPatience: seconds(30),
  answerWithin: seconds(15),
};
