import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { LocalAuthority } from '../certificates/local-authority.js';
import type { IngressSecurity } from '../ingress-config.js';
import type { ProvenCertificate, Visitor } from './admission.js';

/** Our own certificate: from files where they are named, else issued by the local authority. */
export async function tlsIdentity(
  security: IngressSecurity,
  authority: LocalAuthority | null,
): Promise<TlsIdentity> {
  const trust = authority?.trust ?? [];
  const { serverCertificate: files } = security;
  if (files) {
    const [certificate, key] = await Promise.all([
      readPem(files.certificateFile, 'certificate'),
      readPem(files.keyFile, 'private key'),
    ]);
    return { certificate, key, trust };
  }
  if (authority) return { ...(await authority.serverIdentity(security.serverNames)), trust };
  throw new Error(
    'A TLS port needs a certificate: set BUSBAR_TLS_CERTIFICATE and BUSBAR_TLS_KEY, or BUSBAR_AUTHORITY_FOLDER for one of the local authority.',
  );
}

async function readPem(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`The ${what} of the TLS ports cannot be read from ${file}.`, { cause: error });
  }
}

/** What a TLS port needs; texts are PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
  /** Roots that clients' certificates are checked against. */
  readonly trust: readonly string[];
}

export const visitorOf = ({ url, headers, socket }: IncomingMessage): Visitor => ({
  ...(url === undefined ? {} : { url }),
  headers,
  encrypted: socket instanceof TLSSocket,
  certificate: socket instanceof TLSSocket ? provenCertificate(socket) : null,
});

/** Null without a certificate, and for one that no root of ours vouches for or whose time is not now. */
export function provenCertificate(socket: TLSSocket): ProvenCertificate | null {
  if (!socket.authorized) return null;
  const { subject, serialNumber } = socket.getPeerCertificate();
  const commonName: unknown = subject?.CN;
  return typeof commonName === 'string' ? { commonName, serialNumber: serialNumber.toLowerCase() } : null;
}
