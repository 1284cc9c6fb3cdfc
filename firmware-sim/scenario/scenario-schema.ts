import { z } from 'zod';

const phase = z.enum(['L1', 'L2', 'L3']);
const perPhase_A = z.tuple([z.number(), z.number(), z.number()]);

const carSchema = z.strictObject({
  maximum_A: z.number().min(6).max(80).default(16),
  phases: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(3),
  ramp_A_per_s: z.number().min(0.5).max(100).default(4),
  reaction_s: z.number().min(0).max(30).default(5),
  minimum_A: z.number().min(6).max(16).default(6),
  /** Share of its energy from which a car's current falls; null charges flat out to the end. */
  taperFrom: z.number().min(0).max(0.99).nullable().default(null),
  wakesAfterPause: z.boolean().default(true),
});
export type CarChoice = z.infer<typeof carSchema>;

const visitSchema = z.strictObject({
  /** The charger's identity, or its number in the fleet's order, from 1. */
  charger: z.union([z.string(), z.number().int().min(1)]),
  connector: z.number().int().min(1).default(1),
  arrival_min: z.number().min(0),
  stay_min: z.number().positive(),
  energy_kWh: z.number().positive(),
  car: carSchema.prefault({}),
});
export type Visit = z.infer<typeof visitSchema>;

const faultSchema = z.strictObject({
  at_s: z.number().min(0),
  kind: z.enum([
    'zen-silent',
    'zen-disconnect',
    'charger-disconnect',
    'charger-power-cycle',
    'hub-disconnect',
  ]),
  /** The device's identity; null means every device of the kind. */
  device: z.string().nullable().default(null),
  duration_s: z.number().min(0).default(30),
});
export type Fault = z.infer<typeof faultSchema>;

const hubEventSchema = z.strictObject({
  at_s: z.number().min(0),
  category: z.enum(['alarm', 'restore', 'tamper', 'fault', 'arming', 'information']),
  code: z.string().min(1),
  zone: z.string().nullable().default(null),
  text: z.string(),
});

/** A scenario file. `_min` runs with --speed, `_s` is always real time. Unknown keys are errors, so a typo is seen. */
export const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  /** Voltage across a car's terminals: 230 V line to neutral, 208 V between two lines of a North American garage. */
  voltage_V: z.number().min(100).max(400).default(230),
  /** The card every driver uses; the site must know it (id_tokens). */
  idToken: z.string().min(1).max(20).default('SIM-CARD'),
  startOfDay: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('08:00'),
  zen: z
    .strictObject({
      cadence_s: z.number().min(0.2).max(60).default(1),
      noise_A: z.number().min(0).max(2).default(0.05),
    })
    .prefault({}),
  baseLoad: z
    .array(
      z.strictObject({
        /** A node of the fuse tree; `root` is the grid connection. */
        node: z.string().default('root'),
        constant_A: perPhase_A.default([0, 0, 0]),
        daily: z.array(z.number().min(0)).length(24).nullable().default(null),
        /** A roof that feeds in: what it gives at noon, and from when until when it gives anything. */
        sun: z
          .strictObject({
            peak_A: perPhase_A,
            rises_h: z.number().min(0).max(24).default(6),
            sets_h: z.number().min(0).max(24).default(20),
          })
          .refine(({ rises_h, sets_h }) => rises_h < sets_h, 'the sun sets after it rises')
          .nullable()
          .default(null),
        appliances: z
          .array(
            z.strictObject({
              name: z.string(),
              phases: z.array(phase).min(1).max(3),
              current_A: z.number().positive(),
              on_s: z.number().positive(),
              off_s: z.number().positive(),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  visits: z.array(visitSchema).default([]),
  /** Replays a day of the real sessions in firmware-sim/data. */
  replay: z
    .strictObject({
      day: z.string().regex(/^2019-03-(0[1-9]|[12]\d|3[01])$/, 'choose a day from 2019-03-01 to 2019-03-31'),
      car: carSchema.prefault({}),
    })
    .nullable()
    .default(null),
  faults: z.array(faultSchema).default([]),
  hubEvents: z.array(hubEventSchema).default([]),
});
export type Scenario = z.infer<typeof scenarioSchema>;
