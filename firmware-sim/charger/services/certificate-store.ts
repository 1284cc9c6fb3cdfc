import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import type { ClientCertificate } from '../destination.js';
import { certificateHash, isSameHash, splitChain, type CertificateHash } from './certificate-hash.js';

/** What a root is trusted for. */
export type RootUse = 'central-system' | 'manufacturer' | 'v2g' | 'mobility-operator';
/** What a certificate of the station's own is for. */
export type OwnUse = 'station' | 'v2g';

export interface InstalledRoot {
  readonly use: RootUse;
  readonly pem: string;
  readonly hash: CertificateHash;
}

export interface OwnCertificate {
  readonly use: OwnUse;
  readonly keyPem: string;
  readonly chainPem: string;
}

/** The roots the station trusts and the certificates it has, with real keys (whitepaper A02 to A05, OCPP 2.0.1 M01 to M05). */
export class CertificateStore {
  private readonly installed: InstalledRoot[] = [];
  private readonly own = new Map<OwnUse, OwnCertificate>();
  private readonly pendingKeys = new Map<OwnUse, KeyObject>();

  constructor(
    private readonly now_ms: () => number,
    private readonly capacity: () => number,
  ) {}

  get roots(): readonly InstalledRoot[] {
    return this.installed;
  }

  /** M05: what is no certificate, or no longer valid, is rejected; a store that is full fails. */
  install(use: RootUse, pem: string): 'Accepted' | 'Rejected' | 'Failed' {
    if (!this.isValid(pem)) return 'Rejected';
    const hash = certificateHash(pem, pem);
    const known = this.installed.findIndex((root) => root.use === use && isSameHash(root.hash, hash));
    if (known >= 0) this.installed.splice(known, 1);
    else if (this.installed.length >= this.capacity()) return 'Failed';
    this.installed.push({ use, pem, hash });
    return 'Accepted';
  }

  /** M04: the certificate in use for the connection cannot be deleted. */
  delete(hash: CertificateHash): 'Accepted' | 'Failed' | 'NotFound' {
    const at = this.installed.findIndex((root) => isSameHash(root.hash, hash));
    if (at >= 0) {
      this.installed.splice(at, 1);
      return 'Accepted';
    }
    for (const certificate of this.own.values()) {
      if (!hashesOf(certificate.chainPem).some((one) => isSameHash(one, hash))) continue;
      if (certificate.use === 'station') return 'Failed';
      this.own.delete(certificate.use);
      return 'Accepted';
    }
    return 'NotFound';
  }

  certificate(use: OwnUse): OwnCertificate | null {
    return this.own.get(use) ?? null;
  }

  /** A certificate from the factory. */
  preload(use: OwnUse, { keyPem, chainPem }: ClientCertificate): void {
    this.own.set(use, { use, keyPem, chainPem });
  }

  /** A new key pair (ECDSA P-256) and the signed request for it, PEM (A02.FR.02, A02.FR.03). */
  async createRequest(use: OwnUse, commonName: string, organization: string): Promise<string> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const request = await Pkcs10CertificateRequestGenerator.create(
      {
        name: [{ CN: [commonName] }, { O: [organization] }],
        keys: keys as CryptoKeyPair,
        signingAlgorithm: algorithm,
      },
      webcrypto as Crypto,
    );
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
    this.pendingKeys.set(use, createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
    return request.toString('pem');
  }

  /** A02.FR.06: taken only when it is for the key that was asked about, valid now, and leads to a trusted root. */
  accept(use: OwnUse, chainPem: string, trustedRoots: readonly string[]): OwnCertificate | null {
    const key = this.pendingKeys.get(use);
    const [leafPem] = splitChain(chainPem);
    if (!key || leafPem === undefined || !this.isValid(leafPem)) return null;
    if (!new X509Certificate(leafPem).checkPrivateKey(key)) return null;
    if (trustedRoots.length > 0 && !leadsTo(splitChain(chainPem), trustedRoots)) return null;
    const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const certificate = { use, keyPem, chainPem };
    this.own.set(use, certificate);
    this.pendingKeys.delete(use);
    return certificate;
  }

  /** Whether somebody's certificate is valid now and signed by a root for that use. */
  isTrusted(pem: string, use: RootUse): boolean {
    const roots = this.installed.filter((root) => root.use === use).map((root) => root.pem);
    return this.isValid(pem) && leadsTo(splitChain(pem), roots);
  }

  private isValid(pem: string): boolean {
    try {
      const { validFrom, validTo } = new X509Certificate(pem);
      return Date.parse(validFrom) <= this.now_ms() && this.now_ms() < Date.parse(validTo);
    } catch {
      return false;
    }
  }
}

/** The hash data of every certificate of a chain; the last one is taken as its own issuer. */
export function hashesOf(chainPem: string): CertificateHash[] {
  const chain = splitChain(chainPem);
  return chain.map((pem, index) => certificateHash(pem, chain[index + 1] ?? pem));
}

/** Whether each certificate signed the one before it, and one of the roots the last. */
function leadsTo(chain: readonly string[], roots: readonly string[]): boolean {
  const certificates = chain.map((pem) => new X509Certificate(pem));
  const last = certificates.at(-1);
  if (!last) return false;
  const linked = certificates.every((certificate, index) => {
    const issuer = certificates[index + 1];
    return !issuer || certificate.verify(issuer.publicKey);
  });
  return linked && roots.some((pem) => last.verify(new X509Certificate(pem).publicKey));
}
