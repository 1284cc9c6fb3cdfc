import { constants, createPublicKey, createVerify, X509Certificate, type KeyObject } from 'node:crypto';

/** The key of a signing certificate (PEM); null when it cannot be read, or is neither RSA nor EC. */
export function signingKey(certificatePem: string): KeyObject | null {
  try {
    const key = createPublicKey(
      new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' }),
    );
    return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec' ? key : null;
  } catch {
    return null;
  }
}

/** Verifies a signature over the SHA-256 of bytes that come piece by piece (OCPP 2.0.1 L01.FR.04: RSA-PSS or ECDSA). */
export class SignatureCheck {
  private readonly verifier = createVerify('sha256');

  constructor(private readonly key: KeyObject) {}

  take(bytes: Buffer): void {
    this.verifier.update(bytes);
  }

  /** `signature` is base64. */
  fits(signature: string): boolean {
    const bytes = Buffer.from(signature, 'base64');
    return this.key.asymmetricKeyType === 'rsa'
      ? this.verifier.verify({ key: this.key, padding: constants.RSA_PKCS1_PSS_PADDING }, bytes)
      : this.verifier.verify(this.key, bytes);
  }
}
