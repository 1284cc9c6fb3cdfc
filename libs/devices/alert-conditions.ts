import type { AlertRules, Condition, Conditions } from './alert-rules.js';
import type { BalancerState } from './balancer-state.js';
import type { ChargerState } from './charger-state.js';
import type { Observed } from './common-state.js';
import type { HubEventRaised, Notice } from './device-event.js';
import type { DeviceState } from './device-state.js';
import { isFirmwareFailure } from './firmware-update.js';
import { presence, presenceDeadline_ms } from './presence.js';

/** What a zone of a hub said last, by the hub's own count. */
interface ZoneWord {
  readonly sequence: number;
  readonly active: boolean;
  readonly since: number;
  readonly code: string;
  readonly zone: string | null;
  readonly text: string;
}

/** What a device's state does not keep and its alerts need. Plain JSON. */
export interface AlertMemory {
  readonly zones: Readonly<Record<string, ZoneWord>>;
  /** The hub's count when it was last disarmed: who disarms it has seen what was before. */
  readonly disarmedAt: number;
  readonly limitIgnored: Condition | null;
  readonly firmwareFailed: Condition | null;
  /** Since when a line has been near its fuse, or a transformer been the wrong way round. */
  readonly nearFuse: Condition | null;
  readonly reversed: Condition | null;
}

export const emptyMemory: AlertMemory = {
  zones: {},
  disarmedAt: -1,
  limitIgnored: null,
  firmwareFailed: null,
  nearFuse: null,
  reversed: null,
};

/** Current that flows backwards must be more than noise of the meter. */
const reversedAbove_A = 1;

/** The memory after an observation, and after the state it led to. The same one twice changes nothing. */
export function remember(
  memory: AlertMemory,
  state: DeviceState,
  observed: Observed,
  rules: AlertRules,
): AlertMemory {
  const { event, receivedAt } = observed;
  switch (event.type) {
    case 'hub-event':
      return rememberZone(memory, event, receivedAt);
    case 'notice':
      return rememberNotice(memory, event, receivedAt);
    case 'transaction-ended':
      // The journal tells ends again: that of an earlier session says nothing of this one.
      return memory.limitIgnored?.detail['connector'] === event.connector &&
        receivedAt >= memory.limitIgnored.since
        ? { ...memory, limitIgnored: null }
        : memory;
    case 'balancer-reading':
    case 'balancer-installed':
      return state.kind === 'balancer' ? rememberLevels(memory, state, receivedAt, rules) : memory;
    default:
      return memory;
  }
}

function rememberZone(memory: AlertMemory, event: HubEventRaised, since: number): AlertMemory {
  const { sequence, category, code, zone, text } = event;
  if (category === 'arming')
    return code === 'disarmed' && sequence > memory.disarmedAt ? { ...memory, disarmedAt: sequence } : memory;
  if (category !== 'alarm' && category !== 'tamper' && category !== 'restore') return memory;
  const key = zone ?? `code ${code}`;
  const known = memory.zones[key];
  // Hubs catch up on what they could not tell: an alarm that comes after its own end has ended.
  if (known && known.sequence >= sequence) return memory;
  const active = category !== 'restore';
  const began = active && known?.active ? known.since : since;
  const word: ZoneWord = { sequence, active, since: began, code, zone, text };
  return { ...memory, zones: { ...memory.zones, [key]: word } };
}

function rememberNotice(memory: AlertMemory, { code, detail, topic }: Notice, since: number): AlertMemory {
  if (code === 'limit-ignored' && memory.limitIgnored === null) {
    const connector = detail['connector'];
    return {
      ...memory,
      limitIgnored: { since, detail: { connector: typeof connector === 'number' ? connector : null } },
    };
  }
  if (code === 'limit-obeyed') return memory.limitIgnored ? { ...memory, limitIgnored: null } : memory;
  if (topic !== 'firmware') return memory;
  if (isFirmwareFailure(code)) return { ...memory, firmwareFailed: { since, detail: { code } } };
  // It tries again, or has arrived.
  return memory.firmwareFailed && (code === 'Downloading' || code === 'Installed')
    ? { ...memory, firmwareFailed: null }
    : memory;
}

function rememberLevels(
  memory: AlertMemory,
  { reading, installation }: BalancerState,
  now: number,
  rules: AlertRules,
): AlertMemory {
  if (!reading || !installation) return memory;
  const strongest_A = Math.max(...reading.current_A.map(Math.abs));
  const threshold = rules['fuse-near-limit'].threshold_percent ?? 100;
  const near = strongest_A * 100 >= installation.mainFuse_A * threshold;
  const line = reading.current_A.findIndex((current_A) => current_A < -reversedAbove_A);
  const backwards = line !== -1 && !installation.solarTerminal;
  const nearFuse = near
    ? (memory.nearFuse ?? { since: now, detail: { current_A: strongest_A, fuse_A: installation.mainFuse_A } })
    : null;
  const reversed = backwards ? (memory.reversed ?? { since: now, detail: { line: `L${line + 1}` } }) : null;
  return nearFuse === memory.nearFuse && reversed === memory.reversed
    ? memory
    : { ...memory, nearFuse, reversed };
}

/** What is so now, as the state and the memory tell. */
export function conditionsOf(state: DeviceState, memory: AlertMemory, now: number): Conditions {
  const conditions: { -readonly [Type in keyof Conditions]: Conditions[Type] } = {};
  // A device that never spoke is not gone: it was never there.
  if (presence(state, now) === 'offline') {
    const since = state.connection?.disconnectedAt ?? state.lastHeardAt ?? now;
    conditions.offline = { since, detail: { cause: state.connection?.cause ?? null } };
  }
  const fault = state.kind === 'charger' ? faultOf(state) : null;
  if (fault) conditions.fault = fault;
  const alarm = Object.values(memory.zones)
    .filter(({ active, sequence }) => active && sequence > memory.disarmedAt)
    .toSorted((a, b) => a.sequence - b.sequence)[0];
  if (alarm) {
    const { code, zone, text, since } = alarm;
    conditions['hub-alarm'] = { since, detail: { code, zone, text } };
  }
  if (memory.nearFuse) conditions['fuse-near-limit'] = memory.nearFuse;
  if (memory.reversed) conditions['reversed-transformer'] = memory.reversed;
  if (memory.limitIgnored) conditions['limit-ignored'] = memory.limitIgnored;
  if (memory.firmwareFailed) conditions['firmware-failed'] = memory.firmwareFailed;
  return conditions;
}

/** OCPP 1.6 4.9: only the status Faulted is a fault; an error code beside another status is a warning. */
function faultOf({ connectors }: ChargerState): Condition | null {
  const faulted = connectors.find(({ status }) => status === 'Faulted');
  if (!faulted) return null;
  const { connector, errorCode, statusAt } = faulted;
  return { since: statusAt ?? 0, detail: { connector, errorCode } };
}

/** When a device that stays silent will count as gone; null when it does already, or never spoke. */
export function silentAt(state: DeviceState, now: number): number | null {
  if (presence(state, now) !== 'online' || state.lastHeardAt === null) return null;
  return state.lastHeardAt + presenceDeadline_ms[state.kind] + 1;
}
