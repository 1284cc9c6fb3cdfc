import { Controller, Inject } from '@nestjs/common';
import { documentRoutes } from '#libs/contracts/http/document-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import type { WorkOrderContent } from '#libs/store/documents.js';
import { DocumentReading } from './document-reading.js';
import { workOrderView } from './document-view.js';
import { Documents } from './documents.js';

type Body = Omit<RouteRequest<typeof documentRoutes.createWorkOrder>['body'], 'onBehalfOf'>;

@Controller()
export class WorkOrderController {
  constructor(
    @Inject(Documents) private readonly documents: Documents,
    @Inject(DocumentReading) private readonly reading: DocumentReading,
  ) {}

  @Route(documentRoutes.createWorkOrder)
  async create({ person, params, body }: RouteRequest<typeof documentRoutes.createWorkOrder>) {
    const { onBehalfOf = null, ...words } = body;
    const { installationId } = params;
    const made = await this.documents.make(person.personId, installationId, content(words), onBehalfOf);
    return workOrderView(made, await this.reading.reader(person.personId));
  }

  @Route(documentRoutes.listWorkOrders)
  async list({ person, params, query }: RouteRequest<typeof documentRoutes.listWorkOrders>) {
    const reader = await this.reading.reader(person.personId);
    return this.reading.page(params.installationId, 'work-order', query, (row) => workOrderView(row, reader));
  }

  @Route(documentRoutes.getWorkOrder)
  async get({ person, params }: RouteRequest<typeof documentRoutes.getWorkOrder>) {
    const { installationId, workOrderId } = params;
    const document = await this.reading.one(installationId, workOrderId, 'work-order');
    return workOrderView(document, await this.reading.reader(person.personId));
  }

  @Route(documentRoutes.updateWorkOrder)
  async update({ person, params, body }: RouteRequest<typeof documentRoutes.updateWorkOrder>) {
    const { installationId, workOrderId } = params;
    const { personId } = person;
    const changed = await this.documents.change(personId, installationId, workOrderId, content(body));
    return workOrderView(changed, await this.reading.reader(personId));
  }

  @Route(documentRoutes.deleteWorkOrder)
  async delete({ person, params }: RouteRequest<typeof documentRoutes.deleteWorkOrder>): Promise<void> {
    const { installationId, workOrderId } = params;
    await this.documents.remove(person.personId, installationId, workOrderId, 'work-order');
  }

  @Route(documentRoutes.downloadWorkOrder)
  async download({ params }: RouteRequest<typeof documentRoutes.downloadWorkOrder>) {
    return this.reading.file(params.installationId, params.workOrderId, 'work-order');
  }
}

const content = ({ description, doneAt, ...words }: Body): WorkOrderContent => ({
  kind: 'work-order',
  ...words,
  text: description,
  doneAt: doneAt === null ? null : new Date(doneAt),
});
