import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { Clock } from '#libs/units/clock.js';
import { SigningRefused, type CertificateAuthority } from './authority.js';

x509.cryptoProvider.set(webcrypto as Crypto);

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const day_ms = 86_400_000;

export interface LocalAuthorityOptions {
  /** Where root and key are kept; made when they are missing. */
  readonly folder: string;
  readonly clock: Clock;
  /** How long the certificate of a station is good. */
  readonly stationValidity_days: number;
}

export interface ServerIdentity {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface LocalAuthority extends CertificateAuthority {
  /** A certificate for our own TLS port, for the names chargers know us by. */
  serverIdentity(names: readonly string[]): Promise<ServerIdentity>;
}

interface Root {
  readonly certificate: x509.X509Certificate;
  readonly key: CryptoKey;
}

/**
 * A certificate authority in a folder: for development, tests and a first garage. ECDSA P-256, as OCPP 2.0.1 A00.FR.509 asks
 * for. Its key is a file that only its owner may read; a company with an authority of its own gives that instead.
 */
export async function openLocalAuthority(options: LocalAuthorityOptions): Promise<LocalAuthority> {
  const { clock, stationValidity_days } = options;
  const root = (await readRoot(options.folder)) ?? (await createRoot(options.folder, clock.now()));
  const issue = async (
    subject: string,
    publicKey: x509.PublicKeyType,
    validity_days: number,
    extensions: x509.Extension[],
  ) =>
    x509.X509CertificateGenerator.create({
      serialNumber: freshSerialNumber(),
      subject,
      issuer: root.certificate.subject,
      // A station's clock may be an hour behind ours.
      notBefore: new Date(clock.now() - 3_600_000),
      notAfter: new Date(clock.now() + validity_days * day_ms),
      signingAlgorithm: signing,
      publicKey,
      signingKey: root.key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        ...extensions,
      ],
    });
  return {
    trust: [root.certificate.toString('pem')],
    async sign({ csr, commonName }) {
      const request = readRequest(csr);
      if (!(await request.verify())) throw new SigningRefused('The request is not signed with its own key.');
      const [asked] = request.subjectName.getField('CN');
      if (asked !== commonName)
        throw new SigningRefused('The common name of the request is not the identity of the station.');
      const leaf = await issue(request.subject, request.publicKey, stationValidity_days, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      ]);
      const { serialNumber, notBefore, notAfter } = leaf;
      return { chain: leaf.toString('pem'), serialNumber: serialNumber.toLowerCase(), notBefore, notAfter };
    },
    async serverIdentity(names) {
      const keys = await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']);
      const certificate = await issue(`CN=${names[0] ?? 'busbar'}`, keys.publicKey, 365, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) > 0 ? ('ip' as const) : ('dns' as const), value })),
        ),
      ]);
      return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
    },
  };
}

function readRequest(csr: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(csr);
  } catch {
    throw new SigningRefused('This is not a certificate signing request (PKCS #10).');
  }
}

/** RFC 5280 4.1.2.2: positive, at most 20 octets. */
function freshSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

const certificateFile = 'authority.pem';
const keyFile = 'authority-key.pem';

async function readRoot(folder: string): Promise<Root | null> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(join(folder, certificateFile), 'utf8'),
      readFile(join(folder, keyFile), 'utf8'),
    ]);
    return {
      certificate: new x509.X509Certificate(certificate),
      key: await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(key), curve, false, [
        'sign',
      ]),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(
      `The certificate authority in ${folder} cannot be read. Restore ${certificateFile} and ${keyFile}, or remove both for a new one that no station trusts yet.`,
      { cause: error },
    );
  }
}

async function createRoot(folder: string, now: number): Promise<Root> {
  const keys = await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: freshSerialNumber(),
    name: 'CN=Busbar local authority',
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 3_650 * day_ms),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The certificate last: a folder with a key alone is a folder without an authority.
  await keep(join(folder, keyFile), await exportKey(keys.privateKey));
  await keep(join(folder, certificateFile), certificate.toString('pem'));
  return { certificate, key: keys.privateKey };
}

async function keep(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

const exportKey = async (key: CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
