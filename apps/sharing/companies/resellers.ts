import { Inject, Injectable } from '@nestjs/common';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import { servedCountries } from '#libs/entitlements/company.js';
import {
  requestConnection,
  stepConnection,
  type ConnectionEvent,
  type ConnectionRefusal,
  type ConnectionState,
} from '#libs/entitlements/connection.js';
import { problem } from '#libs/platform/http/problems.js';
import { companyById } from '#libs/store/companies.js';
import {
  connectionById,
  insertConnection,
  sideOf,
  statesBetween,
  storeConnection,
  type ConnectionRow,
} from '#libs/store/connections.js';
import { tell } from '#libs/store/inbox.js';
import { queueMail } from '#libs/store/mail-queue.js';
import { insertResellerInvitation, numberDealer } from '#libs/store/reseller-connections.js';
import {
  insertPackage,
  withdrawPackage,
  type NewPackage,
  type ServicePackage,
} from '#libs/store/service-packages.js';
import { liveServicesBetween } from '#libs/store/services.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, type Work } from '../changes.js';
import { requireEnrolled } from './enrolled.js';

const refusals: Readonly<Record<ConnectionRefusal, ProblemCode>> = {
  // Neither tells a dealer that a company exists which is no reseller.
  'same-organisation': 'unknown-organisation',
  'already-connected': 'reseller-asked-before',
  'not-yours': 'forbidden',
  over: 'request-answered',
  'services-active': 'services-active',
};

/** What dealers and resellers agree: packages on offer, requests, answers, numbers (AJ-16 to AJ-19, 5B). */
@Injectable()
export class Resellers {
  constructor(@Inject(Changes) private readonly changes: Changes) {}

