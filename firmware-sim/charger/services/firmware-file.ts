import { constants, createPublicKey, verify, X509Certificate } from 'node:crypto';

const heading = /^busbar-firmware (\S{1,50})\r?\n/;

/** A file this charger can install: its first line is `busbar-firmware <version>`, the rest is anything. */
export function firmwareFile(version: string): Buffer {
  return Buffer.from(`busbar-firmware ${version}\n${'0123456789abcdef\n'.repeat(16)}`);
}

/** The version of a firmware file, or null when it is none. */
export function versionOf(file: Buffer): string | null {
  return heading.exec(file.subarray(0, 100).toString('latin1'))?.[1] ?? null;
}

/**
 * Whether the signature (base64) over the file's SHA-256 was made with the certificate's key: ECDSA, or RSA with PSS or
 * PKCS #1 padding (whitepaper L01, OCPP 2.0.1 L01.FR.04).
 */
export function isSignedBy(file: Buffer, signature: string, certificatePem: string): boolean {
  try {
    const key = createPublicKey(
      new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' }),
    );
    const bytes = Buffer.from(signature, 'base64');
    if (key.asymmetricKeyType !== 'rsa') return verify('sha256', file, key, bytes);
    return [constants.RSA_PKCS1_PSS_PADDING, constants.RSA_PKCS1_PADDING].some((padding) =>
      verify('sha256', file, { key, padding }, bytes),
    );
  } catch {
    return false;
  }
}
