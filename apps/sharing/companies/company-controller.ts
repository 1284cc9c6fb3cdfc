import { Controller, Inject } from '@nestjs/common';
import { companyRoutes } from '#libs/contracts/http/company-routes.js';
import { featuresOf } from '#libs/entitlements/company.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { companyById, type CompanyRow, type EnrolmentForm } from '#libs/store/companies.js';
import { membershipInvitationsOf } from '#libs/store/membership-invitations.js';
import { membersOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { Companies } from './companies.js';

type Company = RouteAnswer<typeof companyRoutes.getCompany>;
type Employee = RouteAnswer<typeof companyRoutes.listEmployees>['items'][number];

@Controller()
export class CompanyController {
  constructor(
    @Inject(Companies) private readonly companies: Companies,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(companyRoutes.getCompany)
  async get({ params }: RouteRequest<typeof companyRoutes.getCompany>) {
    const row = await companyById(this.pool, params.organisationId);
    if (!row) throw problem('not-found');
    return companyView(row);
  }

  @Route(companyRoutes.enrolDealer)
  async enrolDealer({ person, params, body, context }: RouteRequest<typeof companyRoutes.enrolDealer>) {
    return companyView(await this.companies.enrolDealer(person.personId, { ...params, context }, body));
  }

  @Route(companyRoutes.enrolReseller)
  async enrolReseller({ person, params, body, context }: RouteRequest<typeof companyRoutes.enrolReseller>) {
    return companyView(await this.companies.enrolReseller(person.personId, { ...params, context }, body));
  }

  /** AJ-15: whoever was invited is in the list at once. */
  @Route(companyRoutes.listEmployees)
  async employees({ params }: RouteRequest<typeof companyRoutes.listEmployees>) {
    const members = await membersOf(this.pool, params.organisationId);
    const now = new Date(this.clock.now());
    const invited = await membershipInvitationsOf(this.pool, params.organisationId, now);
    const items = [
      ...members.map(({ membershipId, personId, name, email, role }): Employee => ({
        id: membershipId,
        state: 'active',
        personId,
        name,
        email,
        role,
      })),
      ...invited.map(({ invitationId, email, role }): Employee => ({
        id: invitationId,
        state: 'invited',
        personId: null,
        name: null,
        email,
        role,
      })),
    ];
    return { items };
  }

  @Route(companyRoutes.deleteCompany)
  delete({ person, params }: RouteRequest<typeof companyRoutes.deleteCompany>): Promise<void> {
    return this.companies.delete(person.personId, params.organisationId);
  }
}

const companyView = ({ dealer, reseller, ...company }: CompanyRow): Company => ({
  ...company,
  dealer: dealer && { ...formView(dealer) },
  reseller: reseller && {
    ...formView(reseller),
    description: reseller.description,
    timeZone: reseller.timeZone,
  },
  features: featuresOf({ dealer: dealer !== null, reseller: reseller !== null }),
});

const formView = (form: EnrolmentForm & { readonly enrolledAt: Date }) => ({
  legalName: form.legalName,
  registrationNumber: form.registrationNumber,
  contactEmail: form.contactEmail,
  phone: form.phone,
  enrolledAt: form.enrolledAt.toISOString(),
});
