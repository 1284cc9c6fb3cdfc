import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { LOGGER } from '#libs/platform/tokens.js';
import { Acceptance } from './acceptance.js';
import { AnswerController } from './answer-controller.js';
import { AuditController } from './audit-controller.js';
import { Changes } from './changes.js';
import { CustomerPortalController } from './customer-portal/customer-portal-controller.js';
import { PortalAccesses } from './customer-portal/portal-access.js';
import { PortalAccessController } from './customer-portal/portal-access-controller.js';
import { PortalSignIn } from './customer-portal/portal-sign-in.js';
import { ConnectionController } from './connections/connection-controller.js';
import { Connections } from './connections/connections.js';
import { InboxController } from './connections/inbox-controller.js';
import { CustomerBooks } from './customers/customer-books.js';
import { CustomerController } from './customers/customer-controller.js';
import { InstallationBooks } from './customers/installation-books.js';
import { InstallationController } from './customers/installation-controller.js';
import { CertificateController } from './documents/certificate-controller.js';
import { DocumentReading } from './documents/document-reading.js';
import { Documents } from './documents/documents.js';
import { LetterheadController } from './documents/letterhead-controller.js';
import { Letterheads } from './documents/letterheads.js';
import { WorkOrderController } from './documents/work-order-controller.js';
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
import { AlertMails } from './mail/alert-mails.js';
import { logTransport, MAIL_TRANSPORT, type MailTransport } from './mail/mail-transport.js';
import { MailWorker } from './mail/mail-worker.js';
import { MailWriter } from './mail/mail-writer.js';
import { smtpTransport, type SmtpConfig } from './mail/smtp-transport.js';
import { MeController } from './me-controller.js';
import { Memberships } from './memberships.js';
import { OrganisationController } from './organisation-controller.js';
import { ReminderWorker } from './reminder-worker.js';
import { SecretCodes } from './secret-codes.js';
import { Evaluation } from './shares/evaluation.js';
import { SHARE_CONFIG, type ShareConfig } from './shares/share-config.js';
import { ShareController } from './shares/share-controller.js';
import { ShareProcessing } from './shares/share-processing.js';
import { ShareProcessingController } from './shares/share-processing-controller.js';
import { ShareRequests } from './shares/share-requests.js';
import { ShareRevocations } from './shares/share-revocations.js';
import { ShareWorker } from './shares/share-worker.js';
import { SharedGrantController } from './shares/shared-grant-controller.js';
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

const usualShares: ShareConfig = { lockFrom: 'grantedAt' };

/** Who may do what, and its HTTP surface. Needs PlatformModule, GateModule and HttpModule beside it. */
@Module({})
export class SharingModule {
  /** Mail goes to the log; the lock of shares runs from the grant. */
  static register(): DynamicModule {
    return this.sharing(usualShares);
  }

  /** Mail goes to the log. */
  static sharing(shares: ShareConfig): DynamicModule {
    const logging = {
      provide: MAIL_TRANSPORT,
      inject: [LOGGER],
      useFactory: (logger: Logger) => logTransport(logger),
    };
    return this.with(logging, shares);
  }

  /** Mail goes to a mail server. */
  static mailingOver(smtp: SmtpConfig, shares: ShareConfig): DynamicModule {
    return this.with({ provide: MAIL_TRANSPORT, useFactory: () => smtpTransport(smtp) }, shares);
  }

  /** Mail goes by this transport. */
  static mailingBy(transport: MailTransport): DynamicModule {
    return this.with({ provide: MAIL_TRANSPORT, useValue: transport }, usualShares);
  }

  private static with(
    transport: NonNullable<DynamicModule['providers']>[number],
    shares: ShareConfig,
  ): DynamicModule {
    return {
      module: SharingModule,
      controllers: [
        MeController,
        AnswerController,
        OrganisationController,
        CustomerController,
        CompanyController,
        ResellerController,
        ServiceController,
        CardServiceController,
        BillingController,
        HubAccessController,
        LocationController,
        InstallationController,
        LetterheadController,
        WorkOrderController,
        CertificateController,
        PortalAccessController,
        CustomerPortalController,
        GrantController,
        ConnectionController,
        InboxController,
        ShareController,
        ShareProcessingController,
        SharedGrantController,
        InvitationController,
        TransferController,
        AuditController,
      ],
      providers: [
        transport,
        { provide: SHARE_CONFIG, useValue: shares },
        SecretCodes,
        AlertMails,
        MailWriter,
        MailWorker,
        Changes,
        Sharing,
        Memberships,
        CustomerBooks,
        InstallationBooks,
        Letterheads,
        Documents,
        DocumentReading,
        PortalAccesses,
        PortalSignIn,
        Connections,
        ShareRequests,
        Evaluation,
        ShareRevocations,
        ShareProcessing,
        ShareWorker,
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
        Acceptance,
        ReminderWorker,
        Transfers,
        Waiting,
      ],
      exports: [Sharing],
    };
  }
}
