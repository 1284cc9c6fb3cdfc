import type { Phase } from '#libs/units/phases.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

export const reasonCodes = [
  'car-maximum',
  'charger-maximum',
  'person-maximum',
  'schedule',
  'price',
  'goal',
  'solar',
  'node-full',
  'node-limited',
  'waiting-for-capacity',
  'waiting-for-others-to-reduce',
  'changing-phases',
  'meter-silent',
  'restart-unknown',
  'fallback',
  'not-charging',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export const reasonSources = [
  'fuse',
  'grid-operator',
  'contract',
  'meter',
  'person',
  'schedule',
  'price',
  'sun',
  'charger',
  'car',
  'allocator',
] as const;
export type ReasonSource = (typeof reasonSources)[number];

/** Why a connector has the limit it has. */
export interface Reason {
  readonly code: ReasonCode;
  /** The full fuse-tree node and line, when there is one. */
  readonly nodeId: string | null;
  readonly phase: Phase | null;
  /** Who or what the number comes from. */
  readonly source: ReasonSource;
  /** About when that ends; absent or null: nobody can say. */
  readonly until?: EpochMilliseconds | null | undefined;
}

/**
 * One short sentence per message, complete with its parameters in braces: nothing is ever glued together, so that any
 * language can put them in its own order. The one catalogue for portal, API, terminal and log. A reason whose end is
 * known takes the message `<code>.until` where there is one.
 */
export const reasonTexts = {
  'car-maximum': 'The car takes no more',
  'charger-maximum': 'The charger gives no more',
  'person-maximum': 'Limited by the maximum somebody set',
  schedule: 'Paused by the charging schedule',
  'schedule.until': 'Paused by the charging schedule until {until}',
  price: 'Waiting for cheaper hours',
  'price.until': 'Waiting for cheaper hours until about {until}',
  goal: 'The car has the energy that was asked for',
  solar: 'Limited to what the sun gives',
  'node-full': 'Limited by the fuse of {node} on {phase}',
  'node-limited': 'Limited by an agreed limit of {node} on {phase}',
  'node-limited.until': 'Limited by an agreed limit of {node} on {phase} until {until}',
  'waiting-for-capacity': 'Waiting: {node} is full on {phase}',
  'waiting-for-capacity.until': 'Waiting: {node} is full on {phase}; its turn comes by about {until}',
  'waiting-for-others-to-reduce': 'Waiting until others have reduced',
  'changing-phases': 'Held back while the charger changes phases',
  'meter-silent': 'The load balancer is silent, so the fallback current applies',
  'restart-unknown': 'Reduced until every charger has confirmed its limit',
  fallback: 'Standing fallback while no other limit is in force',
  'not-charging': 'Nothing to charge',
} as const satisfies Record<ReasonCode, string> & Record<string, string>;
export type ReasonMessageId = keyof typeof reasonTexts;
export type ReasonCatalogue = Readonly<Record<ReasonMessageId, string>>;

/** A reason as a message of a catalogue: an id and what goes into its braces. */
export interface ReasonMessage {
  readonly id: ReasonMessageId;
  readonly parameters: Readonly<Record<'node' | 'phase' | 'until', string>>;
}

/** `nodeName` is what people call the node; `clockTime` writes an instant as the clocks of the location show it. */
export function reasonMessage(
  reason: Reason,
  nodeName: string | null,
  clockTime: (at: EpochMilliseconds) => string,
): ReasonMessage {
  const until = reason.until ?? null;
  const timed = `${reason.code}.until`;
  return {
    id: until !== null && isMessageId(timed) ? timed : reason.code,
    parameters: {
      node: nodeName ?? reason.nodeId ?? 'the connection',
      phase: reason.phase ?? 'a line',
      until: until === null ? '' : clockTime(until),
    },
  };
}

const isMessageId = (id: string): id is ReasonMessageId => Object.hasOwn(reasonTexts, id);

/** The sentence of a message in the language of the catalogue. */
export const sentenceOf = ({ id, parameters }: ReasonMessage, catalogue: ReasonCatalogue): string =>
  catalogue[id].replace(
    /\{(node|phase|until)\}/g,
    (_, name: keyof ReasonMessage['parameters']) => parameters[name],
  );

/** The English sentence for a reason. */
export const explainReason = (
  reason: Reason,
  nodeName: string | null,
  clockTime: (at: EpochMilliseconds) => string,
): string => sentenceOf(reasonMessage(reason, nodeName, clockTime), reasonTexts);
