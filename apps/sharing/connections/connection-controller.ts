import { Controller, Inject } from '@nestjs/common';
import { connectionRoutes } from '#libs/contracts/http/connection-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { Connections } from './connections.js';

@Controller()
export class ConnectionController {
  constructor(@Inject(Connections) private readonly connections: Connections) {}

  @Route(connectionRoutes.requestConnection)
  request({ person, params, body }: RouteRequest<typeof connectionRoutes.requestConnection>) {
    return this.connections.request(person.personId, params.organisationId, body);
  }

  @Route(connectionRoutes.listConnections)
  async list({ params }: RouteRequest<typeof connectionRoutes.listConnections>) {
    return { items: [...(await this.connections.list(params.organisationId))] };
  }

  @Route(connectionRoutes.approveConnection)
  approve({ person, params }: RouteRequest<typeof connectionRoutes.approveConnection>) {
    return this.connections.answer(person.personId, params.organisationId, params.connectionId, 'approve');
  }

  @Route(connectionRoutes.rejectConnection)
  reject({ person, params }: RouteRequest<typeof connectionRoutes.rejectConnection>) {
    return this.connections.answer(person.personId, params.organisationId, params.connectionId, 'reject');
  }

  @Route(connectionRoutes.withdrawConnection)
  withdraw({ person, params }: RouteRequest<typeof connectionRoutes.withdrawConnection>) {
    return this.connections.answer(person.personId, params.organisationId, params.connectionId, 'withdraw');
  }

  @Route(connectionRoutes.closeConnection)
  close({ person, params }: RouteRequest<typeof connectionRoutes.closeConnection>) {
    return this.connections.answer(person.personId, params.organisationId, params.connectionId, 'close');
  }
}
