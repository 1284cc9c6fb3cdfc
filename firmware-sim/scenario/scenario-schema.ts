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
    'charger-limit',
    'hub-disconnect',
    // Somebody mounts a Zen's clamps wrongly, for `duration_s`.
    'zen-clamp-reversed',
    'zen-lines-swapped',
    'zen-ratio-wrong',
    'zen-wifi-drop',
    'hub-mobile-drop',
    'residual-current-device',
  ]),
  /** The device's identity; null means every device of the kind. */
  device: z.string().nullable().default(null),
  duration_s: z.number().min(0).default(30),
  /** What an energy manager on site allows the charger (`charger-limit`). */
  limit_A: z.number().min(0).default(6),
  /** The clamp that is turned round (`zen-clamp-reversed`), or changed for the next one (`zen-lines-swapped`). */
  line: phase.default('L1'),
  /** How much of the current the Zen sees (`zen-ratio-wrong`). */
  share: z.number().min(0.01).max(10).default(0.5),
  /** Whether the residual-current devices of the chargers break, or are repaired (`residual-current-device`). */
  state: z.enum(['broken', 'repaired']).default('broken'),
});
export type Fault = z.infer<typeof faultSchema>;

/** How a charger speaks and how it proves who it is. */
const speech = {
  protocol: z.enum(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1']),
  /** 1: password, 2: TLS and password, 3: TLS with a client certificate. */
  securityProfile: z.union([z.literal(1), z.literal(2), z.literal(3)]),
};

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
  /** What every charger speaks that `chargers` does not name. */
  protocol: speech.protocol.default('ocpp1.6'),
  securityProfile: speech.securityProfile.default(1),
  /** Whether chargers introduce themselves after each lost connection, or only after a start as OCPP asks. */
  bootsOnReconnect: z.boolean().default(true),
  /** Chargers that speak otherwise, by identity or by number in the fleet's order, from 1. */
  chargers: z
    .array(
      z.strictObject({
        charger: z.union([z.string(), z.number().int().min(1)]),
        protocol: speech.protocol.nullable().default(null),
        securityProfile: speech.securityProfile.nullable().default(null),
      }),
    )
    .default([]),
  tls: z
    .strictObject({
      /** Where chargers with security profile 2 or 3 connect; null: the fleet's address with wss. */
      url: z.url().nullable().default(null),
      /** PEM files of the roots they trust; none: those Node.js ships. */
      trustedRoots: z.array(z.string()).default([]),
      /** PEM files of the certificate a charger with security profile 3 has from the factory; `{identity}` is replaced. */
      clientKey: z.string().nullable().default(null),
      clientCertificate: z.string().nullable().default(null),
    })
    .prefault({}),
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
