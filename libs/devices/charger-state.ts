import type { PerPhase } from '#libs/units/phases.js';
import { initialCommon, type CommonState, type Observed } from './common-state.js';
import type {
  ConnectorStatus,
  ConnectorStatusChanged,
  LimitAnswered,
  MeterSampled,
  TransactionEnded,
  TransactionStarted,
} from './device-event.js';
import { orderTime } from './device-time.js';
import { beganLater, isOver, withEnded, type EndedTransaction } from './transaction-order.js';

/** Why a limit is what it is; the codes are those of libs/contracts/limit.ts. */
export interface LimitCause {
  readonly code: string;
  readonly nodeId: string | null;
  readonly phase: 'L1' | 'L2' | 'L3' | null;
  readonly source: string;
  /** About when it ends, milliseconds since the epoch. */
  readonly until?: number | null | undefined;
}

/** The part of a limit that a device's state needs. */
export interface LimitLike {
  readonly limitId: string;
  readonly connector: number;
  /** Null for the standing default. */
  readonly transactionId: number | null;
  readonly current_A: number;
  readonly issuedAt: number;
  readonly leaseUntil: number | null;
  readonly reason: LimitCause;
}

export interface LimitState extends LimitLike {
  readonly outcome: 'pending' | LimitAnswered['outcome'];
}

export interface SampleState {
  /** By the device's clock when that can be true. */
  readonly at: number;
  readonly current_A: PerPhase | null;
  readonly voltage_V: PerPhase | null;
  readonly power_W: number | null;
  readonly energy_Wh: number | null;
  readonly offered_A: number | null;
}

export interface ConnectorState {
  /** 0 is the whole charger. */
  readonly connector: number;
  /** Null until the charger told. */
  readonly status: ConnectorStatus | null;
  readonly errorCode: string | null;
  readonly information: string | null;
  readonly statusAt: number | null;
  readonly transaction: {
    readonly transactionId: number;
    readonly idToken: string;
    readonly startedAt: number;
    readonly meterStart_Wh: number;
  } | null;
  /** Those that ended, the last one first: a start of one of them is an echo. */
  readonly ended: readonly EndedTransaction[];
  readonly sample: SampleState | null;
  /** The allocator's latest word for the running transaction. */
  readonly limit: LimitState | null;
  /** The latest one the charger accepted: what is in force until its lease ends. */
  readonly limitInForce: LimitState | null;
  /** What the charger falls back to. */
  readonly standingLimit: LimitState | null;
}

export interface ChargerState extends CommonState {
  readonly kind: 'charger';
  /** By number; connector 0 is there once the charger spoke of itself as a whole. */
  readonly connectors: readonly ConnectorState[];
  /** Configuration keys as last reported. */
  readonly configuration: Readonly<Record<string, string>>;
}

export const initialCharger: ChargerState = {
  kind: 'charger',
  ...initialCommon,
  connectors: [],
  configuration: {},
};

export function reduceCharger(state: ChargerState, observed: Observed): ChargerState {
  const { event } = observed;
  switch (event.type) {
    case 'connector-status':
      return onConnector(state, event.connector, (connector) => withStatus(connector, event, observed));
    case 'transaction-started':
      return onConnector(state, event.connector, (connector) => withStart(connector, event, observed));
    case 'transaction-ended':
      return onConnector(state, event.connector, (connector) => withEnd(connector, event, observed));
    case 'meter-sample':
      return onConnector(state, event.connector, (connector) => withSample(connector, event, observed));
    case 'limit-answered':
      return onConnector(state, event.connector, (connector) => withAnswer(connector, event));
    case 'configuration-reported':
      return { ...state, configuration: { ...state.configuration, ...event.values } };
    default:
      return state;
  }
}

/** The allocator sent `limit`; it is pending until the charger or the edge answers for it. */
export function applyLimitToCharger(state: ChargerState, limit: LimitLike): ChargerState {
  return onConnector(state, limit.connector, (connector) => {
    const { limitId, current_A, transactionId, issuedAt, leaseUntil, reason } = limit;
    const sent: LimitState = {
      limitId,
      connector: limit.connector,
      transactionId,
      current_A,
      issuedAt,
      leaseUntil,
      reason,
      outcome: 'pending',
    };
    const place = transactionId === null ? 'standingLimit' : 'limit';
    const known = connector[place];
    // The same limit again, or an older one that came late, is no news.
    if (known && (known.limitId === limitId || known.issuedAt > issuedAt)) return connector;
    return { ...connector, [place]: sent };
  });
}

