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
  /** Between two changes of a charger's phases: each costs the car a pause, and the charger's relay a part of its life. */
  readonly phaseDwell: Milliseconds;
  /** Changes of phases by choice within an hour, whatever the dwell time would allow: a bound for the worst day. */
  readonly phaseChangesPerHour: number;
  /** Changes of phases by choice in one session: some cars stop for good after too many pauses. */
  readonly phaseChangesPerSession: number;
  /** A car that was charging waits this long for room to come back before its charger changes to one line. */
  readonly phaseLackPatience: Milliseconds;
  /** The other number of phases must give this many times as much ... */
  readonly phaseGain: number;
  /** ... for this long before a car that charges is interrupted for it. */
  readonly phaseGainPatience: Milliseconds;
  /** From a change of phases to a sample that can be believed: relays take up to half a minute, then the car wakes. */
  readonly phaseRelay: Milliseconds;
  /** After a restart, how long to wait for a sample that shows the lines in use before the charger is paused to know. */
  readonly phaseEvidence: Milliseconds;
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
  /** A car gets at least this much more than it draws, so that it can show that it wants more. */
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
  phaseDwell: seconds(600),
  phaseChangesPerHour: 4,
  phaseChangesPerSession: 12,
  phaseLackPatience: seconds(20),
  phaseGain: 1.25,
  phaseGainPatience: seconds(120),
  phaseRelay: seconds(45),
  phaseEvidence: seconds(20),
  idleAfter: seconds(60),
  increaseInterval: milliseconds(3_000),
  smallestIncrease_A: 0.5,
  unusedLine_A: 1,
  proofSamples: 3,
  growthRoom_A: 1.5,
  excessPatience: seconds(30),
  answerWithin: seconds(15),
};
