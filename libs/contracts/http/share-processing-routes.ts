import { z } from 'zod';
import { nameSchema, uuid } from './common.js';
import { onOrganisation, route } from './route.js';
import { shareParams } from './share-routes.js';
import { shareLevelSchema, shareObjectRefSchema, shareSchema } from './share-schemas.js';

const common = {
  tag: 'shares',
  access: onOrganisation('evaluate-shares'),
  params: shareParams,
  query: z.object({}),
} as const;
const root = '/v1/organisations/{organisationId}/shares/{shareId}';

const itemSchema = z.object({
  kind: z.enum(['customer', 'location', 'building', 'installation']),
  sourceId: uuid,
  name: z.string(),
  state: z.enum(['offered', 'chosen', 'taken', 'stopped']),
  /** Your own row, once it is taken or where it was taken over before; of an installation its placement (CS-46). */
  localId: uuid.nullable(),
});

const objectSchema = z.object({
  kind: shareLevelSchema,
  id: uuid,
  name: z.string(),
  grantId: uuid,
  items: z.array(itemSchema),
});

/** Where one object goes: a location to a customer, an installation to a location; a customer is taken as it is. */
const mappingSchema = shareObjectRefSchema.extend({
  into: z
    .union([
      z.strictObject({ existing: uuid }),
      z.strictObject({ create: z.strictObject({ name: nameSchema }) }),
    ])
    .nullable()
    .default(null)
    .meta({ description: 'CS-41: a customer for a location; CS-42: a location for an installation' }),
});
const mapping = z.strictObject({ objects: z.array(mappingSchema).min(1).max(1_000) });

/** Taking an available share over (CS-38 to CS-46). */
export const shareProcessingRoutes = {
  listShareItems: route({
    ...common,
    method: 'get',
    path: `${root}/items`,
    operationId: 'listShareItems',
    summary: 'What the share consists of, and what became of each part',
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ objects: z.array(objectSchema) }) },
    errors: [],
  }),
  previewProcessing: route({
    ...common,
    method: 'post',
    path: `${root}/process/preview`,
    operationId: 'previewProcessing',
    summary: 'What taking these objects over would make, and what you have already (CS-39, CS-46)',
    body: mapping,
    response: {
      kind: 'json',
      status: 200,
      schema: z.object({
        items: z.array(
          itemSchema.pick({ kind: true, sourceId: true, name: true }).extend({
            becomes: z.enum(['new', 'known']),
            localId: uuid.nullable(),
          }),
        ),
      }),
    },
    errors: ['share-over', 'share-not-ready', 'mapping-incomplete'],
  }),
  processShare: route({
    ...common,
    method: 'post',
    path: `${root}/process`,
    operationId: 'processShare',
    summary: 'Take these objects over, in the background; said twice it is done once (CS-43, CS-44, CS-45)',
    body: mapping,
    response: { kind: 'json', status: 202, schema: shareSchema },
    errors: ['share-over', 'share-not-ready', 'mapping-incomplete'],
  }),
  retryShare: route({
    ...common,
    method: 'post',
    path: `${root}/retry`,
    operationId: 'retryShare',
    summary: 'Go on with what failed',
    body: null,
    response: { kind: 'json', status: 200, schema: shareSchema },
    errors: ['share-over'],
  }),
};
