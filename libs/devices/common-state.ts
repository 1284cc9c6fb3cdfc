import { orderTime } from './device-time.js';
import type { Booted, Connected, DeviceEvent, Disconnected, NetworkReported } from './device-event.js';

export type DeviceKind = 'charger' | 'balancer' | 'hub';

/** One observation as the reducers take it; times are milliseconds since the epoch. */
export interface Observed {
  readonly deviceTime: number;
  readonly receivedAt: number;
  readonly event: DeviceEvent;
}

export interface ConnectionState {
  /** Of the newest connection we know of. */
  readonly connectionEpoch: number;
  readonly protocol: Connected['protocol'] | null;
  readonly connectedAt: number | null;
  /** When that connection ended; null while it lives. */
  readonly disconnectedAt: number | null;
  readonly cause: Disconnected['cause'] | null;
}

/** What every kind of device has. Plain JSON, as all states here. */
export interface CommonState {
  readonly connection: ConnectionState | null;
  /** When the edge last received anything from it. */
  readonly lastHeardAt: number | null;
  /** What it said of itself at its last boot. */
  readonly product: {
    readonly vendor: string;
    readonly model: string;
    readonly serialNumber: string | null;
    readonly firmwareVersion: string | null;
    readonly bootedAt: number;
  } | null;
  /** How it said that it reaches us; null until it did. */
  readonly network: (Omit<NetworkReported, 'type'> & { readonly at: number }) | null;
}

export const initialCommon: CommonState = {
  connection: null,
  lastHeardAt: null,
  product: null,
  network: null,
};

/** Applies what every event means for connection and presence, and boots. */
export function reduceCommon<State extends CommonState>(state: State, observed: Observed): State {
  const { event, receivedAt } = observed;
  switch (event.type) {
    case 'connected':
      return heard(connected(state, event, receivedAt), receivedAt);
    case 'disconnected':
      return disconnected(state, event, receivedAt);
    case 'booted':
      return heard(booted(state, event, receivedAt), receivedAt);
    case 'network-reported':
      return heard(networked(state, event, orderTime(observed.deviceTime, receivedAt)), receivedAt);
    case 'notice':
      // What we found out ourselves from its readings; the device was not heard.
      return event.topic === 'installation' ? state : heard(state, receivedAt);
    case 'limit-answered':
      // `unknown` and `undelivered` are the edge's own words: the device was not heard.
      return event.outcome === 'accepted' || event.outcome === 'rejected' ? heard(state, receivedAt) : state;
    default:
      return heard(state, receivedAt);
  }
}

function heard<State extends CommonState>(state: State, receivedAt: number): State {
  if (state.lastHeardAt !== null && state.lastHeardAt >= receivedAt) return state;
  return { ...state, lastHeardAt: receivedAt };
}

function connected<State extends CommonState>(state: State, event: Connected, receivedAt: number): State {
  const known = state.connection?.connectionEpoch ?? -1;
  if (event.connectionEpoch <= known) return state;
  const connection: ConnectionState = {
    connectionEpoch: event.connectionEpoch,
    protocol: event.protocol,
    connectedAt: receivedAt,
    disconnectedAt: null,
    cause: null,
  };
  return { ...state, connection };
}

/** The end of a connection that a newer one has replaced says nothing about the device. */
function disconnected<State extends CommonState>(
  state: State,
  event: Disconnected,
  receivedAt: number,
): State {
  const known = state.connection;
  if (known && event.connectionEpoch < known.connectionEpoch) return state;
  if (known && event.connectionEpoch === known.connectionEpoch && known.disconnectedAt !== null) return state;
  const same = known?.connectionEpoch === event.connectionEpoch;
  const connection: ConnectionState = {
    connectionEpoch: event.connectionEpoch,
    protocol: same ? known.protocol : null,
    connectedAt: same ? known.connectedAt : null,
    disconnectedAt: receivedAt,
    cause: event.cause,
  };
  return { ...state, connection };
}

function booted<State extends CommonState>(state: State, event: Booted, receivedAt: number): State {
  if (state.product && state.product.bootedAt >= receivedAt) return state;
  return {
    ...state,
    product: {
      vendor: event.vendor,
      model: event.model,
      serialNumber: event.serialNumber ?? null,
      firmwareVersion: event.firmwareVersion ?? null,
      bootedAt: receivedAt,
    },
  };
}

function networked<State extends CommonState>(state: State, event: NetworkReported, at: number): State {
  if (state.network && state.network.at > at) return state;
  const { medium, signal_dBm, name } = event;
  return { ...state, network: { medium, signal_dBm, name, at } };
}
