import type { Answer } from '../protocol.js';
import type { CertificateHash } from '../services/certificate-hash.js';
import { hashesOf, type OwnUse, type RootUse } from '../services/certificate-store.js';
import type { Charger201 } from './charger201.js';

const uses: Readonly<Record<string, RootUse>> = {
  CSMSRootCertificate: 'central-system',
  ManufacturerRootCertificate: 'manufacturer',
  V2GRootCertificate: 'v2g',
  MORootCertificate: 'mobility-operator',
};

/** OCPP 2.0.1 M05. */
export function installCertificate(
  { station }: Charger201,
  request: { readonly certificateType: string; readonly certificate: string },
): Answer {
  const use = uses[request.certificateType];
  return { status: use ? station.certificates.install(use, request.certificate) : 'Rejected' };
}

/** OCPP 2.0.1 M03: roots, and the chain for ISO 15118 with its certificates below the first. */
export function getInstalledCertificateIds(
  { station }: Charger201,
  { certificateType }: { readonly certificateType?: readonly string[] },
): Answer {
  const wanted = (type: string): boolean => certificateType?.includes(type) ?? true;
  const roots = Object.entries(uses)
    .filter(([type]) => wanted(type))
    .flatMap(([type, use]) =>
      station.certificates.roots
        .filter((root) => root.use === use)
        .map(({ hash }) => ({ certificateType: type, certificateHashData: hash })),
    );
  const own = station.certificates.certificate('v2g');
  const [first, ...children] = own && wanted('V2GCertificateChain') ? hashesOf(own.chainPem) : [];
  const chain = first
    ? [
        {
          certificateType: 'V2GCertificateChain',
          certificateHashData: first,
          ...(children.length > 0 && { childCertificateHashData: children.slice(0, 4) }),
        },
      ]
    : [];
  const certificateHashDataChain = [...roots, ...chain];
  return certificateHashDataChain.length > 0
    ? { status: 'Accepted', certificateHashDataChain }
    : { status: 'NotFound' };
}

/** OCPP 2.0.1 M04. */
export function deleteCertificate(
  { station }: Charger201,
  request: { readonly certificateHashData: CertificateHash },
): Answer {
  return { status: station.certificates.delete(request.certificateHashData) };
}

/** OCPP 2.0.1 A02, A03. */
export function certificateSigned(
  { station }: Charger201,
  request: { readonly certificateChain: string; readonly certificateType?: string },
): Answer {
  const use: OwnUse = request.certificateType?.startsWith('V2G') ? 'v2g' : 'station';
  const roots =
    use === 'station'
      ? station.trustedRoots()
      : station.certificates.roots.filter((root) => root.use === 'v2g').map(({ pem }) => pem);
  const certificate = station.certificates.accept(use, request.certificateChain, roots);
  if (!certificate) {
    station.securityEvent('InvalidChargingStationCertificate', null);
    return { status: 'Rejected' };
  }
  if (use === 'station') station.wire.adoptCertificate(certificate);
  return { status: 'Accepted' };
}
