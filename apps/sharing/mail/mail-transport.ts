import type { Logger } from '#libs/platform/logger.js';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands a mail to whoever carries it; rejects when that failed, and it is tried again later. */
export interface MailTransport {
  send(mail: Mail): Promise<void>;
}

export const MAIL_TRANSPORT = Symbol('Mail transport');

/** For one machine without a mail server: the log is the mailbox. It holds codes, as a mailbox does. */
export const logTransport = (logger: Logger): MailTransport => ({
  async send({ to, subject, text }) {
    logger.info({ to, subject, text }, 'mail');
  },
});
