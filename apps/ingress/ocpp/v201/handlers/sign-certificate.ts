import type { CertificatePurpose } from '#libs/store/station-security.js';
import type { Observe } from '../../../observe.js';
import { AnswerFirst, type CallHandler } from '../../call-handler.js';
import type { StationCertificates } from '../../station-certificates.js';

export interface SignCertificateRequest {
  readonly csr: string;
  /** Absent: the certificate of the station itself. OCPP 2.1 adds purposes that nobody signs for here. */
  readonly certificateType?: string;
}
export interface SignCertificatePorts {
  readonly certificates: Pick<StationCertificates, 'canSign' | 'fulfil'>;
  readonly observe: Observe;
}

const purposes: ReadonlyMap<string, CertificatePurpose> = new Map([
  ['ChargingStationCertificate', 'ChargingStationCertificate'],
  ['V2GCertificate', 'V2GCertificate'],
]);

/**
 * OCPP 2.0.1 A02, A03: accepted when somebody signs here; the certificate follows in a CertificateSigned of its own. Nobody
 * waits for it: the station's next calls are answered meanwhile.
 */
export const signCertificate =
  (ports: SignCertificatePorts): CallHandler<SignCertificateRequest> =>
  async ({ device, request, receivedAt }) => {
    await ports.observe(device, { type: 'heard' }, { deviceTime: receivedAt, receivedAt });
    const purpose = purposes.get(request.certificateType ?? 'ChargingStationCertificate');
    if (!ports.certificates.canSign || purpose === undefined) return { status: 'Rejected' };
    return new AnswerFirst({ status: 'Accepted' }, async () => {
      void ports.certificates.fulfil(device, request.csr, purpose, (certificateChain) => ({
        certificateChain,
        certificateType: purpose,
      }));
    });
  };
