import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { clockText } from '#libs/allocation/modes/local-time.js';
import { decide } from '#libs/entitlements/decide.js';
import { atLocation } from '#libs/entitlements/facts.js';
import { HTTP_CONFIG, type HttpConfig } from '#libs/platform/http/http-config.js';
import { alertRecipients } from '#libs/store/alert-recipients.js';
import { alertById, type AlertRow } from '#libs/store/alerts.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { readTimeZone } from '#libs/store/locations.js';
import { queueMail, type MailOutcome, type QueuedMail } from '#libs/store/mail-queue.js';
import { personId } from '#libs/units/identifiers.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { writeAlert } from './alert-texts.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';

/** NB-97: warnings by mail. Who gets one is decided when it is sent, and nobody who lost the right by then does (T9). */
@Injectable()
export class AlertMails {
  constructor(
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(HTTP_CONFIG) private readonly config: HttpConfig,
  ) {}

  /** One mail to each who is to know now. */
  async expand(mail: QueuedMail, client: pg.PoolClient, now: EpochMilliseconds): Promise<MailOutcome> {
    const alert = await alertById(client, mail.subjectId ?? '');
    if (!alert || alert.state === 'cleared') return 'dropped: over';
    const recipients = await alertRecipients(client, alert.locationId);
    if (recipients.length === 0) return 'dropped: nobody to tell';
    for (const { email, language } of recipients)
      await queueMail(
        client,
        { ...mail, template: 'alert-to-person', recipient: email, language },
        new Date(now),
      );
    return 'expanded';
  }

  async send(mail: QueuedMail, client: pg.PoolClient, now: EpochMilliseconds): Promise<MailOutcome> {
    const alert = await alertById(client, mail.subjectId ?? '');
    if (!alert || alert.state === 'cleared') return 'dropped: over';
    const recipients = await alertRecipients(client, alert.locationId);
    const recipient = recipients.find(({ email }) => email === mail.recipient);
    if (!recipient) return 'dropped: not concerned any more';
    const place = atLocation(alert.locationId);
    const facts = await readFactsAround(client, recipient.personId, place);
    if (!decide(facts, personId(recipient.personId), 'events', place, now).allowed)
      return 'dropped: lost the right';
    const timeZone = (await readTimeZone(client, alert.locationId)) ?? 'UTC';
    const { subject, text } = writeAlert(recipient.language, {
      type: alert.type,
      device: alert.deviceName,
      place: alert.locationName,
      detail: detailOf(alert),
      since: clockText(timeZone, recipient.language, epochMilliseconds(alert.raisedAt.getTime())),
      portal: this.config.identity.publicUrl ?? 'the portal',
    });
    await this.transport.send({ to: recipient.email, subject, text });
    return 'sent';
  }
}

/** What the device itself said, where it said something. */
function detailOf({ detail }: AlertRow): string {
  const words = [detail['errorCode'], detail['zone'], detail['code'], detail['line']];
  return words.filter((word) => typeof word === 'string').join(', ');
}
