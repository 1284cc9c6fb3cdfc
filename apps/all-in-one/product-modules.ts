import type { DynamicModule } from '@nestjs/common';
import { ApiModule } from '#apps/api/api-module.js';
import { defaultIngressLimits, plainSecurity } from '#apps/ingress/ingress-config.js';
import { IngressModule } from '#apps/ingress/ingress.module.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryModule } from '#apps/telemetry/telemetry-module.js';
import { CommandRightsModule } from './command-rights-module.js';

/** The whole product without its allocator, for the journeys of installations from their boxes to their end. */
export const productModules = (): DynamicModule[] => [
  SharingModule.register(),
  ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  TelemetryModule.register(defaultTelemetryConfig),
  { module: CommandRightsModule, global: true },
  IngressModule.register({
    host: '127.0.0.1',
    ocppPort: 0,
    mqttHost: '127.0.0.1',
    mqttPort: 0,
    instance: 'box-to-site',
    quirksFile: null,
    security: plainSecurity,
    limits: { ...defaultIngressLimits, sweepInterval_ms: 50 },
  }),
];
