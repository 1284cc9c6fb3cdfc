import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from '#libs/platform/logger.js';
import { LOGGER } from '#libs/platform/tokens.js';
import { AnswerController } from './answer-controller.js';
import { AuditController } from './audit-controller.js';
import { Changes } from './changes.js';
import { CustomerPortalController } from './customer-portal/customer-portal-controller.js';
import { PortalAccesses } from './customer-portal/portal-access.js';
import { PortalAccessController } from './customer-portal/portal-access-controller.js';
import { PortalSignIn } from './customer-portal/portal-sign-in.js';
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
import { GrantController } from './grant-controller.js';
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
        CustomerController,
        LocationController,
        InstallationController,
        LetterheadController,
        WorkOrderController,
        CertificateController,
        PortalAccessController,
        CustomerPortalController,
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
        CustomerBooks,
        InstallationBooks,
        Letterheads,
        Documents,
        DocumentReading,
        PortalAccesses,
        PortalSignIn,
        Invitations,
        Transfers,
        Waiting,
      ],
      exports: [Sharing],
    };
  }
}
