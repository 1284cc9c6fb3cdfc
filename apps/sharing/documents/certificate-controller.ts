import { Controller, Inject } from '@nestjs/common';
import { documentRoutes } from '#libs/contracts/http/document-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import type { CertificateContent } from '#libs/store/documents.js';
import { DocumentReading } from './document-reading.js';
import { certificateView } from './document-view.js';
import { Documents } from './documents.js';

type Body = Omit<RouteRequest<typeof documentRoutes.createCertificate>['body'], 'onBehalfOf'>;

@Controller()
export class CertificateController {
  constructor(
    @Inject(Documents) private readonly documents: Documents,
    @Inject(DocumentReading) private readonly reading: DocumentReading,
  ) {}

  @Route(documentRoutes.createCertificate)
  async create({ person, params, body }: RouteRequest<typeof documentRoutes.createCertificate>) {
    const { onBehalfOf = null, ...words } = body;
    const { installationId } = params;
    const made = await this.documents.make(person.personId, installationId, content(words), onBehalfOf);
    return certificateView(made, await this.reading.reader(person.personId));
  }

  @Route(documentRoutes.listCertificates)
  async list({ person, params, query }: RouteRequest<typeof documentRoutes.listCertificates>) {
    const reader = await this.reading.reader(person.personId);
    return this.reading.page(params.installationId, 'certificate', query, (row) =>
      certificateView(row, reader),
    );
  }

  @Route(documentRoutes.getCertificate)
  async get({ person, params }: RouteRequest<typeof documentRoutes.getCertificate>) {
    const { installationId, certificateId } = params;
    const document = await this.reading.one(installationId, certificateId, 'certificate');
    return certificateView(document, await this.reading.reader(person.personId));
  }

  @Route(documentRoutes.updateCertificate)
  async update({ person, params, body }: RouteRequest<typeof documentRoutes.updateCertificate>) {
    const { installationId, certificateId } = params;
    const { personId } = person;
    const changed = await this.documents.change(personId, installationId, certificateId, content(body));
    return certificateView(changed, await this.reading.reader(personId));
  }

  @Route(documentRoutes.deleteCertificate)
  async delete({ person, params }: RouteRequest<typeof documentRoutes.deleteCertificate>): Promise<void> {
    const { installationId, certificateId } = params;
    await this.documents.remove(person.personId, installationId, certificateId, 'certificate');
  }

  @Route(documentRoutes.downloadCertificate)
  async download({ params }: RouteRequest<typeof documentRoutes.downloadCertificate>) {
    return this.reading.file(params.installationId, params.certificateId, 'certificate');
  }
}

const content = ({ findings, ...words }: Body): CertificateContent => ({
  kind: 'certificate',
  ...words,
  text: findings,
});
