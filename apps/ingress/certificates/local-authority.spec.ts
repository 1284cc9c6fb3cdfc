import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { SigningRefused } from './authority.js';
import { signingRequest } from './certificate-fakes.js';
import { openLocalAuthority, type LocalAuthority } from './local-authority.js';

const now = Date.UTC(2026, 0, 5, 8);
const clock = new ManualClock(epochMilliseconds(now));
let folder: string;
const open = (): Promise<LocalAuthority> => openLocalAuthority({ folder, clock, stationValidity_days: 30 });
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'busbar-authority-')), 'authority');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('the local certificate authority', () => {
  it('keeps its key for its owner only and is the same after a restart', async () => {
    const first = await open();
    expect((await stat(join(folder, 'authority-key.pem'))).mode & 0o077).toBe(0);
    expect((await open()).trust).toEqual(first.trust);
  });

  it('a damaged key is a clear error and no silent new authority', async () => {
    await open();
    await writeFile(join(folder, 'authority-key.pem'), 'nonsense');
    await expect(open()).rejects.toThrow(/cannot be read. Restore authority.pem/);
  });

  it('A02: signs for the identity that asks; the chain verifies and allows a client and nothing else', async () => {
    const authority = await open();
    const { csr } = await signingRequest('CP-1');
    const signed = await authority.sign({ csr, commonName: 'CP-1', purpose: 'ChargingStationCertificate' });
    const leaf = new x509.X509Certificate(signed.chain);
    const root = new x509.X509Certificate(authority.trust[0] ?? '');
    expect(await leaf.verify({ publicKey: root.publicKey, date: new Date(now) })).toBe(true);
    expect(leaf.subject).toBe('CN=CP-1');
    expect(leaf.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(false);
    expect(leaf.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([
      x509.ExtendedKeyUsage.clientAuth,
    ]);
    expect(signed.notAfter).toEqual(new Date(now + 30 * 86_400_000));
    expect(signed.serialNumber).toBe(leaf.serialNumber.toLowerCase());
  });

  it.each([
    ['another identity', async () => (await signingRequest('CP-2')).csr],
    ['no request at all', async () => 'hello'],
    [
      'a request signed with another key',
      async () => {
        const { csr } = await signingRequest('CP-1');
        const bytes = new Uint8Array(x509.PemConverter.decodeFirst(csr));
        const last = bytes.length - 1;
        bytes[last] = (bytes[last] ?? 0) ^ 1;
        return x509.PemConverter.encode(bytes.buffer, 'CERTIFICATE REQUEST');
      },
    ],
  ])('A02.FR.02: refuses %s', async (_case, csr) => {
    const request = { csr: await csr(), commonName: 'CP-1', purpose: 'ChargingStationCertificate' } as const;
    await expect((await open()).sign(request)).rejects.toThrow(SigningRefused);
  });

  it('gives our own port a certificate for the names and addresses chargers know it by', async () => {
    const authority = await open();
    const { certificate, key } = await authority.serverIdentity(['edge.test', '127.0.0.1']);
    const names = new x509.X509Certificate(certificate).getExtension(x509.SubjectAlternativeNameExtension);
    expect(names?.names.toJSON()).toEqual([
      { type: 'dns', value: 'edge.test' },
      { type: 'ip', value: '127.0.0.1' },
    ]);
    const usable = await webcrypto.subtle.importKey(
      'pkcs8',
      x509.PemConverter.decodeFirst(key),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    );
    expect(usable.type).toBe('private');
    expect(await readFile(join(folder, 'authority.pem'), 'utf8')).toBe(authority.trust[0]);
  });
});
