import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day_ms = 86_400_000;

export interface Issued {
  readonly pem: string;
  readonly keyPem: string;
}

/** A certificate authority for tests: one root, and whatever it signs. */
export class TestAuthority {
  private serial = 0x1000;

  private constructor(
    private readonly certificate: X509Certificate,
    private readonly keys: CryptoKeyPair,
  ) {}

  static async create(name: string): Promise<TestAuthority> {
    const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: '0a01',
        name: `CN=${name}`,
        notBefore: new Date(Date.now() - day_ms),
        notAfter: new Date(Date.now() + day_ms),
        signingAlgorithm: algorithm,
        keys,
        extensions: [new BasicConstraintsExtension(true, 2, true)],
      },
      webcrypto as Crypto,
    );
    return new TestAuthority(certificate, keys);
  }

  get pem(): string {
    return this.certificate.toString('pem');
  }

  /** A new key and its certificate, for a server on 127.0.0.1 or for anybody. */
  async issue(commonName: string): Promise<Issued> {
    const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
    const pem = await this.certify([{ CN: [commonName] }], keys.publicKey);
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    const keyPem = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
    return { pem, keyPem };
  }

  /** Answers a signing request; throws when its own signature is wrong. */
  async sign(csrPem: string): Promise<{ readonly pem: string; readonly subject: string }> {
    const request = new Pkcs10CertificateRequest(csrPem);
    if (!(await request.verify(webcrypto as Crypto))) throw new Error('the request is not signed by its key');
    const key = await request.publicKey.export(algorithm, ['verify'], webcrypto as Crypto);
    return { pem: await this.certify(request.subjectName.toJSON(), key), subject: request.subject };
  }

  private async certify(subject: object, publicKey: CryptoKey): Promise<string> {
    const certificate = await X509CertificateGenerator.create(
      {
        serialNumber: (this.serial++).toString(16),
        subject: subject as never,
        issuer: this.certificate.subject,
        notBefore: new Date(Date.now() - day_ms),
        notAfter: new Date(Date.now() + day_ms),
        signingAlgorithm: algorithm,
        publicKey,
        signingKey: this.keys.privateKey,
        extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
      },
      webcrypto as Crypto,
    );
    return certificate.toString('pem');
  }
}