function onConnector(
  state: ChargerState,
  number: number,
  change: (connector: ConnectorState) => ConnectorState,
): ChargerState {
  const known = state.connectors.find(({ connector }) => connector === number);
  const before = known ?? unknownConnector(number);
  const changed = change(before);
  if (known && changed === known) return state;
  const connectors = [...state.connectors.filter((connector) => connector !== known), changed];
  return { ...state, connectors: connectors.toSorted((a, b) => a.connector - b.connector) };
}

export const unknownConnector = (connector: number): ConnectorState => ({
  connector,
  status: null,
  errorCode: null,
  information: null,
  statusAt: null,
  transaction: null,
  ended: [],
  sample: null,
  limit: null,
  limitInForce: null,
  standingLimit: null,
});

function withStatus(
  connector: ConnectorState,
  event: ConnectorStatusChanged,
  { deviceTime, receivedAt }: Observed,
): ConnectorState {
  const statusAt = orderTime(deviceTime, receivedAt);
  if (connector.statusAt !== null && connector.statusAt > statusAt) return connector;
  const { status, errorCode } = event;
  return { ...connector, status, errorCode, information: event.information ?? null, statusAt };
}

function withStart(
  connector: ConnectorState,
  event: TransactionStarted,
  { deviceTime, receivedAt }: Observed,
): ConnectorState {
  const running = connector.transaction;
  const { transactionId, idToken, meterStart_Wh } = event;
  const startedAt = orderTime(deviceTime, receivedAt);
  // OCPP 2.0.1 E02: a session may begin before a card was held or a meter read; then its start is told again.
  if (running?.transactionId === transactionId)
    return {
      ...connector,
      transaction: { ...running, idToken, meterStart_Wh, startedAt: Math.min(running.startedAt, startedAt) },
    };
  const transaction = { transactionId, idToken, meterStart_Wh, startedAt };
  if (isOver(connector.ended, transaction)) return connector;
  if (running && !beganLater(transaction, running)) return connector;
  // Limits travel on a stream of their own and may be here before the start they answer.
  const own = (limit: LimitState | null): LimitState | null =>
    limit?.transactionId === transactionId ? limit : null;
  return {
    ...connector,
    transaction,
    limit: own(connector.limit),
    limitInForce: own(connector.limitInForce),
  };
}

function withEnd(
  connector: ConnectorState,
  { transactionId }: TransactionEnded,
  { deviceTime, receivedAt }: Observed,
): ConnectorState {
  const endedAt = orderTime(deviceTime, receivedAt);
  const ended = withEnded(connector.ended, { transactionId, endedAt });
  const running = connector.transaction;
  if (!running) return { ...connector, ended };
  // The end of a later one is the end of this one, too, whose own was lost.
  const isPast = running.transactionId < transactionId && running.startedAt < endedAt;
  if (running.transactionId !== transactionId && !isPast) return { ...connector, ended };
  return { ...connector, ended, transaction: null, limit: null, limitInForce: null };
}

function withSample(
  connector: ConnectorState,
  event: MeterSampled,
  { deviceTime, receivedAt }: Observed,
): ConnectorState {
  const at = orderTime(deviceTime, receivedAt);
  if (connector.sample && connector.sample.at > at) return connector;
  const { current_A, voltage_V, power_W, energy_Wh, offered_A } = event;
  return { ...connector, sample: { at, current_A, voltage_V, power_W, energy_Wh, offered_A } };
}

function withAnswer(connector: ConnectorState, event: LimitAnswered): ConnectorState {
  const { limitId, outcome } = event;
  if (connector.standingLimit?.limitId === limitId) {
    return { ...connector, standingLimit: { ...connector.standingLimit, outcome } };
  }
  if (connector.limit?.limitId !== limitId) return connector;
  const limit: LimitState = { ...connector.limit, outcome };
  return { ...connector, limit, limitInForce: outcome === 'accepted' ? limit : connector.limitInForce };
}
