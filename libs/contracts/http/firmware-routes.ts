import type { Readable } from 'node:stream';
import { z } from 'zod';
import { instant, kind, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, open, route } from './route.js';

const word = z.string().trim().min(1).max(50);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'write the SHA-256 in lower-case hexadecimal');
const size_bytes = z.number().int().min(1).max(1_073_741_824);

const signed = z
  .strictObject({
    signingCertificate: z.string().min(1).max(5_500).meta({ description: 'PEM' }),
    signature: z.base64().min(1).max(800).meta({
      description: 'RSA-PSS or ECDSA over the SHA-256 of the image, base64',
    }),
  })
  .meta({ id: 'FirmwareSignature' });

const whatItIsFor = {
  kind,
  vendor: word.nullable().meta({ description: 'As the devices call it; null: any' }),
  model: word.nullable(),
  version: word.meta({ description: 'What a device calls itself once it runs the image' }),
};

export const firmwareImageSchema = z
  .object({
    imageId: uuid,
    ...whatItIsFor,
    source: z.enum(['upload', 'reference']),
    complete: z.boolean().meta({ description: 'False while the bytes of an upload are missing' }),
    url: z.url().nullable().meta({ description: 'Where devices fetch it; null: not reachable yet' }),
    size_bytes: size_bytes.nullable(),
    sha256: sha256.nullable(),
    signed: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'FirmwareImage' });

const imageParams = organisationParams.extend({ imageId: uuid });
const images = '/v1/organisations/{organisationId}/firmware-images';
// The members who configure chargers electrically are those who keep the books of customers.
const access = onOrganisation('manage-customers');

/** Images of firmware: kept here and fetched from an address nobody guesses, or kept elsewhere. */
export const firmwareRoutes = {
  createFirmwareImage: route({
    method: 'post',
    path: images,
    operationId: 'createFirmwareImage',
    summary: 'Name an image; its bytes follow by upload unless it is kept elsewhere',
    tag: 'firmware',
    access,
    params: organisationParams,
    query: z.object({}),
    body: z.strictObject({
      ...whatItIsFor,
      reference: z
        .strictObject({ url: z.url({ protocol: /^https?$/ }).max(512), sha256, size_bytes })
        .nullable()
        .meta({ description: 'Where it is kept; null: it is uploaded here' }),
      signed: signed.nullable(),
    }),
    response: { kind: 'json', status: 201, schema: firmwareImageSchema },
    errors: ['unusable-certificate'],
  }),
  uploadFirmwareImage: route({
    method: 'put',
    path: `${images}/{imageId}/content`,
    operationId: 'uploadFirmwareImage',
    summary: 'The bytes of an image, at most 64 MB; a signature is verified before they are kept',
    tag: 'firmware',
    access,
    params: imageParams,
    query: z.object({}),
    bodyMediaType: 'application/octet-stream',
    body: z.custom<Readable>((value) => typeof value === 'object' && value !== null && 'pipe' in value),
    response: { kind: 'json', status: 200, schema: firmwareImageSchema },
    errors: ['image-too-large', 'image-complete', 'image-empty', 'signature-does-not-fit'],
  }),
  listFirmwareImages: route({
    method: 'get',
    path: images,
    operationId: 'listFirmwareImages',
    summary: 'The images of an organisation, newest first',
    tag: 'firmware',
    access,
    params: organisationParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(firmwareImageSchema) },
    errors: ['invalid-cursor'],
  }),
  getFirmwareImage: route({
    method: 'get',
    path: `${images}/{imageId}`,
    operationId: 'getFirmwareImage',
    summary: 'One image',
    tag: 'firmware',
    access,
    params: imageParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: firmwareImageSchema },
    errors: [],
  }),
  deleteFirmwareImage: route({
    method: 'delete',
    path: `${images}/{imageId}`,
    operationId: 'deleteFirmwareImage',
    summary: 'Remove an image that no campaign needs',
    tag: 'firmware',
    access,
    params: imageParams,
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: ['still-in-use'],
  }),
  fetchFirmware: route({
    method: 'get',
    path: '/v1/firmware/{imageId}/{token}',
    operationId: 'fetchFirmware',
    summary: 'What a device fetches: the bytes of an image, or the range it asks for (RFC 9110 14)',
    tag: 'firmware',
    access: open,
    params: z.object({ imageId: uuid, token: z.string().min(20).max(64) }),
    query: z.object({}),
    body: null,
    response: { kind: 'stream', status: 200, mediaTypes: ['application/octet-stream'] },
    errors: ['not-found'],
  }),
};
