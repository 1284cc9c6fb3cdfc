import { z } from 'zod';
import { deviceParams, instant } from './common.js';
import { onDevice, route } from './route.js';

const securityProfile = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).meta({
  description:
    '0 no credential (laboratories), 1 password, 2 password over TLS, 3 client certificate over TLS',
});

export const deviceSecuritySchema = z
  .object({
    securityProfile,
    rotationPending: z.boolean().meta({ description: 'A new password was sent and has not been used yet' }),
    certificates: z.array(
      z.object({
        serialNumber: z.string(),
        purpose: z.enum(['ChargingStationCertificate', 'V2GCertificate']),
        notBefore: instant,
        notAfter: instant,
        revokedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'DeviceSecurity' });

/** How a charger proves who it is (OCPP 1.6 Security Whitepaper, OCPP 2.0.1 block A). */
export const deviceSecurityRoutes = {
  getDeviceSecurity: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/security',
    operationId: 'getDeviceSecurity',
    summary: 'The security profile of a charger and the certificates it was given',
    tag: 'devices',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: deviceSecuritySchema },
    errors: [],
  }),
  putSecurityProfile: route({
    method: 'put',
    path: '/v1/devices/{deviceId}/security-profile',
    operationId: 'putSecurityProfile',
    summary: 'The least a charger must prove from its next connection on',
    tag: 'devices',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams,
    query: z.object({}),
    body: z.strictObject({
      securityProfile,
      lower: z.boolean().default(false).meta({ description: 'Must be true where it becomes less' }),
    }),
    response: { kind: 'json', status: 200, schema: deviceSecuritySchema },
    errors: ['security-downgrade'],
  }),
  revokeCertificate: route({
    method: 'delete',
    path: '/v1/devices/{deviceId}/certificates/{serialNumber}',
    operationId: 'revokeCertificate',
    summary: 'Let a certificate open the door no more; a connection that is open stays until it ends',
    tag: 'devices',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams.extend({ serialNumber: z.string().min(1).max(64) }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
