import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { inviteMember, stepMembership, type MembershipEvent } from '#libs/entitlements/membership.js';
import { contextOf, mayBeGiven, registerCompany } from '#libs/entitlements/company.js';
import type { OrganisationRole } from '#libs/entitlements/role.js';
import { sameAddress } from '#libs/entitlements/transfer.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { insertCompany, kindOf } from '#libs/store/companies.js';
import { forgetGuess, tryGuess } from '#libs/store/guesses.js';
import { queueMail } from '#libs/store/mail-queue.js';
import {
  endMembershipInvitation,
  insertMembershipInvitation,
  membershipInvitationById,
  type MembershipInvitationRow,
} from '#libs/store/membership-invitations.js';
import {
  endMembership,
  insertMembership,
  insertOrganisation,
  keyVersion,
  membersOf,
  setKey,
  setRole,
  type Member,
} from '#libs/store/organisations.js';
import { personByEmail } from '#libs/store/people.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Changes, requireAdministrator, type Work } from './changes.js';
import { SecretCodes } from './secret-codes.js';

/** AJ-14: addresses without an account, tried by one person. */
const unknownAddresses = { times: 20, within_ms: 24 * 3_600_000 };

/** Organisations, their keys and their members (5H). */
@Injectable()
export class Memberships {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** With a country: a company, which is registered from the personal account and belongs to who registers it (AJ-01 to AJ-03). */
  createOrganisation(
    actor: PersonId,
    wish: { readonly name: string; readonly country: string | null; readonly context: string | null },
  ): Promise<string> {
    const { name, country } = wish;
    return this.changes.run(actor, async (work) => {
      if (country !== null) {
        const registered = registerCompany(contextOf(wish.context));
        if (!registered.ok) throw problem(registered.error);
      }
      const organisationId =
        country === null
          ? await insertOrganisation(work.change, name, work.by)
          : await insertCompany(work.change, { name, country }, work.by);
      await this.keepKey(work, organisationId, 1);
      await work.audit({ action: 'organisation-created', organisationId, subjectId: organisationId });
      return organisationId;
    });
  }

  /** NB-06: shown to administrators; the database holds its keyed hash. */
  key(actor: PersonId, organisationId: string): Promise<{ key: string; version: number }> {
    return this.changes.run(actor, async (work) => {
      await requireAdministrator(work, organisationId);
      return this.keepKey(work, organisationId, (await keyVersion(work.client, organisationId)) ?? 1);
    });
  }

