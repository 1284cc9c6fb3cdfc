import { z } from 'zod';
import { campaignStates } from '#libs/devices/firmware-campaign.js';
import { firmwareUpdateStates } from '#libs/devices/firmware-update.js';
import { instant, nameSchema, organisationParams, page, pageQuery, uuid } from './common.js';
import { onOrganisation, route } from './route.js';

const count = z.number().int().min(0).max(1_000_000);
const minuteOfDay = z.number().int().min(0).max(1_439);

const rulesSchema = z
  .strictObject({
    stages: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('share'), percent: z.number().int().min(1).max(100) }),
          z.strictObject({ kind: z.literal('count'), devices: z.number().int().min(1).max(100_000) }),
        ]),
      )
      .max(10)
      .meta({ description: 'One after the other; behind the last come all that are left' }),
    atOnce: z.number().int().min(1).max(1_000).default(10),
    window: z
      .strictObject({ from_min: minuteOfDay, to_min: minuteOfDay })
      .nullable()
      .default(null)
      .meta({ description: "Minutes of the location's own day in which devices are offered it; null: any" }),
    abortShare_percent: z.number().int().min(1).max(100).default(10).meta({
      description: "When failed devices are this share of the open stage's, the campaign halts",
    }),
    retries: z.number().int().min(0).max(10).default(2),
    retryPause_s: z.number().int().min(0).max(86_400).default(600),
    offlinePatience_s: z
      .number()
      .int()
      .min(0)
      .max(31_536_000)
      .default(604_800)
      .meta({ description: 'A device that is out of reach so long after the start is skipped' }),
  })
  .meta({ id: 'CampaignRules' });

const campaignSchema = z
  .object({
    campaignId: uuid,
    imageId: uuid,
    version: z.string(),
    name: nameSchema,
    state: z.enum(campaignStates),
    rules: rulesSchema,
    counts: z.object(Object.fromEntries(firmwareUpdateStates.map((state) => [state, count]))),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'FirmwareCampaign' });

const campaignDeviceSchema = z
  .object({
    deviceId: uuid,
    name: z.string(),
    state: z.enum(firmwareUpdateStates),
    reason: z.string().nullable().meta({ description: 'Stable code of why, e.g. right-gone, wrong-model' }),
    attempt: count,
    interruptions: count,
    since: instant,
    commandId: uuid.nullable(),
  })
  .meta({ id: 'FirmwareCampaignDevice' });

const campaigns = '/v1/organisations/{organisationId}/firmware-campaigns';
const campaignParams = organisationParams.extend({ campaignId: uuid });
const access = onOrganisation('manage-customers');

/** New firmware for many devices, in stages; each is asked in the name of who started the campaign. */
export const campaignRoutes = {
  createCampaign: route({
    method: 'post',
    path: campaigns,
    operationId: 'createCampaign',
    summary: 'Set a campaign up; nothing happens before it is started',
    tag: 'firmware',
    access,
    params: organisationParams,
    query: z.object({}),
    body: z.strictObject({
      name: nameSchema,
      imageId: uuid,
      locationIds: z.array(uuid).max(10_000).default([]),
      deviceIds: z.array(uuid).max(10_000).default([]),
      rules: rulesSchema,
    }),
    response: { kind: 'json', status: 201, schema: campaignSchema },
    errors: ['image-incomplete', 'no-public-address', 'not-for-configuring', 'nothing-selected'],
  }),
  listCampaigns: route({
    method: 'get',
    path: campaigns,
    operationId: 'listCampaigns',
    summary: 'The campaigns of an organisation, newest first',
    tag: 'firmware',
    access,
    params: organisationParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(campaignSchema) },
    errors: ['invalid-cursor'],
  }),
  getCampaign: route({
    method: 'get',
    path: `${campaigns}/{campaignId}`,
    operationId: 'getCampaign',
    summary: 'One campaign and how far its devices are',
    tag: 'firmware',
    access,
    params: campaignParams,
    query: z.object({}),
    body: null,
    response: { kind: 'json', status: 200, schema: campaignSchema },
    errors: [],
  }),
  listCampaignDevices: route({
    method: 'get',
    path: `${campaigns}/{campaignId}/devices`,
    operationId: 'listCampaignDevices',
    summary: 'The devices of a campaign in the order of their turns, each with its state and reason',
    tag: 'firmware',
    access,
    params: campaignParams,
    query: z.object(pageQuery),
    body: null,
    response: { kind: 'json', status: 200, schema: page(campaignDeviceSchema) },
    errors: ['invalid-cursor'],
  }),
  orderCampaign: route({
    method: 'post',
    path: `${campaigns}/{campaignId}/transitions`,
    operationId: 'orderCampaign',
    summary: 'Start, pause, resume or cancel it; who starts or resumes it is the one who asks the devices',
    tag: 'firmware',
    access,
    params: campaignParams,
    query: z.object({}),
    body: z.strictObject({ order: z.enum(['start', 'pause', 'resume', 'cancel']) }),
    response: { kind: 'json', status: 200, schema: campaignSchema },
    errors: ['campaign-step-over'],
  }),
};
