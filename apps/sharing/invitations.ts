import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { LocationAction } from '#libs/entitlements/action.js';
import { mayAdmit } from '#libs/entitlements/hub-access.js';
import { invite } from '#libs/entitlements/invitation.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { WeeklyHours } from '#libs/entitlements/weekly-hours.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { accessOf } from '#libs/store/grants.js';
import { tryGuess } from '#libs/store/guesses.js';
import {
  insertInvitation,
  invitationById,
  pendingInvitations,
  tidyExpired,
  type InvitationRow,
} from '#libs/store/invitations.js';
import { queueMail, type MailTemplate } from '#libs/store/mail-queue.js';
import { organisationByKey, organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRight, type Right, type Work } from './changes.js';
import { evenly, invitationStep_ms } from '#libs/platform/http/even-answer.js';
import { stepRow } from './invitation-step.js';
import { limitsBy } from './passing-on.js';
import { SecretCodes } from './secret-codes.js';

interface Terms {
  readonly expiresAt: Date | null;
  readonly actions: readonly LocationAction[] | null;
  readonly hours: WeeklyHours | null;
  readonly maximumCurrent_A: number | null;
  readonly includeFuture: boolean;
  readonly language: string;
}
export type InvitationWish = Terms &
  (
    | { readonly kind: 'person'; readonly email: string; readonly role: GrantRole }
    | { readonly kind: 'organisation'; readonly key: string; readonly role: 'partner' | 'professional' }
    | CodeWish
  );
export type CodeWish = Terms & {
  readonly kind: 'code';
  readonly role: GrantRole;
  readonly redemptions: number;
};

/** 5A: nobody floods a stranger's mailbox through us. */
const invitationsSent = { times: 100, within_ms: 3_600_000 };

/** Sharing a location: invitations of three kinds, made and taken back (5A). What the invited do is in acceptance.ts. */
@Injectable()
export class Invitations {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The answer and the work behind it are the same whether or not the address has an account and the key an
   * organisation (T2, NB-20): a key that nobody has makes an invitation that nobody can accept.
   */
  async create(actor: PersonId, locationId: string, wish: InvitationWish): Promise<InvitationRow> {
    const subjects = [`inviter ${actor}`];
    if (!(await tryGuess(this.pool, subjects, invitationsSent, new Date(this.clock.now())))) {
      throw problemWith('too-many-requests', 'More invitations can be sent in an hour.');
    }
    const inviting = () =>
      this.changes.run(actor, async (work) => {
        const right = await requireRight(work, 'share', locationId);
        requireAdmission(right, wish);
        await tidyExpired(work.client, locationId, work.by.at);
        switch (wish.kind) {
          case 'person':
            return this.invitePerson(work, right, wish);
          case 'organisation':
            return this.inviteOrganisation(work, right, wish);
          case 'code':
            // NB-34: asking again while one lives gives the same.
            return (await this.liveCode(work, locationId)) ?? (await this.makeCode(work, right, wish));
        }
      });
    return wish.kind === 'code' ? inviting() : evenly(invitationStep_ms, inviting);
  }

  /** NB-34: the old code dies first. */
  rotateCode(actor: PersonId, locationId: string, wish: CodeWish): Promise<InvitationRow> {
    return this.changes.run(actor, async (work) => {
      const right = await requireRight(work, 'share', locationId);
      requireAdmission(right, wish);
      await tidyExpired(work.client, locationId, work.by.at);
      const live = await this.liveCode(work, locationId);
      if (live) await stepRow(work, live, { type: 'supersede' }, 'id');
      return this.makeCode(work, right, wish);
    });
  }

  /** By its issuer, or by whoever may revoke anybody's access here. */
  revoke(actor: PersonId, locationId: string, invitationId: string): Promise<void> {
    return this.changes.run(actor, async (work) => {
      const { decision, entitlement } = await requireRight(work, 'revoke', locationId);
      const row = await invitationById(work.client, invitationId);
      const mine = decision.extent === 'all' || row?.createdBy === actor;
      if (!row || row.locationId !== locationId || !mine) throw problem('not-found');
      await stepRow(work, row, { type: 'revoke' }, 'id');
      await work.audit({
        action: 'invitation-revoked',
        entitlement,
        locationId,
        subjectId: invitationId,
      });
    });
  }

