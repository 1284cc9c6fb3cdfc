import { describe, expect, it } from '@jest/globals';
import {
  playOut,
  receivedAt,
  recordingObserve,
  testDevice as device,
} from '../../v16/handlers/handler-fakes.js';
import { noContractAuthority } from '../contract-authority.js';
import { get15118EvCertificate, getCertificateStatus } from './contract-certificates.js';
import { signCertificate } from './sign-certificate.js';

describe('SignCertificate', () => {
  async function play(canSign: boolean, certificateType: string | undefined) {
    const asked: unknown[] = [];
    const { observe } = recordingObserve([]);
    const certificates = {
      canSign,
      fulfil: async (...[, csr, purpose, payload]: Parameters<Fulfil>) =>
        void asked.push([csr, purpose, payload('CHAIN')]),
    };
    const request = { csr: 'CSR', ...(certificateType === undefined ? {} : { certificateType }) };
    const result = await signCertificate({ observe, certificates })({ device, receivedAt, request });
    return { answer: await playOut(result, []), asked };
  }
  type Fulfil = Parameters<typeof signCertificate>[0]['certificates']['fulfil'];

  it.each([
    [undefined, 'ChargingStationCertificate'],
    ['ChargingStationCertificate', 'ChargingStationCertificate'],
    ['V2GCertificate', 'V2GCertificate'],
  ])('OCPP 2.0.1 A02: %p is signed after it was accepted, as %s', async (type, purpose) => {
    expect(await play(true, type)).toEqual({
      answer: { status: 'Accepted' },
      asked: [['CSR', purpose, { certificateChain: 'CHAIN', certificateType: purpose }]],
    });
  });

  it.each([
    [false, 'ChargingStationCertificate'],
    [true, 'V2G20Certificate'],
  ])('somebody signs here: %p; %s is rejected', async (canSign, type) => {
    expect(await play(canSign, type)).toEqual({ answer: { status: 'Rejected' }, asked: [] });
  });
});

describe('contract certificates of cars', () => {
  const exi = { iso15118SchemaVersion: 'urn:x', action: 'Install' as const, exiRequest: 'AAAA' };
  const ocspRequestData = {
    hashAlgorithm: 'SHA256',
    issuerNameHash: 'a',
    issuerKeyHash: 'b',
    serialNumber: 'c',
    responderURL: 'https://ocsp.test',
  };
  const contracts = {
    contractCertificate: async () => 'BBBB',
    revocationStatus: async () => 'CCCC',
  };

  it('OCPP 2.0.1 M01: the answer of whoever issues them', async () => {
    const handle = get15118EvCertificate({ contracts });
    expect(await handle({ device, receivedAt, request: exi })).toEqual({
      status: 'Accepted',
      exiResponse: 'BBBB',
    });
  });

  it('OCPP 2.0.1 M06: the answer of whoever revokes them', async () => {
    const handle = getCertificateStatus({ contracts });
    expect(await handle({ device, receivedAt, request: { ocspRequestData } })).toEqual({
      status: 'Accepted',
      ocspResult: 'CCCC',
    });
  });

  it('without an issuer nothing is claimed', async () => {
    const none = { contracts: noContractAuthority };
    expect(await get15118EvCertificate(none)({ device, receivedAt, request: exi })).toEqual({
      status: 'Failed',
      exiResponse: '',
    });
    expect(await getCertificateStatus(none)({ device, receivedAt, request: { ocspRequestData } })).toEqual({
      status: 'Failed',
    });
  });
});
