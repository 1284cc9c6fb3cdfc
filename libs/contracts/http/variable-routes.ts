import { z } from 'zod';
import { deviceParams, instant, page, pageQuery } from './common.js';
import { onDevice, route } from './route.js';

const place = z.number().int().min(0).max(32_767);

export const deviceVariableSchema = z
  .object({
    /** What get-configuration and change-configuration take: Component[instance].Variable[instance]@evse.connector. */
    key: z.string(),
    component: z.string(),
    /** Empty: the component has only one. */
    componentInstance: z.string(),
    /** 0: it belongs to the whole charger. */
    evse: place,
    /** 0: it belongs to the whole EVSE. */
    connector: place,
    variable: z.string(),
    variableInstance: z.string(),
    /** Actual, Target, MinSet or MaxSet. */
    attribute: z.string(),
    /** Null: the charger did not tell it, or it may only be written. */
    value: z.string().nullable(),
    mutability: z.string().nullable(),
    persistent: z.boolean().nullable(),
    constant: z.boolean().nullable(),
    unit: z.string().nullable(),
    dataType: z.string().nullable(),
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    valuesList: z.string().nullable(),
    supportsMonitoring: z.boolean().nullable(),
    reportedAt: instant,
  })
  .meta({ id: 'DeviceVariable' });

export const variableRoutes = {
  listDeviceVariables: route({
    method: 'get',
    path: '/v1/devices/{deviceId}/variables',
    operationId: 'listDeviceVariables',
    summary: 'The device model of a charger that speaks OCPP 2.0.1 or 2.1, as it last reported it',
    tag: 'devices',
    // The right of get-configuration (libs/entitlements/command-right.ts): it is the same knowledge.
    access: onDevice('electrical', 'refuse'),
    params: deviceParams,
    query: z.object({
      ...pageQuery,
      // A position among variables is made of their names, which are long.
      cursor: z.string().max(2_000).optional(),
      component: z.string().min(1).max(50).optional(),
    }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(deviceVariableSchema) },
    errors: ['invalid-cursor'],
  }),
};
