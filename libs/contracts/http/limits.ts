import { z } from 'zod';
import { locationActions } from '#libs/entitlements/action.js';
import { mostRanges } from '#libs/entitlements/hub-access.js';
import { instant } from './common.js';
import { locationActionSchema, timeZone } from './location-routes.js';

const weekday = z
  .union([1, 2, 3, 4, 5, 6, 7].map((day) => z.literal(day as 1 | 2 | 3 | 4 | 5 | 6 | 7)))
  .meta({ description: '1 is Monday' });
const minuteOfDay = z.number().int().min(0).max(1_440);

/** Times of the week at which an access opens (AJ-42), half-open, as the clock on the wall of that zone shows them. */
export const weeklyHoursSchema = z
  .strictObject({
    timeZone,
    ranges: z
      .array(
        z
          .strictObject({ days: z.array(weekday).min(1).max(7), from_min: minuteOfDay, to_min: minuteOfDay })
          .refine(({ from_min, to_min }) => from_min < to_min, 'a range ends after it begins'),
      )
      .min(1)
      .max(mostRanges),
  })
  .meta({ id: 'WeeklyHours' });

/** What a grant is limited to beside role and place; null: nothing of its own. */
export const limitFields = {
  expiresAt: instant.nullable().default(null),
  actions: z.array(locationActionSchema).min(1).max(locationActions.length).nullable().default(null),
  hours: weeklyHoursSchema.nullable().default(null),
  maximumCurrent_A: z.number().min(6).max(1_000).nullable().default(null),
};
