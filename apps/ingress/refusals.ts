/** Every way the edge turns somebody away: a stable code, one plain sentence, and what to do next. */
interface HttpRefusal {
  readonly status: 400 | 401 | 403 | 404 | 426 | 503;
  readonly detail: string;
  readonly remedy: string;
}

export const httpRefusals = {
  'not-a-websocket': {
    status: 426,
    detail: 'This port speaks OCPP over WebSocket only.',
    remedy: 'Point a charger at ws://<host>:<port>/ocpp/<identity>, or wss:// on the TLS port.',
  },
  'unknown-path': {
    status: 404,
    detail: 'There is nothing at this path.',
    remedy: 'Use /ocpp/<identity>, with the identity the charger was registered under.',
  },
  'bad-identity': {
    status: 400,
    detail: 'The identity in the path is not valid.',
    remedy: 'Use 1 to 48 printable characters, percent-encoded where the URL needs it.',
  },
  'subprotocol-missing': {
    status: 400,
    detail: 'The request names no WebSocket subprotocol.',
    remedy: 'Send the header Sec-WebSocket-Protocol with ocpp1.6, ocpp2.0.1 or ocpp2.1.',
  },
  'subprotocol-unknown': {
    status: 400,
    detail: 'None of the offered WebSocket subprotocols is spoken here.',
    remedy: 'Send the header Sec-WebSocket-Protocol with ocpp1.6, ocpp2.0.1 or ocpp2.1.',
  },
  auth: {
    status: 401,
    detail: 'The identity or its password is not right.',
    remedy: 'Use basic authentication with the identity as user name and the secret from its registration.',
  },
  'encryption-required': {
    status: 403,
    detail: 'This charger is registered with security profile 2 and may not connect without TLS.',
    remedy: 'Connect with wss:// to the TLS port.',
  },
  'certificate-required': {
    status: 403,
    detail: 'This charger is registered with security profile 3 and must show its own certificate.',
    remedy: 'Connect with wss:// to the TLS port and with the certificate that was issued for its identity.',
  },
  busy: {
    status: 503,
    detail: 'Too many devices are connecting at this moment.',
    remedy: 'Try again after a few seconds.',
  },
  unavailable: {
    status: 503,
    detail: 'The credentials could not be checked at this moment.',
    remedy: 'Try again after a few seconds.',
  },
} as const satisfies Record<string, HttpRefusal>;
export type HttpRefusalCode = keyof typeof httpRefusals;

/** Why we close a WebSocket (RFC 6455 7.4; 4000 and above are ours). The reason travels in the close frame. */
export const closings = {
  'bad-json': { code: 1007, reason: 'too many messages were not JSON' },
  'bad-shape': { code: 1002, reason: 'too many messages were not OCPP-J frames' },
  binary: { code: 1003, reason: 'OCPP-J uses text messages only' },
  slow: { code: 4003, reason: 'the connection does not take what is sent to it' },
  drain: { code: 1012, reason: 'the server restarts, connect again' },
  replaced: { code: 4001, reason: 'a newer connection of this identity took over' },
  credential: { code: 1012, reason: 'connect again with the new password' },
  failed: { code: 1011, reason: 'the server could not complete the connection, connect again' },
} as const;
export type ClosingCode = keyof typeof closings;
