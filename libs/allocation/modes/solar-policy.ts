import { seconds, type Milliseconds } from '#libs/units/quantities.js';

/** Every time and threshold of charging on the sun, each with its reason. */
export interface SolarPolicy {
  /** Time constant of the mean over the surplus: a kettle is not a cloud. */
  readonly smoothing: Milliseconds;
  /** The surplus must have held a car's minimum this long before it starts: spares contactor and car (I10). */
  readonly startAfter: Milliseconds;
  /** And must have missed it this long before it stops: a passing cloud is ridden through at the minimum (I10). */
  readonly stopAfter: Milliseconds;
  /** More is handed out only once there is this much more, line-amperes; less is taken back at once. */
  readonly raiseBy_A: number;
}

export const defaultSolarPolicy: SolarPolicy = {
  smoothing: seconds(30),
  startAfter: seconds(60),
  stopAfter: seconds(180),
  raiseBy_A: 1.5,
};
