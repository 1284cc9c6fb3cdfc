import type { Phase } from '#libs/units/phases.js';

export const reasonCodes = [
  'car-maximum',
  'charger-maximum',
  'person-maximum',
  'schedule',
  'price',
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
}

/** One short sentence per reason; `{node}` and `{phase}` are filled in. The one catalogue for portal, API, terminal and log. */
export const reasonTexts: Readonly<Record<ReasonCode, string>> = {
  'car-maximum': 'The car takes no more',
  'charger-maximum': 'The charger gives no more',
  'person-maximum': 'Limited by the maximum somebody set',
  schedule: 'Paused by the charging schedule',
  price: 'Waiting for cheaper hours',
  solar: 'Limited to what the sun gives',
  'node-full': 'Limited by the fuse of {node} on {phase}',
  'node-limited': 'Limited by an agreed limit of {node} on {phase}',
  'waiting-for-capacity': 'Waiting: {node} is full on {phase}',
  'waiting-for-others-to-reduce': 'Waiting until others have reduced',
  'changing-phases': 'Held back while the charger changes phases',
  'meter-silent': 'The load balancer is silent, so the fallback current applies',
  'restart-unknown': 'Reduced until every charger has confirmed its limit',
  fallback: 'Standing fallback while no other limit is in force',
  'not-charging': 'Nothing to charge',
};

/** The sentence for a reason; `nodeName` is what people call the node. */
export function explainReason(reason: Reason, nodeName: string | null): string {
  return reasonTexts[reason.code]
    .replace('{node}', nodeName ?? reason.nodeId ?? 'the connection')
    .replace('{phase}', reason.phase ?? 'a line');
}
