import { z } from 'zod';
import { chargingModes } from '#libs/allocation/modes/wishes.js';

const connector = z.number().int().min(1).max(255);
const transactionId = z.number().int().min(1).max(2_147_483_647);
const instant = z.iso.datetime();
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write the time as HH:MM, 24-hour');

const days = z
  .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
  .min(1)
  .max(7);

/** A weekly window in the location's time zone during which charging is allowed; `from` later than `to` crosses midnight. */
export const scheduleWindowSchema = z.object({
  days,
  from: timeOfDay,
  to: timeOfDay,
});
export type ScheduleWindow = z.infer<typeof scheduleWindowSchema>;

/** `solar`: only what the sun gives; `solar-with-minimum`: never less than the minimum; `price`: the cheapest hours before departure. */
export const chargingModeSchema = z.enum(chargingModes);

/** When the car leaves on these days, in the location's time zone. */
export const dailyDepartureSchema = z.object({ days, at: timeOfDay });

/** Energy a car is to get in one charging session; null: nobody said. */
export const energyGoalSchema = z.number().min(1).max(200).nullable();

/** Higher goes first when there is not enough for all; added to what the fuse tree says of the connector. */
export const prioritySchema = z.number().int().min(-100).max(100);

/** For one charging session: a null leaves in force what holds every day. */
export const sessionGoalSchema = z.object({
  transactionId,
  departure: instant.nullable(),
  energy_kWh: energyGoalSchema,
});

/** On how many lines a charger that switches may charge. */
export const chargingPhasesSchema = z.enum(['automatic', 'one', 'three']);

export const cableLockSchema = z.enum(['while-charging', 'always']);
export type CableLock = z.infer<typeof cableLockSchema>;

/** OCPP 1.6 9.1.10 ConnectorPhaseRotation: R, S and T are L1, L2 and L3 of the supply, in the order of the terminals. */
export const phaseRotationSchema = z.enum(['RST', 'RTS', 'SRT', 'STR', 'TRS', 'TSR']);
export type PhaseRotation = z.infer<typeof phaseRotationSchema>;

/** What a load balancer keeps of its installation; it measures wrongly when this is wrong. */
export const balancerSettingsSchema = z.strictObject({
  /** Primary per secondary ampere of the current transformers, e.g. 2000 for 100 A to 50 mA. */
  currentTransformerRatio: z.number().min(1).max(10_000).optional(),
  /** Clamps that sit the wrong way round on L1, L2, L3: the balancer turns their sign. */
  reversedTransformers: z.array(z.boolean()).length(3).optional(),
  /** Whether its solar terminal is wired (NB-79). */
  solarTerminal: z.boolean().optional(),
  /** Seconds between two readings: every second, or the ten of a P1 meter. */
  readingInterval_s: z.union([z.literal(1), z.literal(10)]).optional(),
  /** How it reaches us. A WiFi passphrase is no setting: it goes with the command set-network (NB-79). */
  network: z
    .strictObject({ medium: z.enum(['wifi', 'ethernet']), wifiName: z.string().min(1).max(32).optional() })
    .optional(),
});
export type BalancerSettings = z.infer<typeof balancerSettingsSchema>;

/** What an alarm hub keeps for the people who live with it. */
export const hubSettingsSchema = z.strictObject({
  /** Seconds to leave before the arming counts, and to disarm after entering (EN 50131-1 8.3.7 allows 45 for entry). */
  exitDelay_s: z.number().int().min(0).max(120).optional(),
  entryDelay_s: z.number().int().min(0).max(45).optional(),
  sirenVolume: z.enum(['off', 'low', 'medium', 'high']).optional(),
  brightness_percent: z.number().int().min(0).max(100).optional(),
  /** Seconds between two polls of its detectors. */
  detectorPoll_s: z.number().int().min(12).max(300).optional(),
  /** What people call its detectors, sirens and keypads, by the hub's id for them. */
  subDeviceNames: z.record(z.string().min(1).max(32), z.string().min(1).max(60)).optional(),
});
export type HubSettings = z.infer<typeof hubSettingsSchema>;

