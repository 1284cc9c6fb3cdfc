import { z } from 'zod';
import { siteTopologySchema } from './topology.js';

/** Everything the simulator must know to play a site's devices: where they connect, as whom, and how they are wired. */
export const fleetSchema = z.object({
  /** The identity is appended, e.g. ws://127.0.0.1:7071/ocpp. */
  ocppUrl: z.url(),
  mqttUrl: z.url(),
  siteName: z.string(),
  topology: siteTopologySchema,
  devices: z.array(
    z.object({
      deviceId: z.string(),
      kind: z.enum(['charger', 'balancer', 'hub']),
      /** OCPP identity, or MQTT client id and user name. */
      identity: z.string(),
      secret: z.string(),
    }),
  ),
});
export type Fleet = z.infer<typeof fleetSchema>;
