import { Module, type DynamicModule } from '@nestjs/common';
import type { IngressConfig } from './ingress-config.js';
import { Ingress, INGRESS_CONFIG } from './ingress.js';

/** Needs PlatformModule and a global provider of COMMAND_RIGHTS beside it. */
@Module({})
export class IngressModule {
  static register(config: IngressConfig): DynamicModule {
    return {
      module: IngressModule,
      providers: [{ provide: INGRESS_CONFIG, useValue: config }, Ingress],
      exports: [Ingress],
    };
  }
}