/** An image for a device: where it is, what it must be, and when it may be fetched and installed. */
export const firmwareRequestSchema = z.object({
  /** Names the update in what the device tells of it (OCPP requestId). */
  requestId: z.number().int().min(1).max(2_147_483_647),
  location: z.url({ protocol: /^https?$/ }).max(512),
  /** What the device calls itself once it runs the image. */
  version: z.string().min(1).max(50),
  /** Lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size_bytes: z.number().int().min(1).max(1_073_741_824),
  /** PEM of the signing certificate and base64 of the signature (OCPP security whitepaper 5.3); null: not signed. */
  signed: z
    .object({ signingCertificate: z.string().min(1).max(5_500), signature: z.string().min(1).max(800) })
    .nullable(),
  retrieveAt: instant,
  /** Null: as soon as it is fetched. */
  installAt: instant.nullable(),
});
export type FirmwareRequest = z.infer<typeof firmwareRequestSchema>;

export const networkMedia = ['wifi', 'mobile', 'ethernet'] as const;

/** How a device reaches the internet. */
export const networkSchema = z.object({
  medium: z.enum(networkMedia),
  /** Of the Wi-Fi; IEEE 802.11 9.4.2.2 allows 32 octets. */
  ssid: z.string().min(1).max(32).optional(),
  /** WPA2 passphrase, IEEE 802.11 J.4.1. Written and never shown: what is kept of a command has `passphraseId` instead. */
  passphrase: z
    .string()
    .regex(/^[\x20-\x7e]{8,63}$/, 'use 8 to 63 printable characters')
    .optional(),
  /** Names a passphrase that waits for its device; it opens nothing. */
  passphraseId: z.uuid().optional(),
});
export type Network = z.infer<typeof networkSchema>;

/** NB-53: answers to a start or stop, for programs. */
export const startAnswers = [
  'SUCCESS',
  'PERMISSION_DENIED',
  'RCD_CHECK_FAILED',
  'DISABLED',
  'OCCUPIED_BY_OTHERS',
] as const;
export type StartAnswer = (typeof startAnswers)[number];

/** A key of OCPP 1.6, or Component[instance].Variable[instance]@evse.connector of OCPP 2.0.1: four names and two numbers. */
const configurationKey = z.string().min(1).max(230);

