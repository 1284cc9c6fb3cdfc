import { Inject, Injectable } from '@nestjs/common';
import { contextOf, deleteCompany, enrol, type EnrolmentRefusal } from '#libs/entitlements/company.js';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import { problem } from '#libs/platform/http/problems.js';
import {
  closeCompany,
  companyById,
  countOwnLocations,
  grantsTo,
  insertDealer,
  insertReseller,
  type CompanyRow,
  type EnrolmentForm,
  type ResellerEnrolment,
} from '#libs/store/companies.js';
import { endGrant } from '#libs/store/grants.js';
import { endMembership } from '#libs/store/organisations.js';
import { liveServicesOf } from '#libs/store/services.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, type Work } from '../changes.js';
import { settleHubAccess } from '../hubs/settle.js';

const refusals: Readonly<Record<EnrolmentRefusal, ProblemCode>> = {
  'not-the-owner': 'forbidden',
  'not-a-company': 'forbidden',
  'company-context-needed': 'company-context-needed',
  'country-not-served': 'country-not-served',
};

/** In whose name the request came (AJ-02). */
interface Enrolling {
  readonly organisationId: string;
  readonly context: string | null;
}

/** Companies: what they enrol for, and their end (AJ-05 to AJ-08, AJ-34). */
@Injectable()
export class Companies {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  /** Enrolling again changes nothing. */
  enrolDealer(actor: PersonId, enrolling: Enrolling, form: EnrolmentForm): Promise<CompanyRow> {
    return this.changes.run(actor, async (work) => {
      const entitlement = await requireEnrolment(work, enrolling);
      const { organisationId } = enrolling;
      if (await insertDealer(work.client, organisationId, form, work.by)) {
        await work.audit({
          action: 'dealer-enrolled',
          entitlement,
          organisationId,
          subjectId: organisationId,
        });
      }
      return found(await companyById(work.client, organisationId));
    });
  }

  enrolReseller(
    actor: PersonId,
    enrolling: Enrolling,
    form: EnrolmentForm & Pick<ResellerEnrolment, 'description' | 'timeZone'>,
  ): Promise<CompanyRow> {
    return this.changes.run(actor, async (work) => {
      const entitlement = await requireEnrolment(work, enrolling);
      const { organisationId } = enrolling;
      if (await insertReseller(work.client, organisationId, form, work.by)) {
        await work.audit({
          action: 'reseller-enrolled',
          entitlement,
          organisationId,
          subjectId: organisationId,
          detail: { timeZone: form.timeZone },
        });
      }
      return found(await companyById(work.client, organisationId));
    });
  }

  /** AJ-34. What it was given and its memberships end with it. */
  delete(actor: PersonId, organisationId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { members, entitlement } = await requireOrganisationRight(work, 'enrol', organisationId);
      const deleted = deleteCompany({
        liveServices: (await liveServicesOf(work.client, organisationId, work.by.at)).length,
        ownLocations: await countOwnLocations(work.client, organisationId),
      });
      if (!deleted.ok) throw problem(deleted.error);
      await closeCompany(work.client, organisationId, work.by);
      for (const { grantId, locationId } of await grantsTo(work.client, organisationId)) {
        await endGrant(work.change, grantId, 'relinquished', work.by);
        if (locationId !== null) await settleHubAccess(work, locationId);
      }
      for (const { membershipId } of members) await endMembership(work.change, membershipId, work.by);
      await work.audit({ action: 'company-deleted', entitlement, organisationId, subjectId: organisationId });
    });
  }
}

async function requireEnrolment(work: Work, { organisationId, context }: Enrolling): Promise<string> {
  const { self, entitlement } = await requireOrganisationRight(work, 'enrol', organisationId);
  const company = found(await companyById(work.client, organisationId));
  const { kind, country } = company;
  const enrolled = enrol({ organisationId, kind, country, role: self.role, context: contextOf(context) });
  if (!enrolled.ok) throw problem(refusals[enrolled.error]);
  return entitlement;
}

function found<Row>(row: Row | null): Row {
  if (row === null) throw problem('not-found');
  return row;
}
