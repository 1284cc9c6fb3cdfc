import type { Answer } from '../protocol.js';
import type { CertificateHash } from '../services/certificate-hash.js';
import type { RootUse } from '../services/certificate-store.js';
import type { Charger16 } from './charger16.js';

type RootType = 'CentralSystemRootCertificate' | 'ManufacturerRootCertificate';

const uses: Record<RootType, RootUse> = {
  CentralSystemRootCertificate: 'central-system',
  ManufacturerRootCertificate: 'manufacturer',
};

/** Whitepaper M05. */
export function installCertificate(
  { station }: Charger16,
  request: { readonly certificateType: RootType; readonly certificate: string },
): Answer {
  return { status: station.certificates.install(uses[request.certificateType], request.certificate) };
}

/** Whitepaper M03. */
export function getInstalledCertificateIds(
  { station }: Charger16,
  request: { readonly certificateType: RootType },
): Answer {
  const certificateHashData = station.certificates.roots
    .filter(({ use }) => use === uses[request.certificateType])
    .map(({ hash }) => hash);
  return certificateHashData.length > 0
    ? { status: 'Accepted', certificateHashData }
    : { status: 'NotFound' };
}

/** Whitepaper M04. */
export function deleteCertificate(
  { station }: Charger16,
  request: { readonly certificateHashData: CertificateHash },
): Answer {
  return { status: station.certificates.delete(request.certificateHashData) };
}

/** Whitepaper A02: a certificate for the key that was asked about is used from the next connection on. */
export function certificateSigned(
  { station }: Charger16,
  request: { readonly certificateChain: string },
): Answer {
  const certificate = station.certificates.accept(
    'station',
    request.certificateChain,
    station.trustedRoots(),
  );
  if (!certificate) {
    station.securityEvent('InvalidChargePointCertificate', null);
    return { status: 'Rejected' };
  }
  station.wire.adoptCertificate(certificate);
  return { status: 'Accepted' };
}
