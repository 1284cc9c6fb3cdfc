import type { CertificatePurpose } from '#libs/store/station-security.js';

/** Injection token of CertificateAuthority. */
export const CERTIFICATE_AUTHORITY = Symbol('Certificate authority');

export interface SigningRequest {
  /** PKCS #10, PEM. */
  readonly csr: string;
  /** What the certificate must be issued for: the station's identity. */
  readonly commonName: string;
  readonly purpose: CertificatePurpose;
}

export interface SignedCertificate {
  /** PEM, the leaf first, without the root. */
  readonly chain: string;
  /** Hexadecimal, lower case. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Thrown by an authority for a request that it will not sign; the message says why, for the operator's log. */
export class SigningRefused extends Error {}

/**
 * Signs the certificates stations ask for (OCPP 1.6 Security Whitepaper A02, OCPP 2.0.1 A02) and says whom to trust. The one
 * that comes with Busbar keeps its key in a file; a company's own authority implements the same.
 */
export interface CertificateAuthority {
  /** Roots that stations' certificates are checked against, PEM. */
  readonly trust: readonly string[];
  /** Throws SigningRefused. */
  sign(request: SigningRequest): Promise<SignedCertificate>;
}
