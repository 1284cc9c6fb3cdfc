import type { RegisteredDevice } from '#libs/store/device-registry.js';
import { AnswerFirst, type CallHandler } from '../../call-handler.js';
import type { StationCertificates } from '../../station-certificates.js';

export interface SignCertificatePorts {
  readonly certificates: Pick<StationCertificates, 'canSign' | 'fulfil'>;
  readonly heard: (device: RegisteredDevice, receivedAt: number) => Promise<void>;
}

/**
 * OCPP 1.6 Security Whitepaper A02: accepted when somebody signs here; the certificate follows in a CertificateSigned of its
 * own. Nobody waits for it: the charger's next calls are answered meanwhile.
 */
export const signCertificate =
  (ports: SignCertificatePorts): CallHandler<{ readonly csr: string }> =>
  async ({ device, request, receivedAt }) => {
    await ports.heard(device, receivedAt);
    if (!ports.certificates.canSign) return { status: 'Rejected' };
    return new AnswerFirst({ status: 'Accepted' }, async () => {
      void ports.certificates.fulfil(device, request.csr, 'ChargingStationCertificate', (chain) => ({
        certificateChain: chain,
      }));
    });
  };
