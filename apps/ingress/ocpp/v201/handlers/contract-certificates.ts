import type { CallHandler } from '../../call-handler.js';
import type {
  ContractAuthority,
  ContractCertificateRequest,
  RevocationRequest,
} from '../contract-authority.js';

/** OCPP 2.0.1 M01, M02: a car asks for its contract certificate. */
export const get15118EvCertificate =
  (ports: { contracts: ContractAuthority }): CallHandler<ContractCertificateRequest> =>
  async ({ device, request }) => {
    const exiResponse = await ports.contracts.contractCertificate(device, request);
    return exiResponse === null ? { status: 'Failed', exiResponse: '' } : { status: 'Accepted', exiResponse };
  };

/** OCPP 2.0.1 M06: has a certificate been revoked? */
export const getCertificateStatus =
  (ports: { contracts: ContractAuthority }): CallHandler<{ readonly ocspRequestData: RevocationRequest }> =>
  async ({ request }) => {
    const ocspResult = await ports.contracts.revocationStatus(request.ocspRequestData);
    return ocspResult === null ? { status: 'Failed' } : { status: 'Accepted', ocspResult };
  };