  private async invitePerson(
    work: Work,
    right: Right,
    wish: Extract<InvitationWish, { kind: 'person' }>,
  ): Promise<InvitationRow> {
    const locationId = right.location.nodeId;
    const email = wish.email.trim().toLowerCase();
    // NB-42. Only whom the inviter can see in the list anyway: anything else would tell about accounts.
    const listed = await accessOf(work.client, locationId, work.actor, work.by.at);
    const has = listed.some(
      (entry) =>
        entry.email === email && !entry.suspended && (entry.role !== 'guest' || wish.role === 'guest'),
    );
    if (has) throw problem('already-has-access');
    const waiting = await pendingInvitations(work.client, locationId, work.by.at);
    const same = waiting.find((row) => row.email === email);
    // NB-21: the mail goes out again, and that is all.
    const row = same ?? (await this.insert(work, right, { ...wish, email, organisationId: null }, 1));
    await this.mail(work, 'invitation', email, row);
    return row;
  }

  private async inviteOrganisation(
    work: Work,
    right: Right,
    wish: Extract<InvitationWish, { kind: 'organisation' }>,
  ): Promise<InvitationRow> {
    const key = this.codes.hashOf('organisation key', wish.key);
    const organisationId = await organisationByKey(work.client, key);
    // NB-42: the inviter's own organisations and those in the list; both he knows already.
    const own = await organisationsOf(work.client, work.actor);
    const listed = await accessOf(work.client, right.location.nodeId, work.actor, work.by.at);
    const known = [...own, ...listed.filter(({ suspended }) => !suspended)];
    if (organisationId !== null && known.some((each) => each.organisationId === organisationId)) {
      throw problem('already-has-access');
    }
    const row = await this.insert(work, right, { ...wish, email: null, organisationId }, 1);
    await this.mail(work, 'invitation-to-organisation', null, row);
    return row;
  }

  private async liveCode({ client, by }: Work, locationId: string): Promise<InvitationRow | null> {
    const waiting = await pendingInvitations(client, locationId, by.at);
    return waiting.find(({ kind }) => kind === 'code') ?? null;
  }

  private makeCode(work: Work, right: Right, wish: CodeWish): Promise<InvitationRow> {
    return this.insert(work, right, { ...wish, email: null, organisationId: null }, wish.redemptions);
  }

  private async insert(
    work: Work,
    { location, entitlement }: Right,
    wish: Terms & {
      readonly kind: InvitationRow['kind'];
      readonly email: string | null;
      readonly organisationId: string | null;
      readonly role: GrantRole;
    },
    redemptions: number,
  ): Promise<InvitationRow> {
    const invitationId = randomUUID();
    const { nodeId: locationId, ownershipEpoch } = location;
    const { kind, email, organisationId, role, language } = wish;
    const code = this.codes.codeOf('invitation', invitationId, 1);
    await insertInvitation(
      work.client,
      {
        ...invite(kind, ownershipEpoch, redemptions, work.now),
        invitationId,
        locationId,
        email,
        organisationId,
        role,
        language,
        grantExpiresAt: wish.expiresAt,
        actions: wish.actions,
        hours: wish.hours,
        maximumCurrent_A: wish.maximumCurrent_A,
        includeFuture: wish.includeFuture,
        codeHash: this.codes.hashOf('invitation', code),
      },
      work.by,
    );
    await work.audit({
      action: 'invitation-created',
      entitlement,
      locationId,
      subjectId: invitationId,
      detail: { kind, email, role },
    });
    const row = await invitationById(work.client, invitationId);
    if (!row) throw new Error('the invitation just made is not there');
    return row;
  }

  private mail(
    { client, by }: Work,
    template: MailTemplate,
    recipient: string | null,
    row: InvitationRow,
  ): Promise<void> {
    const { invitationId: subjectId, language } = row;
    return queueMail(client, { template, recipient, subjectId, language, link: null }, by.at);
  }
}

/** 5D, AJ-39, AJ-40: what the inviter's own role and access let him give. */
function requireAdmission({ facts, decision }: Right, wish: InvitationWish): void {
  const admitted = mayAdmit(decision.role, wish.role, wish.expiresAt !== null);
  if (!admitted.ok) {
    throw problem(admitted.error === 'role-beyond-yours' ? 'forbidden' : 'administrator-without-end');
  }
  if (wish.role === 'professional' && (wish.actions ?? wish.hours ?? wish.maximumCurrent_A) !== null) {
    throw problemWith(
      'invalid-request',
      'What a professional reaches and when is said in the access itself.',
    );
  }
  const limits = limitsBy(facts, decision.proof, { ...wish, grantExpiresAt: wish.expiresAt });
  if (!limits.ok) throw problemWith('wider-than-yours', `It would be wider: ${limits.error}.`);
}
