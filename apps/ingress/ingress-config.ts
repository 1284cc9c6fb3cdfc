/** Every bound of the edge, each with its reason; a composition root passes them, nothing is assumed elsewhere. */
export interface IngressLimits {
  /** Largest WebSocket message; the greatest real one is a local authorisation list. */
  readonly webSocketMessage_bytes: number;
  /** Largest MQTT packet; a reading has about 100 bytes. */
  readonly mqttPacket_bytes: number;
  /** Bytes an MQTT device may send in a burst, and per second in the long run; a Zen needs about 150 a second. */
  readonly mqttBurst_bytes: number;
  readonly mqttRate_bytesPerSecond: number;
  /** MQTT connections one address may open at once, and per second in the long run. */
  readonly burst_connects: number;
  readonly rate_connectsPerSecond: number;
  /** Pause before a hub is asked again for events the journal lacks; doubled each time. */
  readonly eventRequest_ms: number;
  /** Messages a device may send in a burst, and per second in the long run; beyond them we stop reading its socket. */
  readonly burst_messages: number;
  readonly rate_messagesPerSecond: number;
  /** Malformed messages of one connection before it is closed. */
  readonly badMessages: number;
  /** Calls that wait for their turn; above it the socket is no longer read. */
  readonly inboundQueue_calls: number;
  readonly outboundQueue_calls: number;
  /** Answers kept per connection for message ids that come twice. */
  readonly replayedAnswers: number;
  /** Bytes that may wait for a device that does not read; above it the connection is cut. */
  readonly sendBuffer_bytes: number;
  /** Time for a limit to be answered, waiting for its turn included. */
  readonly limitTimeout_ms: number;
  /** Time for any other call to be answered once its turn came near; a command's own deadline may be shorter. */
  readonly callTimeout_ms: number;
  /** A connection that answered nothing for one whole interval is half-open. */
  readonly pingInterval_ms: number;
  /** What a BootNotification tells the charger; jittered by a tenth, so that a fleet does not beat in step. */
  readonly heartbeatInterval_s: number;
  /** Time between a TCP connection and its first complete request or CONNECT packet. */
  readonly handshakeTimeout_ms: number;
  /** Devices that may be authenticating at once: a reconnect storm waits at the door, live stations do not. */
  readonly pendingHandshakes: number;
  /** Tokens in one SendLocalList; chargers that take fewer at once are rare. */
  readonly localListPart_tokens: number;
  /** How long before its end people hear of a certificate that was not renewed. */
  readonly certificateNotice_days: number;
  /** How long a certificate is good that our local authority issues to a station. */
  readonly stationCertificate_days: number;
  /** How often orphaned commands are ended and connections replaced on another instance are noticed. */
  readonly sweepInterval_ms: number;
  /** How long a stop waits for calls under way. */
  readonly drain_ms: number;
}

export const defaultIngressLimits: IngressLimits = {
  webSocketMessage_bytes: 256 * 1024,
  mqttPacket_bytes: 64 * 1024,
  mqttBurst_bytes: 512 * 1024,
  mqttRate_bytesPerSecond: 32 * 1024,
  burst_connects: 500,
  rate_connectsPerSecond: 50,
  eventRequest_ms: 30_000,
  burst_messages: 200,
  rate_messagesPerSecond: 20,
  badMessages: 10,
  inboundQueue_calls: 64,
  outboundQueue_calls: 32,
  replayedAnswers: 64,
  sendBuffer_bytes: 1024 * 1024,
  limitTimeout_ms: 10_000,
  callTimeout_ms: 30_000,
  pingInterval_ms: 30_000,
  heartbeatInterval_s: 60,
  handshakeTimeout_ms: 10_000,
  pendingHandshakes: 200,
  localListPart_tokens: 20,
  certificateNotice_days: 30,
  stationCertificate_days: 365,
  sweepInterval_ms: 10_000,
  drain_ms: 5_000,
};

/** How devices prove who they are (OCPP security profiles; balancers and hubs the same way). */
export interface IngressSecurity {
  /** Null: no TLS port here; TLS ends in front of the plain one. 0 lets the operating system choose. */
  readonly ocppTlsPort: number | null;
  /** The same for balancers and hubs. */
  readonly mqttTlsPort: number | null;
  /** PEM files of our own certificate; null: the local authority issues one for `serverNames`. */
  readonly serverCertificate: { readonly certificateFile: string; readonly keyFile: string } | null;
  readonly serverNames: readonly string[];
  /** Folder of the local certificate authority; null: there is none, and stations' signing requests are refused. */
  readonly authorityFolder: string | null;
  /** Security profile 0, for laboratories. */
  readonly admitsWithoutCredential: boolean;
}

/** What a network that ends TLS in front of the edge needs. */
export const plainSecurity: IngressSecurity = {
  ocppTlsPort: null,
  mqttTlsPort: null,
  serverCertificate: null,
  serverNames: [],
  authorityFolder: null,
  admitsWithoutCredential: false,
};

export interface IngressConfig {
  readonly host: string;
  /** 0 lets the operating system choose; `Ingress.ocppPort` tells which. */
  readonly ocppPort: number;
  /** Where the MQTT port without TLS listens. */
  readonly mqttHost: string;
  readonly mqttPort: number;
  readonly security: IngressSecurity;
  /** JSON file with what is known of products' peculiarities (docs/ocpp.md); null: none. */
  readonly quirksFile: string | null;
  /** Name of this process in logs. */
  readonly instance: string;
  readonly limits: IngressLimits;
}
