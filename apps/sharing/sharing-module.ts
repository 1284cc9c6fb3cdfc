import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { LOGGER } from '#libs/platform/tokens.js';
import { AnswerController } from './answer-controller.js';
import { AuditController } from './audit-controller.js';
import { Changes } from './changes.js';
import { Companies } from './companies/companies.js';
import { CompanyController } from './companies/company-controller.js';
import { ResellerController } from './companies/reseller-controller.js';
import { Resellers } from './companies/resellers.js';
import { GrantController } from './grant-controller.js';
import { HubAccess } from './hubs/hub-access.js';
import { HubAccessController } from './hubs/hub-access-controller.js';
import { InvitationController } from './invitation-controller.js';
import { Invitations } from './invitations.js';
import { LocationController } from './location-controller.js';
import { logTransport, MAIL_TRANSPORT, type MailTransport } from './mail/mail-transport.js';
import { MailWorker } from './mail/mail-worker.js';
import { MailWriter } from './mail/mail-writer.js';
import { MeController } from './me-controller.js';
import { Memberships } from './memberships.js';
import { OrganisationController } from './organisation-controller.js';
import { SecretCodes } from './secret-codes.js';
import { BillingController } from './services/billing-controller.js';
import { CardServiceController } from './services/card-service-controller.js';
import { CardServices } from './services/card-services.js';
import { ServiceController } from './services/service-controller.js';
import { ServiceWorker } from './services/service-worker.js';
import { Services } from './services/services.js';
import { SIM_CARRIER, SimulatedCarrier } from './services/sim-carrier.js';
import { Sims } from './services/sims.js';
import { Sharing } from './sharing.js';
import { TransferController } from './transfer-controller.js';
import { Transfers } from './transfers.js';
import { Waiting } from './waiting.js';

/** Who may do what, and its HTTP surface. Needs PlatformModule, GateModule and HttpModule beside it. */
@Module({})
export class SharingModule {
  /** Mail goes to the log. */
  static register(): DynamicModule {
    return this.with({
      provide: MAIL_TRANSPORT,
      inject: [LOGGER],
      useFactory: (logger: Logger) => logTransport(logger),
    });
  }

  /** Mail goes by this transport. */
  static mailingBy(transport: MailTransport): DynamicModule {
    return this.with({ provide: MAIL_TRANSPORT, useValue: transport });
  }

  private static with(transport: NonNullable<DynamicModule['providers']>[number]): DynamicModule {
    return {
      module: SharingModule,
      controllers: [
        MeController,
        AnswerController,
        OrganisationController,
        CompanyController,
        ResellerController,
        ServiceController,
        CardServiceController,
        BillingController,
        HubAccessController,
        LocationController,
        GrantController,
        InvitationController,
        TransferController,
        AuditController,
      ],
      providers: [
        transport,
        SecretCodes,
        MailWriter,
        MailWorker,
        Changes,
        Sharing,
        Memberships,
        Companies,
        Resellers,
        // No contract with a carrier comes with this release.
        { provide: SIM_CARRIER, useClass: SimulatedCarrier },
        ServiceWorker,
        Services,
        CardServices,
        Sims,
        HubAccess,
        Invitations,
        Transfers,
        Waiting,
      ],
      exports: [Sharing],
    };
  }
}
