/** Faults of a single message, as a probability per message. */
const messageFaults = {
  'limit-lost': 0.002,
  'limit-delayed': 0.01,
  'limit-duplicated': 0.01,
  'call-lost': 0.002,
  'call-delayed': 0.01,
  'answer-lost': 0.002,
  'answer-delayed': 0.01,
  'report-lost': 0.01,
  'report-delayed': 0.02,
  'frame-lost': 0.01,
  'frame-delayed': 0.01,
  'frame-duplicated': 0.005,
  'observation-lost': 0.001,
  'observation-delayed': 0.005,
  'observation-duplicated': 0.005,
  'observation-reordered': 0.002,
} as const;

/** Faults of a whole part, as how often they happen per hour at a site (chargers: per charger). */
const partFaults = {
  'charger-disconnected': 0.3,
  'charger-rebooted': 0.05,
  'charger-clock-jumped': 0.05,
  'zen-dead': 0.1,
  'cloud-dead': 0.05,
  'allocator-dead': 0.1,
  'owner-changed': 0.2,
} as const;

/** Faults that are there from the beginning, as a share: of chargers that switch phases, of sites with rotations. */
const standingFaults = {
  /** The charger accepts a number of phases and charges on three. */
  'relay-ignored': 0.1,
  /** The site's description has a wrong rotation, which is found and mended while it runs. */
  'rotation-wrong': 0.15,
} as const;

export type MessageFault = keyof typeof messageFaults;
export type PartFault = keyof typeof partFaults;
export type StandingFault = keyof typeof standingFaults;
export type Fault = MessageFault | PartFault | StandingFault;
export type FaultRates = Readonly<Record<Fault, number>>;

export const defaultRates: FaultRates = { ...messageFaults, ...partFaults, ...standingFaults };
export const faultNames = Object.keys(defaultRates) as readonly Fault[];

/** All rates times `factor`; a probability or share never becomes more than one half. */
export function scaledRates(rates: FaultRates, factor: number): FaultRates {
  const scaled = Object.entries(rates).map(([fault, rate]) => [
    fault,
    fault in partFaults ? rate * factor : Math.min(0.5, rate * factor),
  ]);
  return Object.fromEntries(scaled) as FaultRates;
}

/** How many of each kind were injected. */
export type FaultCounts = Record<Fault, number>;
export const noFaults = (): FaultCounts =>
  Object.fromEntries(faultNames.map((fault) => [fault, 0])) as FaultCounts;
