import { z } from 'zod';
import { serviceLabels } from '#libs/entitlements/service-subscription.js';
import { deviceParams, instant, organisationParams, personIdSchema, uuid } from './common.js';
import { countrySchema } from './company-routes.js';
import { minorUnits, servicePackageSchema } from './reseller-routes.js';
import { onDevice, onOrganisation, route } from './route.js';

export const serviceLabelSchema = z.enum(serviceLabels).meta({ id: 'ServiceLabel' });

export const serviceSchema = z
  .object({
    serviceId: uuid,
    deviceId: uuid,
    packageId: uuid,
    packageName: z.string(),
    reseller: z.object({ organisationId: uuid, name: z.string() }),
    /** The dealer that activated it; null when a user pays by card. */
    dealerId: uuid.nullable(),
    label: serviceLabelSchema,
    withSim: z.boolean(),
    activatedAt: instant,
    /** While it expires soon: the first instant at which it is over (AJ-27). */
    endsAt: instant.nullable(),
    /** IANA zone in which its months are counted. */
    timeZone: z.string(),
  })
  .meta({ id: 'Service' });

const simSchema = z
  .object({
    iccid: z.string(),
    state: z.enum(['on', 'off', 'switching-on', 'switching-off']),
  })
  .meta({ id: 'HubSim' });

/** A tile of the dealer's list (AJ-23, AJ-26, AJ-28, AJ-33). */
const hubTile = z
  .object({
    deviceId: uuid,
    name: z.string(),
    locationId: uuid,
    locationName: z.string(),
    hasSim: z.boolean(),
    label: serviceLabelSchema,
    services: z.array(serviceSchema),
  })
  .meta({ id: 'HubTile' });

const hubServices = z
  .object({ sim: simSchema.nullable(), label: serviceLabelSchema, services: z.array(serviceSchema) })
  .meta({ id: 'HubServices' });

const cardService = serviceSchema
  .extend({
    payerPersonId: personIdSchema,
    currency: z.string(),
    charged_minor: minorUnits,
    /** What a stop gave back; null while it was not stopped. */
    refunded_minor: minorUnits.nullable(),
  })
  .meta({ id: 'CardService' });

/** AJ-36: each command says that it is meant. */
const confirmed = z.literal(true);
const confirmation = z.strictObject({ confirmed });
const activation = z.strictObject({
  /** May be left out where there is one choice (AJ-24). */
  resellerId: uuid.optional(),
  packageId: uuid.optional(),
  confirmed,
});

const activationErrors = [
  'not-a-dealer',
  'reseller-not-connected',
  'choose-reseller',
  'choose-package',
  'country-not-served',
  'sim-missing',
  'service-active',
] as const;
const service = { kind: 'json', status: 200, schema: serviceSchema } as const;
const query = z.object({});

const fromList = { tag: 'services', access: onOrganisation('manage-services'), query } as const;
const listed = organisationParams.extend({ serviceId: uuid });
const fromHub = { tag: 'services', access: onDevice('services', 'refuse'), query } as const;
const atHub = deviceParams.extend({ serviceId: uuid });
const byCard = { tag: 'services', access: onDevice('telemetry', 'refuse'), query } as const;

const list = '/v1/organisations/{organisationId}';
const hub = '/v1/hubs/{deviceId}';
const changeErrors = ['service-over', 'service-not-active', 'service-not-expiring'] as const;

