import { createTransport } from 'nodemailer';
import type { MailTransport } from './mail-transport.js';

export interface SmtpConfig {
  /** smtp:// or smtps://, with user and password where the server asks for them. */
  readonly url: string;
  /** Whom mails are from, e.g. Busbar <no-reply@busbar.example>. */
  readonly from: string;
}

/** A server that does not answer must not hold the queue up for long. */
const timeout_ms = 20_000;

/** Hands mails to a mail server. */
export function smtpTransport({ url, from }: SmtpConfig): MailTransport & { close(): void } {
  const transport = createTransport({
    url,
    connectionTimeout: timeout_ms,
    greetingTimeout: timeout_ms,
    socketTimeout: timeout_ms,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to, subject, text });
    },
    close: () => transport.close(),
  };
}
