import { z } from 'zod';
import { instant, kind } from './common.js';
import { byOperator, route } from './route.js';

export const factoryDeviceSchema = z
  .object({
    serial: z.string(),
    kind,
    model: z.string(),
    state: z.enum(['manufactured', 'claimed', 'retired']),
    /** Wrong PINs since the last right one. */
    wrongPins: z.number().int().min(0).max(2_147_483_647),
    /** After a hundred wrong PINs no PIN opens it. */
    locked: z.boolean(),
    importedAt: instant,
  })
  .meta({ id: 'FactoryDevice' });

const count = z.number().int().min(0).max(10_000);
const serialParams = z.object({ serial: z.string().min(1).max(64) });

/** What left the factory, for whoever runs this cloud. */
export const factoryRoutes = {
  importFactoryDevices: route({
    method: 'post',
    path: '/v1/factory/devices',
    operationId: 'importFactoryDevices',
    summary:
      'Make devices known before they are sold, all of a file or none; a row sent again changes nothing',
    tag: 'factory',
    access: byOperator,
    params: z.object({}),
    query: z.object({}),
    bodyMediaType: 'text/csv',
    body: z.string().min(1).meta({
      description:
        'The first line names the columns: serial,pin,type,model and, if you like, bootstrapSecret',
    }),
    response: {
      kind: 'secret',
      status: 201,
      schema: z.object({
        imported: count,
        unchanged: count,
        bootstrapSecrets: z
          .array(z.object({ serial: z.string(), bootstrapSecret: z.string() }))
          .meta({ description: 'Those that were generated, shown this once; only their hashes are kept' }),
      }),
    },
    errors: ['unusable-factory-rows'],
  }),
  getFactoryDevice: route({
    method: 'get',
    path: '/v1/factory/devices/{serial}',
    operationId: 'getFactoryDevice',
    summary: 'What became of a device; never its PIN',
    tag: 'factory',
    access: byOperator,
    params: serialParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: factoryDeviceSchema },
    errors: ['not-found'],
  }),
  unlockFactoryDevice: route({
    method: 'post',
    path: '/v1/factory/devices/{serial}/unlock',
    operationId: 'unlockFactoryDevice',
    summary: 'Let a device be claimed again after too many wrong PINs',
    tag: 'factory',
    access: byOperator,
    params: serialParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: factoryDeviceSchema },
    errors: ['not-found'],
  }),
};
