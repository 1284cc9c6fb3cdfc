import { commandRequestSchema } from '#libs/contracts/command.js';
import { deviceSettingsSchema } from '#libs/contracts/settings.js';
import { siteTopologySchema } from '#libs/contracts/topology.js';

/** Shapes of the house that HTTP bodies share, each under one name in the OpenAPI document. */
export const commandRequestComponent = commandRequestSchema.meta({ id: 'CommandRequest' });
export const deviceSettingsComponent = deviceSettingsSchema.meta({ id: 'DeviceSettings' });
export const siteTopologyComponent = siteTopologySchema.meta({ id: 'SiteTopology' });