export const serviceRoutes = {
  listHubTiles: route({
    ...fromList,
    method: 'get',
    path: `${list}/hubs`,
    operationId: 'listHubTiles',
    summary: "The dealer's hubs and how their services stand",
    params: organisationParams,
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(hubTile) }) },
    errors: ['not-a-dealer'],
  }),
  activateFromList: route({
    ...fromList,
    method: 'post',
    path: `${list}/hubs/{deviceId}/services`,
    operationId: 'activateFromList',
    summary: 'Activate a package on a hub; the reseller is billed (AJ-25)',
    params: organisationParams.extend({ deviceId: uuid }),
    body: activation,
    response: { kind: 'json', status: 201, schema: serviceSchema },
    errors: activationErrors,
  }),
  deactivateFromList: route({
    ...fromList,
    method: 'post',
    path: `${list}/services/{serviceId}/deactivate`,
    operationId: 'deactivateFromList',
    summary: 'Let the service run to the end of the month (AJ-27)',
    params: listed,
    body: confirmation,
    response: service,
    errors: changeErrors,
  }),
  resumeFromList: route({
    ...fromList,
    method: 'post',
    path: `${list}/services/{serviceId}/resume`,
    operationId: 'resumeFromList',
    summary: 'Keep a service that would expire (AJ-29)',
    params: listed,
    body: confirmation,
    response: service,
    errors: changeErrors,
  }),
  stopFromList: route({
    ...fromList,
    method: 'post',
    path: `${list}/services/{serviceId}/stop`,
    operationId: 'stopFromList',
    summary: 'Stop the service at once, and the SIM with it (AJ-31)',
    params: listed,
    body: confirmation,
    response: service,
    errors: changeErrors,
  }),
  getHubServices: route({
    method: 'get',
    path: `${hub}/services`,
    operationId: 'getHubServices',
    summary: "The hub's SIM and services",
    tag: 'services',
    access: onDevice('telemetry', 'refuse'),
    params: deviceParams,
    query,
    body: null,
    response: { kind: 'json', status: 200, schema: hubServices },
    errors: [],
  }),
  putSim: route({
    method: 'put',
    path: `${hub}/sim`,
    operationId: 'putSim',
    summary: 'Say which SIM is in the hub (AJ-22)',
    tag: 'services',
    access: onDevice('electrical', 'refuse'),
    params: deviceParams,
    query,
    body: z.strictObject({
      iccid: z.string().regex(/^\d{18,22}$/, 'the 18 to 22 digits printed on the SIM'),
    }),
    response: { kind: 'json', status: 200, schema: simSchema },
    errors: ['sim-unknown', 'sim-taken', 'services-active', 'wrong-device-kind'],
  }),
  activateFromHub: route({
    ...fromHub,
    method: 'post',
    path: `${hub}/services`,
    operationId: 'activateFromHub',
    summary: "The same as from the list, in the company's context",
    params: deviceParams,
    body: activation,
    response: { kind: 'json', status: 201, schema: serviceSchema },
    errors: [...activationErrors, 'company-context-needed'],
  }),
  deactivateFromHub: route({
    ...fromHub,
    method: 'post',
    path: `${hub}/services/{serviceId}/deactivate`,
    operationId: 'deactivateFromHub',
    summary: "The same as from the list, in the company's context",
    params: atHub,
    body: confirmation,
    response: service,
    errors: [...changeErrors, 'company-context-needed'],
  }),
  resumeFromHub: route({
    ...fromHub,
    method: 'post',
    path: `${hub}/services/{serviceId}/resume`,
    operationId: 'resumeFromHub',
    summary: "The same as from the list, in the company's context",
    params: atHub,
    body: confirmation,
    response: service,
    errors: [...changeErrors, 'company-context-needed'],
  }),
  stopFromHub: route({
    ...fromHub,
    method: 'post',
    path: `${hub}/services/{serviceId}/stop`,
    operationId: 'stopFromHub',
    summary: "The same as from the list, in the company's context",
    params: atHub,
    body: confirmation,
    response: service,
    errors: [...changeErrors, 'company-context-needed'],
  }),
  listCardPackages: route({
    ...byCard,
    method: 'get',
    path: `${hub}/card-packages`,
    operationId: 'listCardPackages',
    summary: 'Packages that a user may pay for by card in a country',
    params: deviceParams,
    query: z.object({ country: countrySchema }),
    body: null,
    response: { kind: 'json', status: 200, schema: z.object({ items: z.array(servicePackageSchema) }) },
    errors: [],
  }),
  activateByCard: route({
    ...byCard,
    method: 'post',
    path: `${hub}/card-services`,
    operationId: 'activateByCard',
    summary: 'Activate a package yourself, where no company or professional looks after the hub (AJ-38)',
    params: deviceParams,
    body: z.strictObject({ packageId: uuid, country: countrySchema, confirmed }),
    response: { kind: 'json', status: 201, schema: cardService },
    errors: ['professional-present', 'choose-package', 'country-not-served', 'sim-missing', 'service-active'],
  }),
  deactivateByCard: route({
    ...byCard,
    method: 'post',
    path: `${hub}/card-services/{serviceId}/deactivate`,
    operationId: 'deactivateByCard',
    summary: 'Let the service run to the end of the paid month, without a refund',
    params: atHub,
    body: confirmation,
    response: { kind: 'json', status: 200, schema: cardService },
    errors: changeErrors,
  }),
  resumeByCard: route({
    ...byCard,
    method: 'post',
    path: `${hub}/card-services/{serviceId}/resume`,
    operationId: 'resumeByCard',
    summary: 'Keep a service that would expire',
    params: atHub,
    body: confirmation,
    response: { kind: 'json', status: 200, schema: cardService },
    errors: changeErrors,
  }),
  stopByCard: route({
    ...byCard,
    method: 'post',
    path: `${hub}/card-services/{serviceId}/stop`,
    operationId: 'stopByCard',
    summary: 'Stop at once; what is left of the paid month is refunded',
    params: atHub,
    body: confirmation,
    response: { kind: 'json', status: 200, schema: cardService },
    errors: changeErrors,
  }),
};
