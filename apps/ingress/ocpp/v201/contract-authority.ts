import type { RegisteredDevice } from '#libs/store/device-registry.js';

export interface ContractCertificateRequest {
  readonly iso15118SchemaVersion: string;
  readonly action: 'Install' | 'Update';
  /** Base64, as the car sent it. */
  readonly exiRequest: string;
}
export interface RevocationRequest {
  readonly hashAlgorithm: string;
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
  readonly responderURL: string;
}

/** Whoever issues and revokes the contract certificates of cars (OCPP 2.0.1 M01-M06, ISO 15118). */
export interface ContractAuthority {
  /** The answer for the car, base64; null: this car gets no certificate. */
  contractCertificate(device: RegisteredDevice, request: ContractCertificateRequest): Promise<string | null>;
  /** The OCSP response, base64 DER; null: the status cannot be told. */
  revocationStatus(request: RevocationRequest): Promise<string | null>;
}

/** No contract with an issuer: cars get no certificates here, and nothing is claimed of those they have. */
export const noContractAuthority: ContractAuthority = {
  contractCertificate: async () => null,
  revocationStatus: async () => null,
};
