import { Inject, Injectable } from '@nestjs/common';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import { hubRoles } from '#libs/entitlements/hub-access.js';
import { leadingRoles } from '#libs/entitlements/role.js';
import { sameAddress } from '#libs/entitlements/transfer.js';
import { problem, problemWith, ProblemError } from '#libs/platform/http/problems.js';
import type { SignedInPerson } from '#libs/platform/identity.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { insertGrant, revokeSuspended, unlimited, wholeLocation } from '#libs/store/grants.js';
import { forgetGuess, tryGuess } from '#libs/store/guesses.js';
import {
  countFailure,
  invitationByCode,
  invitationById,
  type InvitationRow,
} from '#libs/store/invitations.js';
import { organisationsOf } from '#libs/store/organisations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import { epochMilliseconds } from '#libs/units/quantities.js';
import { Changes, type Work } from './changes.js';
import { codeStep_ms, evenly } from '#libs/platform/http/even-answer.js';
import { hasAlready } from './has-already.js';
import { admit, settleHubAccess } from './hubs/settle.js';
import { passingOn, type PassedOn } from './passing-on.js';
import { refusals, stepRow } from './invitation-step.js';
import { SecretCodes } from './secret-codes.js';

export interface Accepted {
  readonly locationId: string;
  readonly grantId: string;
}

/** T1. */
const wrongCodes = { times: 10, within_ms: 15 * 60_000 };

/** What the invited do: redeem a code, accept, decline (5A). Access begins here and not with the mail (NB-19). */
@Injectable()
export class Acceptance {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  redeem(person: SignedInPerson, address: string, code: string): Promise<Accepted> {
    return evenly(codeStep_ms, () => this.tryCode(person, address, code));
  }

  acceptById(person: SignedInPerson, invitationId: string): Promise<Accepted> {
    return this.accept(
      person,
      async (work) => {
        const row = await invitationById(work.client, invitationId);
        // A bearer code is accepted by its code alone.
        return row?.kind === 'code' ? null : row;
      },
      'id',
    );
  }

  decline(person: SignedInPerson, invitationId: string): Promise<void> {
    return this.changes.run(person.personId, async (work) => {
      const row = await invitationById(work.client, invitationId);
      if (!row) throw problem('not-found');
      await stepRow(work, row, { type: 'decline', fits: await fits(work, row, person) }, 'id');
      await work.audit({
        action: 'invitation-declined',
        locationId: row.locationId,
        subjectId: invitationId,
      });
    });
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
      const accepted = await this.accept(person, (work) => invitationByCode(work.client, hash), 'code');
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

  private async accept(
    person: SignedInPerson,
    find: (work: Work) => Promise<InvitationRow | null>,
    by: keyof (typeof refusals)['over'],
  ): Promise<Accepted> {
    const accepted = await this.changes.run(person.personId, async (work) => {
      const row = await find(work);
      if (!row) throw problem(refusals['not-yours'][by] satisfies ProblemCode);
      const suits = await fits(work, row, person);
      if (!suits && row.kind === 'person' && sameAddress(row.email ?? '', person.email)) {
        throw problem('email-not-verified');
      }
      const passed = await passingOn(work, row.createdBy, row);
      const event = {
        type: 'accept',
        fits: suits,
        ownershipEpoch: passed?.ownershipEpoch ?? row.ownershipEpoch,
        issuerMayShare: passed !== null,
      } as const;
      await stepRow(work, row, event, by);
      if (!passed) throw new Error('an invitation whose issuer may not share was accepted');
      return this.grant(work, row, passed);
    });
    await this.changes.announce(accepted.locationId);
    return accepted;
  }

  private async grant(work: Work, row: InvitationRow, passed: PassedOn): Promise<Accepted> {
    const { locationId, role, includeFuture } = row;
    const { limits, parentGrantId, organisationId: grantedByOrganisationId } = passed;
    const grant = {
      locationId,
      role,
      personId: row.kind === 'organisation' ? null : work.actor,
      organisationId: row.kind === 'organisation' ? row.organisationId : null,
      expiresAt: limits.expiresAt === null ? null : new Date(limits.expiresAt),
    };
    // NB-42: whoever invites himself, or has as much already, is told so, and the code is not used up.
    const self = row.kind !== 'organisation' && row.createdBy === work.actor;
    if (self || (await hasAlready(work.client, grant, work.now))) throw problem('already-has-access');
    await revokeSuspended(work.change, locationId, grant, work.by);
    const by = { personId: row.createdBy, at: work.by.at };
    const until = row.grantExpiresAt && epochMilliseconds(row.grantExpiresAt.getTime());
    const { actions, hours, maximumCurrent_A } = limits;
    const chain = { parentGrantId, grantedByOrganisationId, actions, hours, maximumCurrent_A, includeFuture };
    const grantId =
      role === 'professional'
        ? await admit(work, locationId, grant, until, by)
        : await insertGrant(
            work.change,
            { ...unlimited, ...grant, ...chain, place: wholeLocation(locationId) },
            by,
          );
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
