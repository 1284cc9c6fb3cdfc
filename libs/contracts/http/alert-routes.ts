import { z } from 'zod';
import { alertTypes } from '#libs/devices/alert-rules.js';
import {
  instant,
  locationParams,
  organisationParams,
  page,
  pageQuery,
  personIdSchema,
  uuid,
} from './common.js';
import { onLocation, onOrganisation, route } from './route.js';

const type = z.enum(alertTypes).meta({ id: 'AlertType' });
const state = z.enum(['open', 'acknowledged', 'cleared']);
const seconds = z.number().int().min(0).max(604_800);

const alertSchema = z
  .object({
    alertId: uuid,
    locationId: uuid,
    deviceId: uuid,
    deviceName: z.string(),
    type,
    state,
    detail: z
      .record(z.string(), z.union([z.string(), z.number(), z.null()]))
      .meta({ description: 'What the device itself said, e.g. connector and errorCode' }),
    raisedAt: instant,
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: personIdSchema.nullable(),
    clearedAt: instant.nullable(),
  })
  .meta({ id: 'Alert' });

const rule = {
  enabled: z.boolean(),
  after_s: seconds.meta({ description: 'How long it must be so before anybody is told' }),
  clearAfter_s: seconds.meta({ description: 'How long it must be over before the alert clears' }),
  threshold_percent: z
    .number()
    .int()
    .min(50)
    .max(150)
    .nullable()
    .meta({ description: 'fuse-near-limit: percent of the main fuse; null elsewhere' }),
  mail: z
    .boolean()
    .meta({ description: 'To the owner and the administrators of the installing organisation' }),
};
const ruleBody = z.strictObject(rule).meta({ id: 'AlertRule' });
const ruleInForce = z
  .object({ type, ...rule, setBy: z.enum(['location', 'organisation', 'default']) })
  .meta({ id: 'AlertRuleInForce' });
const rulesSchema = z.object({ items: z.array(ruleInForce) });

const ofLocation = '/v1/locations/{locationId}/alert-rules';
const ofOrganisation = '/v1/organisations/{organisationId}/alert-rules';
const ruleName = z.string().min(1).max(40);

/** What is wrong with devices, who took it on, and when anybody is told (NB-97). */
export const alertRoutes = {
  listAlerts: route({
    method: 'get',
    path: '/v1/locations/{locationId}/alerts',
    operationId: 'listAlerts',
    summary: 'The alerts of a location, newest first',
    tag: 'alerts',
    access: onLocation('events', 'refuse'),
    params: locationParams,
    query: z.object({
      ...pageQuery,
      state: state.optional(),
      type: type.optional(),
      deviceId: uuid.optional(),
    }),
    body: null,
    response: { kind: 'json', status: 200, schema: page(alertSchema) },
    errors: ['invalid-cursor'],
  }),
  acknowledgeAlert: route({
    method: 'put',
    path: '/v1/locations/{locationId}/alerts/{alertId}/acknowledgement',
    operationId: 'acknowledgeAlert',
    summary: 'Take an alert on: it stays acknowledged until what is wrong is over',
    tag: 'alerts',
    access: onLocation('events', 'refuse'),
    params: locationParams.extend({ alertId: uuid }),
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: alertSchema },
    errors: [],
  }),
  listLocationAlertRules: route({
    method: 'get',
    path: ofLocation,
    operationId: 'listLocationAlertRules',
    summary: 'The rules in force at a location, and whose each is',
    tag: 'alerts',
    access: onLocation('events', 'refuse'),
    params: locationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: rulesSchema },
    errors: [],
  }),
  putLocationAlertRule: route({
    method: 'put',
    path: `${ofLocation}/{type}`,
    operationId: 'putLocationAlertRule',
    summary: 'Set a rule for a location',
    tag: 'alerts',
    access: onLocation('comfort', 'refuse'),
    params: locationParams.extend({ type: ruleName }),
    query: z.object({}),
    body: ruleBody,
    response: { kind: 'json', status: 200, schema: rulesSchema },
    errors: [],
  }),
  deleteLocationAlertRule: route({
    method: 'delete',
    path: `${ofLocation}/{type}`,
    operationId: 'deleteLocationAlertRule',
    summary: 'Back to the rule of the organisation, or to the usual one',
    tag: 'alerts',
    access: onLocation('comfort', 'refuse'),
    params: locationParams.extend({ type: ruleName }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
  listOrganisationAlertRules: route({
    method: 'get',
    path: ofOrganisation,
    operationId: 'listOrganisationAlertRules',
    summary: 'The rules for the locations an organisation installed',
    tag: 'alerts',
    access: onOrganisation('manage-customers'),
    params: organisationParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: rulesSchema },
    errors: [],
  }),
  putOrganisationAlertRule: route({
    method: 'put',
    path: `${ofOrganisation}/{type}`,
    operationId: 'putOrganisationAlertRule',
    summary: 'Set a rule for the locations an organisation installed; what a location sets itself goes first',
    tag: 'alerts',
    access: onOrganisation('manage-customers'),
    params: organisationParams.extend({ type: ruleName }),
    query: z.object({}),
    body: ruleBody,
    response: { kind: 'json', status: 200, schema: rulesSchema },
    errors: [],
  }),
  deleteOrganisationAlertRule: route({
    method: 'delete',
    path: `${ofOrganisation}/{type}`,
    operationId: 'deleteOrganisationAlertRule',
    summary: 'Back to the usual rule',
    tag: 'alerts',
    access: onOrganisation('manage-customers'),
    params: organisationParams.extend({ type: ruleName }),
    query: z.object({}),
    body: null,
    response: { kind: 'empty', status: 204 },
    errors: [],
  }),
};
