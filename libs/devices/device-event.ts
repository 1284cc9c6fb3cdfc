import type { PerPhase } from '#libs/units/phases.js';

/** What a device told us, in the house's own terms; protocols/ translates to it, nothing behind the edge knows OCPP or MQTT. */
export type DeviceEvent =
  | Connected
  | Disconnected
  | Heard
  | Booted
  | ConnectorStatusChanged
  | TransactionStarted
  | TransactionEnded
  | MeterSampled
  | LimitAnswered
  | ConfigurationReported
  | NetworkReported
  | Notice
  | BalancerRead
  | BalancerInstalled
  | HubReported
  | HubEventRaised
  | SubDevicesReported
  | NetworkReported;

export interface Connected {
  readonly type: 'connected';
  /** Rises with every accepted connection of the device; the newest wins. */
  readonly connectionEpoch: number;
  readonly protocol: 'ocpp1.6' | 'ocpp2.0.1' | 'ocpp2.1' | 'mqtt';
}
export interface Disconnected {
  readonly type: 'disconnected';
  readonly connectionEpoch: number;
  /** `closed` by the device, `replaced` by a newer connection, `timeout` half-open, `drain` by us, `protocol` for bad behaviour. */
  readonly cause: 'closed' | 'replaced' | 'timeout' | 'drain' | 'protocol';
}
/** Any sign of life without other content: an OCPP Heartbeat or an MQTT ping. */
export interface Heard {
  readonly type: 'heard';
}
export interface Booted {
  readonly type: 'booted';
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber?: string | undefined;
  readonly firmwareVersion?: string | undefined;
}

/** OCPP 1.6 ChargePointStatus (7.7). */
export type ConnectorStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted';

export interface ConnectorStatusChanged {
  readonly type: 'connector-status';
  /** 0 is the whole charger. */
  readonly connector: number;
  readonly status: ConnectorStatus;
  /** OCPP 1.6 ChargePointErrorCode; `NoError` when well. */
  readonly errorCode: string;
  readonly information?: string | undefined;
}
export interface TransactionStarted {
  readonly type: 'transaction-started';
  readonly connector: number;
  readonly transactionId: number;
  readonly idToken: string;
  readonly meterStart_Wh: number;
}
export interface TransactionEnded {
  readonly type: 'transaction-ended';
  readonly connector: number;
  readonly transactionId: number;
  readonly meterStop_Wh: number;
  readonly reason: string;
}
export interface MeterSampled {
  readonly type: 'meter-sample';
  readonly connector: number;
  readonly transactionId: number | null;
  /** Currents at the charger's own terminals 1, 2, 3; the site's wiring maps them to L1, L2, L3. */
  readonly current_A: PerPhase | null;
  readonly voltage_V: PerPhase | null;
  readonly power_W: number | null;
  readonly energy_Wh: number | null;
  readonly offered_A: number | null;
}
/** A charger's answer to a current limit, or the edge's own word that none came. */
export interface LimitAnswered {
  readonly type: 'limit-answered';
  readonly connector: number;
  readonly limitId: string;
  /** `unknown`: it was sent and no answer came in time, so it may be in force; `undelivered`: it never left the edge. */
  readonly outcome: 'accepted' | 'rejected' | 'unknown' | 'undelivered';
}
export interface ConfigurationReported {
  readonly type: 'configuration-reported';
  readonly values: Readonly<Record<string, string>>;
}
/** Something a device tells that people may want to read and nothing decides by. */
export interface Notice {
  readonly type: 'notice';
  /** What it is about: `firmware`, `security`, `log`, `reservation`, `display`, ... */
  readonly topic: string;
  /** The device's own word for what happened, such as an OCPP status or event type. */
  readonly code: string;
  /** 0 danger to 9 debugging, as OCPP 2.0.1 N07 counts them; 8 is ordinary information. */
  readonly severity: number;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}
/** One reading of a Zen load balancer. */
export interface BalancerRead {
  readonly type: 'balancer-reading';
  /** Current through the metered node, L1, L2, L3; negative while exporting. */
  readonly current_A: PerPhase;
  readonly voltage_V: PerPhase | null;
  readonly power_W: number | null;
  readonly energyImport_Wh: number | null;
  readonly energyExport_Wh: number | null;
}
export interface BalancerInstalled {
  readonly type: 'balancer-installed';
  readonly mainFuse_A: number;
  readonly currentTransformerRatio: number;
  readonly solarTerminal: boolean;
  /** Seconds between two readings; absent or null: it did not say. */
  readonly readingInterval_s?: number | null | undefined;
}
export interface HubReported {
  readonly type: 'hub-state';
  readonly armed: 'disarmed' | 'armed' | 'night';
  readonly simPresent: boolean;
  readonly signal_dBm: number | null;
}
export interface HubEventRaised {
  readonly type: 'hub-event';
  /** The hub's own sequence number; with the device it is the journal's key. */
  readonly sequence: number;
  readonly category: 'alarm' | 'restore' | 'tamper' | 'fault' | 'arming' | 'information';
  readonly code: string;
  readonly zone: string | null;
  readonly text: string;
}

/** A detector, siren or keypad of a hub. */
export interface SubDevice {
  /** The hub's own name for it, stable over restarts. */
  readonly id: string;
  /** The hub's word for what it is: `door`, `motion`, `smoke`, `siren`, ... */
  readonly kind: string;
  readonly name: string;
  readonly battery_percent: number | null;
  readonly signal_dBm: number | null;
  readonly tampered: boolean;
  readonly online: boolean;
}
export interface SubDevicesReported {
  readonly type: 'sub-devices-reported';
  /** All of them. */
  readonly subDevices: readonly SubDevice[];
}
export type NetworkMedium = 'none' | 'wifi' | 'mobile' | 'ethernet';
/** How a device reaches the internet (NB-64). */
export interface NetworkReported {
  readonly type: 'network-reported';
  readonly medium: NetworkMedium;
  /** Of WiFi or mobile radio. */
  readonly signal_dBm: number | null;
  /** Of the WiFi network or the mobile operator. */
  readonly name: string | null;
}