  offer(actor: PersonId, resellerId: string, offered: NewPackage): Promise<ServicePackage> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', resellerId);
      await requireEnrolled(work.client, resellerId, 'reseller');
      if (!offered.countries.every((country) => servedCountries.has(country))) {
        throw problem('country-not-served');
      }
      const made = await insertPackage(work.client, resellerId, offered, work.by);
      await work.audit({
        action: 'package-offered',
        entitlement,
        organisationId: resellerId,
        subjectId: made.packageId,
        detail: { ...offered },
      });
      return made;
    });
  }

  withdraw(actor: PersonId, resellerId: string, packageId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', resellerId);
      if (!(await withdrawPackage(work.client, resellerId, packageId, work.by))) throw problem('not-found');
      await work.audit({
        action: 'package-withdrawn',
        entitlement,
        organisationId: resellerId,
        subjectId: packageId,
      });
    });
  }

  /** AJ-17: the dealer asks, once. */
  request(
    actor: PersonId,
    dealerId: string,
    resellerId: string,
  ): Promise<{ readonly connectionId: string; readonly state: ConnectionState }> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', dealerId);
      const dealer = await requireEnrolled(work.client, dealerId, 'dealer');
      const reseller = await companyById(work.client, resellerId);
      if (!reseller?.reseller) throw problem('unknown-organisation');
      const requested = requestConnection('reseller', {
        same: dealerId === resellerId,
        earlier: await statesBetween(work.client, 'reseller', dealerId, resellerId),
      });
      if (!requested.ok) throw problem(refusals[requested.error]);
      const connectionId = await insertConnection(
        work.client,
        { ...requested.value, requesterId: dealerId, counterpartyId: resellerId, name: dealer.name },
        work.by,
      );
      await tell(
        work.client,
        resellerId,
        { kind: 'dealer-request', subjectId: connectionId, detail: { dealer: dealer.name } },
        work.by.at,
      );
      await work.audit({
        action: 'reseller-requested',
        entitlement,
        organisationId: dealerId,
        subjectId: connectionId,
        detail: { resellerId },
      });
      return { connectionId, state: requested.value.state };
    });
  }

  /** AJ-19: one mail that says who looks for a reseller, and nothing else. A second wish sends none. */
  invite(
    actor: PersonId,
    dealerId: string,
    wish: { readonly email: string; readonly country: string; readonly language: string },
  ): Promise<string> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', dealerId);
      await requireEnrolled(work.client, dealerId, 'dealer');
      if (!servedCountries.has(wish.country)) throw problem('country-not-served');
      const email = wish.email.trim().toLowerCase();
      const invitation = { dealerId, email, country: wish.country };
      const invitationId = await insertResellerInvitation(work.client, invitation, work.by);
      if (invitationId === null) return email;
      const mail = { recipient: email, subjectId: invitationId, language: wish.language, link: null };
      await queueMail(work.client, { template: 'reseller-invitation', ...mail }, work.by.at);
      await work.audit({
        action: 'reseller-invited',
        entitlement,
        organisationId: dealerId,
        subjectId: invitationId,
        detail: { email, country: wish.country },
      });
      return email;
    });
  }

  /** AJ-18, AJ-37. */
  approve(actor: PersonId, resellerId: string, connectionId: string, number: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const row = await this.step(work, resellerId, connectionId, () => ({ type: 'approve' }));
      await numberDealer(work.client, connectionId, number);
      await tell(
        work.client,
        row.requesterId,
        { kind: 'reseller-approved', subjectId: connectionId, detail: { reseller: row.counterpartyName } },
        work.by.at,
      );
    });
  }

  reject(actor: PersonId, resellerId: string, connectionId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const row = await this.step(work, resellerId, connectionId, () => ({ type: 'reject' }));
      await tell(
        work.client,
        row.requesterId,
        { kind: 'reseller-rejected', subjectId: connectionId, detail: { reseller: row.counterpartyName } },
        work.by.at,
      );
    });
  }

  renumber(actor: PersonId, resellerId: string, connectionId: string, number: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireOrganisationRight(work, 'manage-connections', resellerId);
      const row = await mine(work, resellerId, connectionId);
      if (sideOf(row, resellerId) !== 'counterparty') throw problem('forbidden');
      if (row.state !== 'active') throw problem('request-answered');
      await numberDealer(work.client, connectionId, number);
      await work.audit({
        action: 'dealer-numbered',
        entitlement,
        organisationId: resellerId,
        subjectId: connectionId,
        detail: { number },
      });
    });
  }

  /** 5B: the dealer takes its request back, or either side closes; not while services billed over it run. */
  end(actor: PersonId, organisationId: string, connectionId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { requesterId, counterpartyId } = await mine(work, organisationId, connectionId);
      const services = await liveServicesBetween(work.client, requesterId, counterpartyId, work.by.at);
      const activeServices = services.length;
      await this.step(work, organisationId, connectionId, ({ state }) =>
        state === 'requested' ? { type: 'withdraw' } : { type: 'close', activeServices },
      );
    });
  }

  private async step(
    work: Work,
    organisationId: string,
    connectionId: string,
    eventFor: (row: ConnectionRow) => ConnectionEvent,
  ): Promise<ConnectionRow> {
    const { entitlement } = await requireOrganisationRight(work, 'manage-connections', organisationId);
    const row = await mine(work, organisationId, connectionId);
    const event = eventFor(row);
    const next = stepConnection(row, event, sideOf(row, organisationId));
    if (!next.ok) throw problem(refusals[next.error]);
    await storeConnection(work.client, connectionId, next.value.state, work.by);
    await work.audit({
      action: `reseller-connection-${next.value.state}`,
      entitlement,
      organisationId,
      subjectId: connectionId,
      detail: { dealerId: row.requesterId, resellerId: row.counterpartyId },
    });
    return row;
  }
}

/** NB-07: a connection of others does not exist. */
async function mine(work: Work, organisationId: string, connectionId: string): Promise<ConnectionRow> {
  const row = await connectionById(work.client, connectionId);
  if (row?.kind !== 'reseller' || sideOf(row, organisationId) === null) throw problem('not-found');
  return row;
}
