import { explainReason, type Reason } from '#libs/allocation/reason.js';
import { clockText } from '#libs/allocation/modes/local-time.js';
import type { LiveConnector, LiveDevice, LiveSite } from '#libs/contracts/http/live-routes.js';
import { limitReasonSchema } from '#libs/contracts/limit.js';
import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import { chargingStatus } from '#libs/devices/charging-status.js';
import type { ConnectorState, LimitState } from '#libs/devices/charger-state.js';
import type { BalancerState } from '#libs/devices/balancer-state.js';
import type { DeviceState } from '#libs/devices/device-state.js';
import { presence, presenceDeadlineOf_ms } from '#libs/devices/presence.js';
import { findingText, isFindingCode } from '#libs/devices/transformer-check.js';
import type { Device } from '#libs/store/devices.js';

const instant = (at_ms: number): string => new Date(at_ms).toISOString();
const instantOrNull = (at_ms: number | null): string | null => (at_ms === null ? null : instant(at_ms));

/** How people of the site call its nodes and read the clock. */
export interface SiteWords {
  /** Null for a node that the topology does not have any more. */
  readonly nameOf: (nodeId: string) => string | null;
  readonly timeZone: string;
}

const locale = 'en-GB';

/** A device's state in the words of the API. */
export function liveDevice(device: Device, state: DeviceState, words: SiteWords, now: number): LiveDevice {
  return {
    deviceId: device.deviceId,
    kind: device.kind,
    name: device.name,
    presence: presence(state, now),
    lastHeardAt: instantOrNull(state.lastHeardAt),
    vendor: state.product?.vendor ?? null,
    model: state.product?.model ?? null,
    firmwareVersion: state.product?.firmwareVersion ?? null,
    network: state.network && { ...state.network, at: instant(state.network.at) },
    connectors: state.kind === 'charger' ? state.connectors.map((each) => liveConnector(each, words)) : [],
    balancer: state.kind === 'balancer' && state.reading ? liveBalancer(state.reading) : null,
    installation: state.kind === 'balancer' ? liveInstallation(state) : null,
    hub: state.kind === 'hub' && state.report ? liveHub(state.report) : null,
    subDevices: state.kind === 'hub' && state.subDevices ? [...state.subDevices.list] : null,
  };
}

function liveConnector(connector: ConnectorState, words: SiteWords): LiveConnector {
  const { status, reason } = chargingStatus(connector);
  const { sample, limit } = connector;
  return {
    connector: connector.connector,
    chargingStatus: status,
    chargingReason: reason,
    ocppStatus: connector.status,
    errorCode: connector.errorCode,
    transactionId: connector.transaction?.transactionId ?? null,
    sample: sample && {
      at: instant(sample.at),
      current_A: sample.current_A,
      voltage_V: sample.voltage_V,
      power_W: sample.power_W,
      energy_Wh: sample.energy_Wh,
      offered_A: sample.offered_A,
    },
    limit: limit && liveLimit(limit, words),
  };
}

function liveLimit(limit: LimitState, { nameOf, timeZone }: SiteWords): LiveConnector['limit'] {
  const reason = limitReasonSchema.parse(limit.reason);
  const nodeName = reason.nodeId === null ? null : nameOf(reason.nodeId);
  return {
    current_A: limit.current_A,
    issuedAt: instant(limit.issuedAt),
    leaseUntil: instantOrNull(limit.leaseUntil),
    reason: { ...reason, until: instantOrNull(reason.until ?? null) },
    text: explainReason(reason as Reason, nodeName, (at) => clockText(timeZone, locale, at)),
    outcome: limit.outcome,
  };
}

type BalancerReading = NonNullable<Extract<DeviceState, { kind: 'balancer' }>['reading']>;
type HubReport = NonNullable<Extract<DeviceState, { kind: 'hub' }>['report']>;

const liveBalancer = ({ at, ...reading }: BalancerReading): LiveDevice['balancer'] => ({
  at: instant(at),
  ...reading,
});

function liveInstallation({ installation, finding }: BalancerState): LiveDevice['installation'] {
  if (!installation && !finding) return null;
  const told = {
    mainFuse_A: installation?.mainFuse_A ?? null,
    currentTransformerRatio: installation?.currentTransformerRatio ?? null,
    solarTerminal: installation?.solarTerminal ?? null,
    readingInterval_s: installation?.readingInterval_s ?? null,
  };
  if (!finding || !isFindingCode(finding.code)) return { ...told, finding: null };
  const { at, code, detail } = finding;
  return { ...told, finding: { at: instant(at), code, detail, text: findingText(code) } };
}

const liveHub = ({ armed, simPresent, signal_dBm }: HubReport): LiveDevice['hub'] => ({
  armed,
  simPresent,
  signal_dBm,
});

/** Current at the grid connection; unknown while its meter is silent, because silence is not zero (I12). */
export function liveSite(
  topology: SiteTopologyDocument,
  stateOf: (deviceId: string) => DeviceState | undefined,
  now: number,
): LiveSite | null {
  const root = topology.nodes.find((node) => node.parentId === null);
  if (!root) return null;
  const meter = root.meterDeviceId === null ? undefined : stateOf(root.meterDeviceId);
  const reading = meter?.kind === 'balancer' ? meter.reading : null;
  const fresh = reading !== null && meter !== undefined && now - reading.at <= presenceDeadlineOf_ms(meter);
  return {
    nodeId: root.nodeId,
    name: root.name,
    fuse_A: root.fuse_A,
    current_A: fresh ? reading.current_A : null,
    at: reading ? instant(reading.at) : null,
  };
}