  rotateKey(actor: PersonId, organisationId: string): Promise<{ key: string; version: number }> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireAdministrator(work, organisationId);
      const version = ((await keyVersion(work.client, organisationId)) ?? 0) + 1;
      await work.audit({
        action: 'organisation-key-rotated',
        entitlement,
        organisationId,
        subjectId: organisationId,
        detail: { version },
      });
      return this.keepKey(work, organisationId, version);
    });
  }

  /**
   * NB-08. Whether the address has an account makes no difference (T2); that somebody is a member, members know. Only a
   * company adds none but people with an account (AJ-14), and its owner cannot try many addresses.
   */
  async invite(
    actor: PersonId,
    organisationId: string,
    wish: { readonly email: string; readonly role: OrganisationRole; readonly language: string },
  ): Promise<MembershipInvitationRow> {
    if ((await kindOf(this.pool, organisationId)) !== 'company') return this.add(actor, organisationId, wish);
    const at = new Date(this.clock.now());
    const subjects = [`employer ${actor}`];
    if (!(await tryGuess(this.pool, subjects, unknownAddresses, at))) {
      throw problemWith('too-many-requests', 'More addresses can be tried tomorrow.');
    }
    const invited = await this.add(actor, organisationId, wish);
    await forgetGuess(this.pool, subjects, at);
    return invited;
  }

  private add(
    actor: PersonId,
    organisationId: string,
    wish: { readonly email: string; readonly role: OrganisationRole; readonly language: string },
  ): Promise<MembershipInvitationRow> {
    return this.changes.run(actor, async (work) => {
      const { members, entitlement } = await requireAdministrator(work, organisationId);
      const email = wish.email.trim().toLowerCase();
      const kind = (await kindOf(work.client, organisationId)) ?? 'installer';
      if (!mayBeGiven(kind, wish.role)) throw problem('role-not-of-kind');
      if (members.some((member) => member.email === email)) throw problem('already-member');
      // AJ-14: an employee has an own account first.
      if (kind === 'company' && (await personByEmail(work.client, email)) === null)
        throw problem('no-such-account');
      const invited = inviteMember(wish.role, work.now);
      if (invited.state !== 'invited') throw new Error('a new invitation waits');
      const invitationId = randomUUID();
      const expiresAt = new Date(invited.expiresAt);
      const { role, language } = wish;
      await insertMembershipInvitation(
        work.client,
        { invitationId, organisationId, email, role, language, expiresAt },
        work.by,
      );
      const mail = { recipient: email, subjectId: invitationId, language, link: null };
      await queueMail(work.client, { template: 'membership', ...mail }, work.by.at);
      await work.audit({
        action: 'member-invited',
        entitlement,
        organisationId,
        subjectId: invitationId,
        detail: { email, role },
      });
      return this.invitation(work, invitationId);
    });
  }

  /** Answers the organisation's id. */
  join(person: SignedInPerson, invitationId: string): Promise<string> {
    return this.changes.run(person.personId, async (work) => {
      const row = await membershipInvitationById(work.client, invitationId);
      const joined = row && this.step(row, { type: 'join', fits: fits(row, person) }, work);
      if (!row || joined?.state !== 'active') throw problem('not-found');
      const { organisationId, email } = row;
      await endMembershipInvitation(work.client, invitationId, 'active', work.by.at);
      const membership = { organisationId, personId: person.personId, role: joined.role };
      const membershipId = await insertMembership(work.change, membership, work.by);
      if (membershipId === null) throw problem('already-member');
      await work.audit({
        action: 'member-joined',
        organisationId,
        subjectId: membershipId,
        detail: { email, role: joined.role, invitedBy: row.createdBy },
      });
      return organisationId;
    });
  }

  declineInvitation(person: SignedInPerson, invitationId: string): Promise<void> {
    return this.changes.run(person.personId, async (work) => {
      const row = await membershipInvitationById(work.client, invitationId);
      if (!row || !fits(row, person)) throw problem('not-found');
      await this.withdrawRow(work, row, 'member-declined', {});
    });
  }

  withdraw(actor: PersonId, organisationId: string, invitationId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireAdministrator(work, organisationId);
      const row = await membershipInvitationById(work.client, invitationId);
      if (row?.organisationId !== organisationId) throw problem('not-found');
      await this.withdrawRow(work, row, 'member-invitation-withdrawn', { entitlement });
    });
  }

  changeRole(
    actor: PersonId,
    organisationId: string,
    membershipId: string,
    role: OrganisationRole,
  ): Promise<Member> {
    return this.changes.run(actor, async (work) => {
      const { members, entitlement } = await requireAdministrator(work, organisationId);
      const member = members.find((each) => each.membershipId === membershipId);
      if (!member) throw problem('not-found');
      const kind = (await kindOf(work.client, organisationId)) ?? 'installer';
      if (!mayBeGiven(kind, role) && !(kind === 'company' && role === 'company-owner'))
        throw problem('role-not-of-kind');
      const otherAdministrators = othersOf(members, membershipId);
      const next = stepMembership(
        active(member),
        { type: 'change-role', role, otherAdministrators },
        work.now,
      );
      if (!next.ok) throw problem(next.error === 'owner-stays' ? 'owner-stays' : 'last-administrator');
      await setRole(work.change, membershipId, role);
      await work.audit({
        action: 'member-role-changed',
        entitlement,
        organisationId,
        subjectId: membershipId,
        detail: { personId: member.personId, from: member.role, to: role },
      });
      return { ...member, role };
    });
  }

  /** NB-03: with the membership everything ends that came by it; the installations stay the organisation's (NB-04). */
  remove(actor: PersonId, organisationId: string, membershipId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { members, entitlement } = await requireAdministrator(work, organisationId);
      await this.end(work, organisationId, members, membershipId, 'member-removed', entitlement);
    });
  }

  leave(actor: PersonId, membershipId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { rows } = await work.client.query<{ id: string }>(
        'SELECT organisation_id AS id FROM memberships WHERE id = $1 AND person_id = $2 AND removed_at IS NULL',
        [membershipId, actor],
      );
      const [own] = rows;
      if (!own) throw problem('not-found');
      const members = await membersOf(work.client, own.id);
      await this.end(work, own.id, members, membershipId, 'member-left', `membership:${membershipId}`);
    });
  }

  private async end(
    work: Work,
    organisationId: string,
    members: readonly Member[],
    membershipId: string,
    action: string,
    entitlement: string,
  ): Promise<void> {
    const member = members.find((each) => each.membershipId === membershipId);
    if (!member) throw problem('not-found');
    const otherAdministrators = othersOf(members, membershipId);
    const next = stepMembership(active(member), { type: 'remove', otherAdministrators }, work.now);
    if (!next.ok) throw problem(next.error === 'owner-stays' ? 'owner-stays' : 'last-administrator');
    await endMembership(work.change, membershipId, work.by);
    await work.audit({
      action,
      entitlement,
      organisationId,
      subjectId: membershipId,
      detail: { personId: member.personId, role: member.role },
    });
  }

  private async withdrawRow(
    work: Work,
    row: MembershipInvitationRow,
    action: string,
    by: { readonly entitlement?: string },
  ): Promise<void> {
    this.step(row, { type: 'withdraw' }, work);
    await endMembershipInvitation(work.client, row.invitationId, 'withdrawn', work.by.at);
    await work.audit({
      action,
      ...by,
      organisationId: row.organisationId,
      subjectId: row.invitationId,
      detail: { email: row.email },
    });
  }

  private step(row: MembershipInvitationRow, event: MembershipEvent, { now }: Work) {
    const expiresAt = epochMilliseconds(row.expiresAt.getTime());
    const waiting = row.state === 'invited';
    const next = stepMembership(
      waiting ? { state: 'invited', role: row.role, expiresAt } : { state: 'withdrawn' },
      event,
      now,
    );
    if (!next.ok) throw problem('not-found');
    return next.value;
  }

  private async invitation(work: Work, invitationId: string): Promise<MembershipInvitationRow> {
    const row = await membershipInvitationById(work.client, invitationId);
    if (!row) throw new Error('the invitation just made is not there');
    return row;
  }

  private async keepKey(
    work: Work,
    organisationId: string,
    version: number,
  ): Promise<{ key: string; version: number }> {
    const key = this.codes.codeOf('organisation key', organisationId, version);
    await setKey(work.client, organisationId, version, this.codes.hashOf('organisation key', key));
    return { key, version };
  }
}

const active = ({ role }: Member) => ({ state: 'active', role }) as const;

const othersOf = (members: readonly Member[], membershipId: string): number =>
  members.filter((each) => each.role === 'administrator' && each.membershipId !== membershipId).length;

const fits = (row: MembershipInvitationRow, person: SignedInPerson): boolean =>
  person.emailVerified && sameAddress(row.email, person.email);
