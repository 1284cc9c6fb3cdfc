import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK } from '#libs/platform/tokens.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressConfig } from './ingress-config.js';
import { CERTIFICATE_AUTHORITY } from './certificates/authority.js';
import { openLocalAuthority } from './certificates/local-authority.js';
import { Ingress, INGRESS_CONFIG } from './ingress.js';

/** Needs PlatformModule and a global provider of COMMAND_RIGHTS beside it. */
@Module({})
export class IngressModule {
  static register(config: IngressConfig): DynamicModule {
    return {
      module: IngressModule,
      providers: [
        { provide: INGRESS_CONFIG, useValue: config },
        {
          provide: CERTIFICATE_AUTHORITY,
          inject: [CLOCK],
          useFactory: async (clock: Clock) => {
            const { authorityFolder: folder } = config.security;
            if (folder === null) return null;
            return openLocalAuthority({
              folder,
              clock,
              stationValidity_days: config.limits.stationCertificate_days,
            });
          },
        },
        Ingress,
      ],
      exports: [Ingress],
    };
  }
}
