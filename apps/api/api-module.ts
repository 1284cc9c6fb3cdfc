import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '#libs/platform/logger.js';
import { LOGGER } from '#libs/platform/tokens.js';
import { API_CONFIG, type ApiConfig } from './api-config.js';
import { BulkController } from './bulk/bulk-controller.js';
import { BulkWorker } from './bulk/bulk-worker.js';
import { AlertController } from './alert-controller.js';
import { CampaignController } from './campaigns/campaign-controller.js';
import { CampaignOrders } from './campaigns/campaign-orders.js';
import { CampaignRound } from './campaigns/campaign-round.js';
import { CampaignSelection } from './campaigns/campaign-selection.js';
import { CampaignWorker } from './campaigns/campaign-worker.js';
import { FirmwareController } from './campaigns/firmware-controller.js';
import { FirmwareImages } from './campaigns/firmware-images.js';
import { FirmwareOffers } from './campaigns/firmware-offers.js';
import { PublicAddress } from './campaigns/public-address.js';
import { CommandController } from './command-controller.js';
import { CommandPreparation } from './command-preparation.js';
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
import { ChecklistController } from './provisioning/checklist-controller.js';
import { ClaimController } from './provisioning/claim-controller.js';
import { DeviceClaims } from './provisioning/device-claims.js';
import { FactoryController } from './provisioning/factory-controller.js';
import { FactoryImport } from './provisioning/factory-import.js';
import { FactoryPins } from './provisioning/factory-pins.js';
import { Possession } from './provisioning/possession.js';
import { ReleaseController } from './provisioning/release-controller.js';
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
        FactoryController,
        ClaimController,
        ReleaseController,
        ChecklistController,
        AlertController,
        FirmwareController,
        CampaignController,
      ],
      providers: [
        { provide: API_CONFIG, useValue: config },
        ApiMounts,
        BulkWorker,
        CommandPreparation,
        DeviceAdministration,
        HubConfiguration,
        LiveSites,
        SiteChanges,
        FactoryImport,
        FactoryPins,
        Possession,
        DeviceClaims,
        PublicAddress,
        FirmwareImages,
        FirmwareOffers,
        CampaignSelection,
        CampaignOrders,
        CampaignRound,
        CampaignWorker,
      ],
      exports: [DeviceAdministration],
    };
  }
}
