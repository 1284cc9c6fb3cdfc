import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import { invite, stepInvitation, type InvitationRefusal } from '#libs/entitlements/invitation.js';
import { hubRoles, mayAdmit } from '#libs/entitlements/hub-access.js';
import { leadingRoles, type GrantRole } from '#libs/entitlements/role.js';
import { sameAddress } from '#libs/entitlements/transfer.js';
import { problem, problemWith, ProblemError } from '#libs/platform/http/problems.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { accessOf, insertGrant, revokeSuspended, unlimited, wholeLocation } from '#libs/store/grants.js';
import { forgetGuess, tryGuess } from '#libs/store/guesses.js';
import {
  countFailure,
  insertInvitation,
  invitationByCode,
  invitationById,
  pendingInvitations,
  storeInvitation,
  tidyExpired,
  type InvitationRow,
} from '#libs/store/invitations.js';
import { queueMail, type MailTemplate } from '#libs/store/mail-queue.js';
import { organisationByKey, organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { siteId, type PersonId } from '#libs/units/identifiers.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Changes, hasRight, requireRight, type Right, type Work } from './changes.js';
import { codeStep_ms, evenly, invitationStep_ms } from './even-answer.js';
import { hasAlready } from './has-already.js';
import { admit, settleHubAccess } from './hubs/settle.js';
import { SecretCodes } from './secret-codes.js';

interface Terms {
  readonly expiresAt: Date | null;
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

export interface Accepted {
  readonly locationId: string;
  readonly grantId: string;
}

/** T1. */
const wrongCodes = { times: 10, within_ms: 15 * 60_000 };
/** 5A: nobody floods a stranger's mailbox through us. */
const invitationsSent = { times: 100, within_ms: 3_600_000 };

/** What a refusal is called when somebody tries a code, and when he answers an invitation of his own list. */
const refusals: Readonly<Record<InvitationRefusal, readonly [byCode: ProblemCode, byId: ProblemCode]>> = {
  'not-yours': ['unknown-code', 'not-found'],
  expired: ['unknown-code', 'not-found'],
  over: ['unknown-code', 'not-found'],
  'issuer-lost-right': ['unknown-code', 'not-found'],
  'already-accepted': ['unknown-code', 'already-accepted'],
};

/** Sharing a location: invitations of three kinds and what becomes of them (5A). Access begins with acceptance (NB-19). */
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
      if (live) await this.step(work, live, { type: 'supersede' }, 1);
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
      await this.step(work, row, { type: 'revoke' }, 1);
      await work.audit({
        action: 'invitation-revoked',
        entitlement,
        locationId,
        subjectId: invitationId,
      });
    });
  }

  redeem(person: SignedInPerson, address: string, code: string): Promise<Accepted> {
    return evenly(codeStep_ms, () => this.tryCode(person, address, code));
  }

  /** T1: wrong codes are counted by account and by address before they are judged. */
  private async tryCode(person: SignedInPerson, address: string, code: string): Promise<Accepted> {
    const subjects = [`person ${person.personId}`, `address ${address}`];
    const at = new Date(this.clock.now());
    if (!(await tryGuess(this.pool, subjects, wrongCodes, at))) {
      throw problemWith('too-many-requests', 'Codes can be tried again in a quarter of an hour.');
    }
    const hash = this.codes.hashOf('invitation', code);
    try {
      const accepted = await this.accept(person, (work) => invitationByCode(work.client, hash), 0);
      await forgetGuess(this.pool, subjects, at);
      return accepted;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code !== 'unknown-code') await forgetGuess(this.pool, subjects, at);
      else {
        const row = await invitationByCode(this.pool, hash);
        if (row) await countFailure(this.pool, row.invitationId, at);
      }
      throw error;
    }
  }

  acceptById(person: SignedInPerson, invitationId: string): Promise<Accepted> {
    return this.accept(
      person,
      async (work) => {
        const row = await invitationById(work.client, invitationId);
        // A bearer code is accepted by its code alone.
        return row?.kind === 'code' ? null : row;
      },
      1,
    );
  }

  decline(person: SignedInPerson, invitationId: string): Promise<void> {
    return this.changes.run(person.personId, async (work) => {
      const row = await invitationById(work.client, invitationId);
      if (!row) throw problem('not-found');
      await this.step(work, row, { type: 'decline', fits: await fits(work, row, person) }, 1);
      await work.audit({
        action: 'invitation-declined',
        locationId: row.locationId,
        subjectId: invitationId,
      });
    });
  }

  private async accept(
    person: SignedInPerson,
    find: (work: Work) => Promise<InvitationRow | null>,
    by: 0 | 1,
  ): Promise<Accepted> {
    const accepted = await this.changes.run(person.personId, async (work) => {
      const row = await find(work);
      if (!row) throw problem(refusals['not-yours'][by]);
      const suits = await fits(work, row, person);
      if (!suits && row.kind === 'person' && sameAddress(row.email ?? '', person.email)) {
        throw problem('email-not-verified');
      }
      const issuer = await hasRight(work.client, row.createdBy, 'share', row.locationId, work.now);
      const ownershipEpoch = await epochOf(work, row.locationId);
      const event = { type: 'accept', fits: suits, ownershipEpoch, issuerMayShare: issuer } as const;
      await this.step(work, row, event, by);
      return this.grant(work, row);
    });
    await this.changes.announce(accepted.locationId);
    return accepted;
  }

  private async grant(work: Work, row: InvitationRow): Promise<Accepted> {
    const { locationId, role } = row;
    const grant = {
      locationId,
      role,
      personId: row.kind === 'organisation' ? null : work.actor,
      organisationId: row.kind === 'organisation' ? row.organisationId : null,
      expiresAt: row.grantExpiresAt,
    };
    // NB-42: whoever invites himself, or has as much already, is told so, and the code is not used up.
    const self = row.kind !== 'organisation' && row.createdBy === work.actor;
    if (self || (await hasAlready(work.client, grant, work.now))) throw problem('already-has-access');
    await revokeSuspended(work.change, locationId, grant, work.by);
    const by = { personId: row.createdBy, at: work.by.at };
    const until = row.grantExpiresAt && epochMilliseconds(row.grantExpiresAt.getTime());
    const grantId =
      role === 'professional'
        ? await admit(work, locationId, grant, until, by)
        : await insertGrant(work.change, { ...unlimited, ...grant, place: wholeLocation(locationId) }, by);
    if (hubRoles.has(role)) await settleHubAccess(work, locationId);
    await work.audit({
      action: 'invitation-accepted',
      locationId,
      ...(grant.organisationId === null ? {} : { organisationId: grant.organisationId }),
      subjectId: grantId,
      detail: { invitationId: row.invitationId, kind: row.kind, role },
    });
    return { locationId, grantId };
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

  private async step(
    work: Work,
    row: InvitationRow,
    event: Parameters<typeof stepInvitation>[1],
    by: 0 | 1,
  ): Promise<void> {
    const next = stepInvitation(row, event, work.now);
    if (next.ok) return storeInvitation(work.client, row.invitationId, next.value, work.by, work.by.at);
    // NB-25: only an administrator of the invited organisation learns that another was faster.
    const late = next.error === 'already-accepted' && row.kind === 'organisation';
    throw problem(late ? 'already-accepted' : refusals[next.error][by]);
  }
}

/** AJ-39, AJ-40: what the inviter's own role lets him give. */
function requireAdmission({ decision }: Right, wish: InvitationWish): void {
  const admitted = mayAdmit(decision.role, wish.role, wish.expiresAt !== null);
  if (!admitted.ok) {
    throw problem(admitted.error === 'role-beyond-yours' ? 'forbidden' : 'administrator-without-end');
  }
}

/** Whether this person is whom the invitation means, now (NB-20, NB-24, NB-26, NB-30). */
async function fits(work: Work, row: InvitationRow, person: SignedInPerson): Promise<boolean> {
  switch (row.kind) {
    case 'person':
      return person.emailVerified && sameAddress(row.email ?? '', person.email);
    case 'organisation':
      return (await organisationsOf(work.client, person.personId)).some(
        ({ organisationId, role }) => organisationId === row.organisationId && leadingRoles.has(role),
      );
    case 'code':
      return true;
  }
}

async function epochOf(work: Work, locationId: string): Promise<number> {
  const { rows } = await work.client.query<{ epoch: number }>(
    'SELECT ownership_epoch AS epoch FROM locations WHERE id = $1',
    [siteId(locationId)],
  );
  return rows[0]?.epoch ?? 0;
}
