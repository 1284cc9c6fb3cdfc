import { waitFor } from './wait-for.js';

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A mail server that keeps everything; `refuse` makes it fail for a while. */
export class Mailbox {
  readonly mails: Mail[] = [];
  refuse = false;

  async send(mail: Mail): Promise<void> {
    if (this.refuse) throw new Error('the mail server is away');
    this.mails.push(mail);
  }

  to(address: string): readonly Mail[] {
    return this.mails.filter((mail) => mail.to === address);
  }

  /** The code in the latest mail to this address, once there are `count` with a code. */
  async code(address: string, count: number): Promise<string> {
    return waitFor(`mail ${count} with a code to ${address}`, () => {
      const codes = this.to(address).flatMap(
        ({ text }) => /\b(\w{4}-\w{4}-\w{4}-\w{4})\b/.exec(text)?.[1] ?? [],
      );
      return codes.length >= count ? codes[count - 1] : null;
    });
  }
}
