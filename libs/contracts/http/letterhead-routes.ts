import { z } from 'zod';
import { logoTypes } from '#libs/contracts/document.js';
import { emailSchema, nameSchema, organisationParams } from './common.js';
import { onOrganisation, route } from './route.js';

const line = z.string().trim().min(1).max(80);

export const letterheadSchema = z
  .strictObject({
    companyName: nameSchema,
    addressLines: z.array(line).max(6),
    phone: z.string().trim().min(1).max(40).nullable(),
    email: emailSchema.nullable(),
    registrationNumber: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .nullable()
      .meta({ description: 'In the register of companies, or for VAT' }),
    logo: z
      .strictObject({
        type: z.enum(logoTypes),
        base64: z.base64().max(200_000).meta({ description: 'The picture, at most 150 KB' }),
      })
      .nullable(),
  })
  .meta({ id: 'Letterhead', description: 'What stands at the head of the documents of an organisation' });

export const letterheadRoutes = {
  getLetterhead: route({
    method: 'get',
    path: '/v1/organisations/{organisationId}/letterhead',
    operationId: 'getLetterhead',
    summary: 'What stands at the head of its documents; its name alone while nothing else was set',
    tag: 'documents',
    access: onOrganisation('see-organisation'),
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: letterheadSchema },
    errors: [],
  }),
  putLetterhead: route({
    method: 'put',
    path: '/v1/organisations/{organisationId}/letterhead',
    operationId: 'putLetterhead',
    summary: 'Set it for documents made from now on; those made before keep theirs',
    tag: 'documents',
    access: onOrganisation('manage-members'),
    params: organisationParams,
    query: z.object({}),
    body: letterheadSchema,
    response: { kind: 'json', status: 200, schema: letterheadSchema },
    errors: ['unusable-logo'],
  }),
};
