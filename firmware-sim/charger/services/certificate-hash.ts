import { createHash, createPublicKey, X509Certificate } from 'node:crypto';

/** OCPP CertificateHashDataType: how a certificate is named without sending it (RFC 6960 CertID). */
export interface CertificateHash {
  readonly hashAlgorithm: 'SHA256' | 'SHA384' | 'SHA512';
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
}

interface Element {
  readonly tag: number;
  readonly whole: Buffer;
  readonly content: Buffer;
}

const sequence = 0x30;
const explicitVersion = 0xa0;

/** The elements that stand one after the other in a piece of DER (X.690 8.1). */
function elementsOf(der: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < der.length;) {
    const tag = der.readUInt8(at);
    const short = der.readUInt8(at + 1);
    const extra = short < 0x80 ? 0 : short & 0x7f;
    const length = extra === 0 ? short : der.readUIntBE(at + 2, extra);
    const from = at + 2 + extra;
    elements.push({
      tag,
      whole: der.subarray(at, from + length),
      content: der.subarray(from, from + length),
    });
    at = from + length;
  }
  return elements;
}

/** The hash data of a certificate; a root is its own issuer. */
export function certificateHash(certificatePem: string, issuerPem: string): CertificateHash {
  const { raw, serialNumber } = new X509Certificate(certificatePem);
  const [certificate] = elementsOf(raw);
  const [signed] = elementsOf(certificate?.content ?? Buffer.alloc(0));
  const fields = elementsOf(signed?.content ?? Buffer.alloc(0)).filter(({ tag }) => tag !== explicitVersion);
  // RFC 5280 4.1: serial number, signature algorithm, issuer.
  const issuer = fields[2];
  if (issuer?.tag !== sequence) throw new Error('The certificate has no issuer.');
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  return {
    hashAlgorithm: 'SHA256',
    issuerNameHash: digest(issuer.whole),
    issuerKeyHash: digest(publicKeyBits(issuerPem)),
    serialNumber: serialNumber.toLowerCase().replace(/^0+(?=.)/, ''),
  };
}

/** The key itself, without its algorithm and without the count of unused bits (RFC 6960 4.1.1). */
function publicKeyBits(certificatePem: string): Buffer {
  const spki = createPublicKey(certificatePem).export({ type: 'spki', format: 'der' });
  const [outer] = elementsOf(spki);
  const bits = elementsOf(outer?.content ?? Buffer.alloc(0))[1];
  return (bits?.content ?? Buffer.alloc(0)).subarray(1);
}

/** Two ways to write the same certificate: hexadecimal digits know no case, serial numbers no leading zeros. */
export function isSameHash(a: CertificateHash, b: CertificateHash): boolean {
  const plain = (hash: CertificateHash): string =>
    [hash.hashAlgorithm, hash.issuerNameHash, hash.issuerKeyHash, hash.serialNumber.replace(/^0+(?=.)/, '')]
      .join(' ')
      .toLowerCase();
  return plain(a) === plain(b);
}

/** The certificates of a PEM file, in their order. */
export function splitChain(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
