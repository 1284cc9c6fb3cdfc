import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { siteTopologySchema } from '#libs/contracts/topology.js';

const perPhase = z.tuple([z.number(), z.number(), z.number()]);
/** `deviceId/connector`. */
const key = z.string().regex(/^.+\/\d+$/);
const byKey = <Value extends z.ZodType>(value: Value) => z.record(key, value);
const range = z.union([
  z.number(),
  z.strictObject({ atLeast: z.number().optional(), atMost: z.number().optional() }),
]);

/** A car: it draws the least of its own maximum and what the charger allows, on these terminals of the connector. */
const car = z.strictObject({
  maximum_A: z.number(),
  terminals: z.array(z.number().int().min(1).max(3)).min(1),
  /** From a new limit to the new current. */
  follows_s: z.number(),
  /** From the end of a pause to the first current; null: it does not wake by itself. */
  wakes_s: z.number().nullable(),
  /** How often the charger reports its meter values; null: never. */
  samples_s: z.number().nullable(),
});

/** What the charger answers to a limit, and when. `never` leaves it as it was; `lost` obeys but the answer does not arrive. */
const answers = z.strictObject({
  answer: z.enum(['accepted', 'rejected', 'never', 'lost']),
  after_s: z.number(),
});

/** Everything that happens at one instant, in the order of this list. */
const step = z.strictObject({
  at_s: z.number(),
  answers: byKey(answers).optional(),
  connect: z.array(key).optional(),
  disconnect: z.array(key).optional(),
  plug: z.array(key).optional(),
  unplug: z.array(key).optional(),
  start: byKey(car).optional(),
  end: z.array(key).optional(),
  set: byKey(
    z.strictObject({
      personMaximum_A: z.number().nullable().optional(),
      pausedBy: z.enum(['schedule', 'price']).nullable().optional(),
      solar: z.enum(['off', 'surplus', 'surplus-with-minimum']).optional(),
      boosted: z.boolean().optional(),
      phases: z.enum(['automatic', 'one', 'three']).optional(),
      priority: z.number().int().optional(),
      departure: z.strictObject({ at_s: z.number(), remaining_Wh: z.number() }).nullable().optional(),
    }),
  ).optional(),
  /** Another controller: the charger gives this current whatever we say; null: it obeys us again. */
  override_A: byKey(z.number().nullable()).optional(),
  /** From now on: what flows through a node besides the cars. */
  base_A: z.record(z.string(), perPhase).optional(),
  /** From now on: how often the node's meter speaks and how old its reading then is; null: silent. */
  meter: z
    .record(z.string(), z.strictObject({ every_s: z.number(), late_s: z.number() }).nullable())
    .optional(),
  /** One reading as it was recorded, for cases without simulated cars. */
  frame_A: z.record(z.string(), perPhase).optional(),
  /** One sample of a charger as it was recorded, terminal currents. */
  sample_A: byKey(perPhase).optional(),
  /** A base load that switches: adds `add_A` for `on_s`, then not for `off_s`, until `until_s`. */
  cycle: z
    .array(
      z.strictObject({
        node: z.string(),
        add_A: perPhase,
        on_s: z.number().positive(),
        off_s: z.number().positive(),
        until_s: z.number(),
      }),
    )
    .optional(),
});

/** At one instant: the limit each charger follows, and the reason of the last one it was sent. */
const instant = z.strictObject({
  at_s: z.number(),
  limits_A: byKey(range).optional(),
  reasons: byKey(z.string()).optional(),
});

/** Over a time: bounds that hold throughout, how often the limit changed, went to 0 A, and the charger's relay moved. */
const period = z.strictObject({
  from_s: z.number(),
  to_s: z.number(),
  limits_A: byKey(range).optional(),
  draws_A: byKey(range).optional(),
  /** True current per line through a node, base load included. */
  lines_A: z.record(z.string(), perPhase).optional(),
  changes: byKey(range).optional(),
  pauses: byKey(range).optional(),
  switches: byKey(range).optional(),
});

export const goldenSchema = z.strictObject({
  title: z.string(),
  /** What people complain of, or what the reporter saw. */
  complaint: z.string(),
  site: siteTopologySchema,
  steps: z.array(step),
  expect: z.array(z.union([instant, period])),
});

/** One case as one file: a site, what happens to it, and what must follow. docs/allocation.md describes the format. */
export type Golden = z.infer<typeof goldenSchema>;
export type GoldenStep = z.infer<typeof step>;
export type GoldenCar = z.infer<typeof car>;
export type GoldenAnswers = z.infer<typeof answers>;
export type GoldenExpectation = Golden['expect'][number];
export type GoldenRange = z.infer<typeof range>;

export function readGolden(path: string): Golden {
  return goldenSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
