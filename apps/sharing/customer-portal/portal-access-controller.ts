import { Controller, Inject } from '@nestjs/common';
import type { z } from 'zod';
import { portalAccessRoutes, type portalAccessSchema } from '#libs/contracts/http/portal-access-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteRequest } from '#libs/platform/http/route-request.js';
import { PortalAccesses, type PortalAccess } from './portal-access.js';

@Controller()
export class PortalAccessController {
  constructor(@Inject(PortalAccesses) private readonly accesses: PortalAccesses) {}

  @Route(portalAccessRoutes.getCustomerPortalAccess)
  async getOfCustomer({ person, params }: RouteRequest<typeof portalAccessRoutes.getCustomerPortalAccess>) {
    return view(await this.accesses.read(person.personId, params.organisationId, customer(params)));
  }

  @Route(portalAccessRoutes.putCustomerPortalAccess)
  async putOfCustomer({
    person,
    params,
    body,
  }: RouteRequest<typeof portalAccessRoutes.putCustomerPortalAccess>) {
    const event = body.enabled
      ? ({ type: 'enable', restricted: false } as const)
      : ({ type: 'disable' } as const);
    const { personId } = person;
    return view(await this.accesses.change(personId, params.organisationId, customer(params), event));
  }

  @Route(portalAccessRoutes.regenerateCustomerPortalCode)
  async regenerateOfCustomer({
    person,
    params,
  }: RouteRequest<typeof portalAccessRoutes.regenerateCustomerPortalCode>) {
    const event = { type: 'regenerate' } as const;
    const { personId } = person;
    return view(await this.accesses.change(personId, params.organisationId, customer(params), event));
  }

  @Route(portalAccessRoutes.getLocationPortalAccess)
  async getOfLocation({ person, params }: RouteRequest<typeof portalAccessRoutes.getLocationPortalAccess>) {
    return view(await this.accesses.read(person.personId, params.organisationId, location(params)));
  }

  @Route(portalAccessRoutes.putLocationPortalAccess)
  async putOfLocation({
    person,
    params,
    body,
  }: RouteRequest<typeof portalAccessRoutes.putLocationPortalAccess>) {
    const event = body.enabled
      ? ({ type: 'enable', restricted: body.restricted } as const)
      : ({ type: 'disable' } as const);
    const { personId } = person;
    return view(await this.accesses.change(personId, params.organisationId, location(params), event));
  }

  @Route(portalAccessRoutes.regenerateLocationPortalCode)
  async regenerateOfLocation({
    person,
    params,
  }: RouteRequest<typeof portalAccessRoutes.regenerateLocationPortalCode>) {
    const event = { type: 'regenerate' } as const;
    const { personId } = person;
    return view(await this.accesses.change(personId, params.organisationId, location(params), event));
  }
}

const customer = ({ customerId }: { readonly customerId: string }) => ({ customerId });
const location = ({ locationId }: { readonly locationId: string }) => ({ locationId });

const view = ({ changedAt, tokens, ...access }: PortalAccess): z.input<typeof portalAccessSchema> => ({
  ...access,
  changedAt: changedAt?.toISOString() ?? null,
  tokens: [...tokens],
});
