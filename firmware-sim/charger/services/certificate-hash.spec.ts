import { describe, expect, it } from '@jest/globals';
import { certificateHash, isSameHash, splitChain } from './certificate-hash.js';

/** A root (serial 00:F3:A1, so that DER needs a leading zero) and a leaf (serial 0B:2C), made with OpenSSL for this test. */
const root = `-----BEGIN CERTIFICATE-----
MIIBmTCCAT6gAwIBAgIDAPOhMAoGCCqGSM49BAMCMCkxFTATBgNVBAMMDEZpeHR1
cmUgUm9vdDEQMA4GA1UECgwHRml4dHVyZTAgFw0yNjExMjIwNjQ1MTRaGA8yMTI2
MTAyOTA2NDUxNFowKTEVMBMGA1UEAwwMRml4dHVyZSBSb290MRAwDgYDVQQKDAdG
aXh0dXJlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhiQuttcclQogwK65qrBM
AGPDYLjkHlna0hOWKqCj/Ri3cc+10KgAd/0xxZ0l9PAyDvnKzf9O77hF9G8YbCD0
hqNTMFEwHQYDVR0OBBYEFL+cwOxEprw6bwqOOjoOB2O8tLjjMB8GA1UdIwQYMBaA
FL+cwOxEprw6bwqOOjoOB2O8tLjjMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0E
AwIDSQAwRgIhAKyni+iMK2Bj8xQO+W/Q6Swxn4Sz8Y7xfSiAQioP67Y+AiEAoVVs
HcBPYvxmqvpMlHYYHz4g0IdNGYguY2Lbjg4no1I=
-----END CERTIFICATE-----
`;
const leaf = `-----BEGIN CERTIFICATE-----
MIIBKjCB0QICCywwCgYIKoZIzj0EAwIwKTEVMBMGA1UEAwwMRml4dHVyZSBSb290
MRAwDgYDVQQKDAdGaXh0dXJlMCAXDTI2MTEyMjA2NDUxNFoYDzIxMjYxMDI5MDY0
NTE0WjAXMRUwEwYDVQQDDAxGaXh0dXJlIExlYWYwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS7a7siVzg+eGYTDsKHo5GT5Zk0QCgbpjDOznSU1OJZam3IchTuG/fT
mtd6ZsrtekNuZojkY6S24DcS14QZEzPdMAoGCCqGSM49BAMCA0gAMEUCIQDdv1ie
+sZmLv//NmToq4ZkKMGJ4FhiDU5Mly6L4JGdlQIgBB4RweENyfzDphbIU6zjLnJP
zpuFDUAcugVnvCCcsm0=
-----END CERTIFICATE-----
`;

/** What `openssl ocsp -sha256 -issuer root.pem -cert ... -req_text` says of them. */
const issuer = {
  hashAlgorithm: 'SHA256',
  issuerNameHash: '2349126161f49f5ba6a515db4add1cfe2b15cd8724b89bb4939164ffa42b8af5',
  issuerKeyHash: '714a8cb7afbff96150be5750c4cf6aa16b2cf4320a067dc3e333fd5c626e696a',
} as const;

describe('OCPP CertificateHashDataType (RFC 6960 4.1.1)', () => {
  it('is what OpenSSL puts into an OCSP request, without leading zeros in the serial number', () => {
    expect(certificateHash(root, root)).toEqual({ ...issuer, serialNumber: 'f3a1' });
    expect(certificateHash(leaf, root)).toEqual({ ...issuer, serialNumber: 'b2c' });
  });

  it('knows the same certificate in other letters, and another one apart', () => {
    const hash = certificateHash(leaf, root);
    const shouted = {
      ...hash,
      issuerKeyHash: hash.issuerKeyHash.toUpperCase(),
      serialNumber: '0B2C',
    };
    expect(isSameHash(hash, shouted)).toBe(true);
    expect(isSameHash(hash, { ...hash, serialNumber: 'b2d' })).toBe(false);
  });

  it('takes a chain apart in its order', () => {
    expect(splitChain(leaf + root).map((pem) => certificateHash(pem, root).serialNumber)).toEqual([
      'b2c',
      'f3a1',
    ]);
  });
});
