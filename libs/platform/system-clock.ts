import type { Clock } from '#libs/units/clock.js';
import { epochMilliseconds } from '#libs/units/quantities.js';

export const systemClock: Clock = { now: () => epochMilliseconds(Date.now()) };
