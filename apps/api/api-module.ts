import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '#libs/platform/logger.js';
import { LOGGER } from '#libs/platform/tokens.js';
import { API_CONFIG, type ApiConfig } from './api-config.js';
import { BulkController } from './bulk/bulk-controller.js';
import { BulkWorker } from './bulk/bulk-worker.js';
import { CommandController } from './command-controller.js';
import { DeviceAdministration } from './device-administration.js';
import { DeviceController } from './device-controller.js';
import { DeviceSecurityController } from './device-security-controller.js';
import { HistoryController } from './history-controller.js';
import { HubConfiguration } from './hub-configuration.js';
import { LiveController } from './live/live-controller.js';
import { LiveSites } from './live/live-sites.js';
import { NodeLimitController } from './node-limit-controller.js';
import { mountPortal } from './portal-files.js';
import { PriceController } from './price-controller.js';
import { mountSharingProxy } from './sharing-proxy.js';
import { QuarantineController } from './quarantine-controller.js';
import { SiteChanges } from './site-changes.js';
import { TokenController } from './token-controller.js';
import { TopologyController } from './topology-controller.js';
import { TwinController } from './twin-controller.js';
import { VariableController } from './variable-controller.js';

class ApiMounts implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    if (this.config.sharing.mode === 'proxy') mountSharingProxy(server, this.config.sharing.url);
    if (this.config.portalFolder !== null) mountPortal(server, this.config.portalFolder, this.logger);
  }
}

/** Devices, live state, history and commands over HTTP, and the portal. Needs PlatformModule, GateModule and HttpModule. */
@Module({})
export class ApiModule {
  static register(config: ApiConfig): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        DeviceController,
        DeviceSecurityController,
        TopologyController,
        NodeLimitController,
        PriceController,
        TokenController,
        QuarantineController,
        LiveController,
        HistoryController,
        BulkController,
        CommandController,
        TwinController,
        VariableController,
      ],
      providers: [
        { provide: API_CONFIG, useValue: config },
        ApiMounts,
        BulkWorker,
        DeviceAdministration,
        HubConfiguration,
        LiveSites,
        SiteChanges,
      ],
      exports: [DeviceAdministration],
    };
  }
}