/** Everything a person can ask of a device, by `action`. */
export const commandRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('set-max-current'), current_A: z.number().min(6).max(32) }),
  z.object({ action: z.literal('set-brightness'), brightness_percent: z.number().int().min(0).max(100) }),
  z.object({ action: z.literal('set-schedule'), windows: z.array(scheduleWindowSchema).max(14) }),
  z.object({ action: z.literal('set-mode'), mode: chargingModeSchema }),
  z.object({
    action: z.literal('set-departure'),
    departures: z.array(dailyDepartureSchema).max(14),
    energy_kWh: energyGoalSchema,
  }),
  // Full current at once, whatever schedule, price and sun say; null ends it. The fuses hold all the same.
  z.object({ action: z.literal('boost'), until: instant.nullable() }),
  z.object({ action: z.literal('set-priority'), priority: prioritySchema }),
  // NB-96: on one line or on three where the charger can switch; `automatic` leaves the choice to the allocator.
  z.object({ action: z.literal('set-phases'), phases: chargingPhasesSchema }),
  z.object({ action: z.literal('set-goal'), ...sessionGoalSchema.shape }),
  z.object({ action: z.literal('remote-start'), connector, idToken: z.string().min(1).max(20) }),
  z.object({ action: z.literal('remote-stop'), transactionId }),
  z.object({ action: z.literal('reset'), type: z.enum(['Soft', 'Hard']) }),
  z.object({ action: z.literal('unlock-connector'), connector }),
  z.object({
    action: z.literal('trigger-message'),
    requestedMessage: z.enum(['BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification']),
    connector: connector.optional(),
  }),
  z.object({ action: z.literal('get-configuration'), keys: z.array(configurationKey).max(50) }),
  z.object({
    action: z.literal('change-configuration'),
    key: configurationKey,
    value: z.string().max(1_000),
  }),
  z.object({ action: z.literal('clear-charging-profile') }),
  // NB-71: the cable stays locked while it charges, or always.
  z.object({ action: z.literal('set-cable-lock'), cableLock: cableLockSchema }),
  // NB-68: which line of the supply is at the charger's terminal 1, 2 and 3.
  z.object({ action: z.literal('set-phase-rotation'), connector, rotation: phaseRotationSchema }),
  // The charger forgets the tokens it remembers from before.
  z.object({ action: z.literal('clear-cache') }),
  z.object({ action: z.literal('update-firmware'), ...firmwareRequestSchema.shape }),
  z.object({ action: z.literal('configure-balancer'), settings: balancerSettingsSchema }),
  z.object({ action: z.literal('configure-hub'), settings: hubSettingsSchema }),
  z.object({ action: z.literal('set-arming'), armed: z.enum(['disarmed', 'armed', 'night']) }),
  // Keeps a connector (0: any) free for a token.
  z.object({
    action: z.literal('reserve-connector'),
    connector: z.number().int().min(0).max(255),
    idToken: z.string().min(1).max(20),
    until: instant,
  }),
  z.object({ action: z.literal('cancel-reservation'), reservationId: transactionId }),
  // What the charger will allow over a span of time, compared with the limits it accepted.
  z.object({
    action: z.literal('check-schedule'),
    connector,
    duration_s: z.number().int().min(60).max(604_800),
  }),
  // A new password for the charger; it is in no command and no answer.
  z.object({ action: z.literal('rotate-credential') }),
  // NB-84: as it left the factory. Once the device has agreed it is at this location no more.
  z.object({ action: z.literal('factory-reset') }),
  // NB-74: trips the residual-current device of a connector and tells how fast.
  z.object({ action: z.literal('test-residual-current-device'), connector }),
  // NB-64, NB-89.
  z
    .object({ action: z.literal('set-network'), ...networkSchema.shape })
    .refine(
      ({ medium, ssid, passphrase, passphraseId }) =>
        medium === 'wifi' ? ssid !== undefined : (ssid ?? passphrase ?? passphraseId) === undefined,
      { error: 'a Wi-Fi has a name (ssid), other media have neither name nor passphrase' },
    ),
  // Any message of the charger's OCPP version, as it stands in the standard.
  z.object({
    action: z.literal('ocpp-call'),
    message: z.string().regex(/^[A-Z][A-Za-z0-9]{1,49}$/, 'name an OCPP message, such as GetVariables'),
    payload: z.record(z.string(), z.unknown()),
  }),
]);
export type CommandRequest = z.infer<typeof commandRequestSchema>;
export type CommandAction = CommandRequest['action'];

export const commandStates = [
  'queued',
  'sent',
  'accepted',
  'rejected',
  'expired',
  'failed',
  'dropped',
  'cancelled',
] as const;
/** `dropped`: the right to give it died before it reached the wire; `cancelled`: a person took it back. The last six are final. */
export type CommandState = (typeof commandStates)[number];

/** The proof a command carries: who asked, and what allowed it. */
export const commandProofSchema = z.object({
  personId: z.string(),
  /** Entitlement that admitted it, e.g. `owner`, `membership:<id>`, `grant:<id>`. */
  entitlement: z.string(),
});

/** A command on its way to the edge (bus topic `commands`); the row in PostgreSQL is the resource, this is the wake-up. */
export const commandMessageSchema = z.object({
  commandId: z.string(),
  siteId: z.string(),
  deviceId: z.string(),
  request: commandRequestSchema,
  proof: commandProofSchema,
  enqueuedAt: z.number(),
  deadline: z.number(),
});
export type CommandMessage = z.infer<typeof commandMessageSchema>;
