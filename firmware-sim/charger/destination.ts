import type { SecurityProfile } from './protocol.js';

/** The charger's own key and the chain the central system signed for it, both PEM. */
export interface ClientCertificate {
  readonly keyPem: string;
  readonly chainPem: string;
}

/** Where the next connection goes and how the two sides know each other. */
export interface Destination {
  /** The identity is appended. */
  readonly url: string;
  readonly securityProfile: SecurityProfile;
  readonly password: string;
  /** Roots (PEM) the central system's certificate must lead to; none: the roots Node.js ships. */
  readonly trustedRoots: readonly string[];
  readonly clientCertificate: ClientCertificate | null;
}

interface ConnectionOptions {
  readonly endpoint: string;
  readonly password: string | null;
  readonly wsOpts: Record<string, unknown>;
}

/**
 * What a security profile means on the wire (whitepaper 2.x, OCPP 2.0.1 A00): profiles 0 and 3 send no password,
 * profiles 2 and 3 insist on TLS 1.2 or newer with a certificate that leads to a trusted root.
 */
export function connectionOptions(destination: Destination): ConnectionOptions {
  const { url, securityProfile, password, trustedRoots, clientCertificate } = destination;
  const secure = securityProfile >= 2;
  const tls = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(trustedRoots.length > 0 && { ca: [...trustedRoots] }),
    ...(securityProfile === 3 &&
      clientCertificate && { key: clientCertificate.keyPem, cert: clientCertificate.chainPem }),
  };
  return {
    endpoint: secure ? url.replace(/^ws:/, 'wss:') : url,
    password: securityProfile === 1 || securityProfile === 2 ? password : null,
    wsOpts: {
      handshakeTimeout: 10_000,
      headers: { 'user-agent': 'busbar-firmware-sim' },
      ...(secure && tls),
    },
  };
}
