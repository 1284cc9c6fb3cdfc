import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { decide } from '#libs/entitlements/decide.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { shownState } from '#libs/entitlements/invitation.js';
import { shownRequestState } from '#libs/entitlements/hub-access.js';
import { leadingRoles } from '#libs/entitlements/role.js';
import { shownTransferState } from '#libs/entitlements/transfer.js';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { entitlementLock } from '#libs/store/entitlement-log.js';
import { invitationById, type InvitationRow } from '#libs/store/invitations.js';
import { accessOf } from '#libs/store/grants.js';
import { lingeringRoles } from '#libs/store/lingering-access.js';
import { locationDetails } from '#libs/store/locations.js';
import { queueMail, type MailOutcome, type QueuedMail } from '#libs/store/mail-queue.js';
import { membershipInvitationById } from '#libs/store/membership-invitations.js';
import { accessRequestById, guardiansOf } from '#libs/store/hub-access.js';
import { membersOf } from '#libs/store/organisations.js';
import { resellerInvitationById } from '#libs/store/reseller-connections.js';
import { transferById } from '#libs/store/transfers.js';
import { personId } from '#libs/units/identifiers.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';
import { SecretCodes } from '../secret-codes.js';
import { AlertMails } from './alert-mails.js';
import { write } from './mail-texts.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';

/** Writes and sends one queued mail. Whether it may still be sent, and to whom, is judged now and not when it was queued (T9). */
@Injectable()
export class MailWriter {
  constructor(
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
    @Inject(AlertMails) private readonly alerts: AlertMails,
  ) {}

  async deliver(mail: QueuedMail, client: pg.PoolClient, now: EpochMilliseconds): Promise<MailOutcome> {
    switch (mail.template) {
      case 'confirm-address':
        return this.send(mail, 'confirm-address', { link: mail.link ?? '' });
      case 'invitation-to-organisation':
        return this.expand(mail, client, now);
      case 'invitation':
        return this.invitation(mail, client, now);
      case 'membership': {
        const row = await membershipInvitationById(client, mail.subjectId ?? '');
        if (row?.state !== 'invited' || now >= row.expiresAt.getTime()) return 'dropped: over';
        return this.send(mail, 'membership', { from: row.createdByName, place: row.organisationName });
      }
      case 'alert':
        return this.alerts.expand(mail, client, now);
      case 'alert-to-person':
        return this.alerts.send(mail, client, now);
      case 'lingering-access':
        return this.lingering(mail, client, now);
      case 'transfer': {
        const row = await transferById(client, mail.subjectId ?? '');
        if (!row || shownTransferState(row, now) !== 'initiated') return 'dropped: over';
        return this.send(mail, 'transfer', { from: row.createdByName, place: row.locationName });
      }
      case 'reseller-invitation': {
        const row = await resellerInvitationById(client, mail.subjectId ?? '');
        if (!row) return 'dropped: no such company any more';
        return this.send(mail, 'reseller-invitation', { from: row.dealerName });
      }
      case 'hub-access-request': {
        const row = await accessRequestById(client, mail.subjectId ?? '');
        if (!row || shownRequestState(row, now) !== 'requested') return 'dropped: over';
        const guardians = await guardiansOf(client, row.locationId, new Date(now));
        if (!guardians.some(({ email }) => email === mail.recipient))
          return 'dropped: no administrator any more';
        return this.send(mail, 'hub-access-request', { from: row.name, place: row.locationName });
      }
    }
  }

  /** NB-23: one mail to each administrator the organisation has now, and to nobody else. */
  private async expand(
    mail: QueuedMail,
    client: pg.PoolClient,
    now: EpochMilliseconds,
  ): Promise<MailOutcome> {
    const invitation = await invitationById(client, mail.subjectId ?? '');
    if (!invitation?.organisationId) return 'dropped: no such organisation';
    const { organisationId } = invitation;
    const administrators = (await membersOf(client, organisationId)).filter(({ role }) =>
      leadingRoles.has(role),
    );
    const at = new Date(now);
    if (administrators.length === 0) {
      // NB-27: the organisation's own audit says so; the inviter is told nothing.
      await client.query('SELECT pg_advisory_xact_lock($1)', [entitlementLock]);
      const entry = {
        action: 'invitation-without-administrator',
        entitlement: null,
        locationId: null,
        organisationId,
        subjectId: invitation.invitationId,
        detail: {},
      };
      await appendAudit(client, entry, { actorPersonId: null, at });
      return 'dropped: no administrator';
    }
    for (const { email } of administrators) {
      await queueMail(client, { ...mail, template: 'invitation', recipient: email }, at);
    }
    return 'expanded';
  }

  /** Whom the location belongs to now is told who still has access now. */
  private async lingering(
    mail: QueuedMail,
    client: pg.PoolClient,
    now: EpochMilliseconds,
  ): Promise<MailOutcome> {
    const location = await locationDetails(client, mail.subjectId ?? '');
    if (!location?.ownerPersonId) return 'dropped: no owner';
    const entries = await accessOf(client, location.locationId, location.ownerPersonId, new Date(now));
    const partners = entries.filter(({ role, suspended }) => lingeringRoles.has(role) && !suspended);
    const owner = entries.find(({ origin }) => origin === 'owner');
    if (partners.length === 0 || !owner?.email) return 'dropped: nobody lingers';
    const names = partners.map((each) => each.organisationName ?? each.personName ?? '').join(', ');
    const addressed = { ...mail, recipient: owner.email };
    return this.send(addressed, 'lingering-access', { place: location.name, names });
  }

  private async invitation(
    mail: QueuedMail,
    client: pg.PoolClient,
    now: EpochMilliseconds,
  ): Promise<MailOutcome> {
    const invitation = await invitationById(client, mail.subjectId ?? '');
    if (!invitation || shownState(invitation, now) !== 'pending') return 'dropped: over';
    if (!(await this.issuerMayShare(invitation, client, now))) return 'dropped: issuer lost the right';
    if (invitation.kind === 'organisation') {
      const members = await membersOf(client, invitation.organisationId ?? '');
      const still = members.some(({ email, role }) => email === mail.recipient && leadingRoles.has(role));
      if (!still) return 'dropped: no administrator any more';
    }
    const location = await locationDetails(client, invitation.locationId);
    return this.send(mail, 'invitation', {
      from: invitation.createdByName,
      place: location?.name ?? '',
      code: this.codes.codeOf('invitation', invitation.invitationId, 1),
    });
  }

  private async issuerMayShare(
    { createdBy, locationId, ownershipEpoch }: InvitationRow,
    client: pg.PoolClient,
    now: EpochMilliseconds,
  ): Promise<boolean> {
    const location = atLocation(locationId);
    const facts = await readFactsAround(client, createdBy, location);
    return (
      facts.location(locationId)?.ownershipEpoch === ownershipEpoch &&
      decide(facts, personId(createdBy), 'share', location, now).allowed
    );
  }

  private async send(
    mail: QueuedMail,
    template: Parameters<typeof write>[0],
    values: Record<string, string>,
  ): Promise<MailOutcome> {
    const portal = this.config.identity.publicUrl ?? 'the portal';
    const { subject, text } = write(template, mail.language, { portal, ...values });
    await this.transport.send({ to: mail.recipient ?? '', subject, text });
    return 'sent';
  }
}
