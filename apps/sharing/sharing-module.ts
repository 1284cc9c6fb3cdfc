import { Module, type DynamicModule } from '@nestjs/common';
import { GrantController } from './grant-controller.js';
import { LocationController } from './location-controller.js';
import { MeController } from './me-controller.js';
import { OrganisationController } from './organisation-controller.js';
import { Sharing } from './sharing.js';

/** Who may do what, and its HTTP surface. Needs PlatformModule, GateModule and HttpModule beside it. */
@Module({})
export class SharingModule {
  static register(): DynamicModule {
    return {
      module: SharingModule,
      controllers: [MeController, OrganisationController, LocationController, GrantController],
      providers: [Sharing],
      exports: [Sharing],
    };
  }
}
