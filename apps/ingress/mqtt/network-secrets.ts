import type { CommandRequest } from '#libs/contracts/command.js';
import type { NetworkPassphrases } from '#libs/store/network-passphrases.js';

/** What a device said to a command, as it is kept. */
export interface Words {
  readonly text: string;
  /** A JSON value. */
  readonly detail: unknown;
}

const hidden = '***';

/**
 * T10: puts the passphrase of a network into what its device is sent, and takes it out of what the device answers. It is
 * kept until that answer, or until nobody waits for one.
 */
export class NetworkSecrets {
  constructor(private readonly passphrases: Pick<NetworkPassphrases, 'read' | 'remove'>) {}

  /** The request as the device needs it; null: its passphrase is gone. */
  async revealed(request: CommandRequest): Promise<CommandRequest | null> {
    if (request.action !== 'set-network' || request.passphraseId === undefined) return request;
    const passphrase = await this.passphrases.read(request.passphraseId);
    if (passphrase === null) return null;
    const { passphraseId: _, ...rest } = request;
    return { ...rest, passphrase };
  }

  /** What may be kept of the device's words. Words that cannot be compared with the passphrase any more are not. */
  async cleaned(request: CommandRequest, words: Words): Promise<Words> {
    if (request.action !== 'set-network' || request.passphraseId === undefined) return words;
    const passphrase = await this.passphrases.read(request.passphraseId);
    if (passphrase === null) return { text: '', detail: null };
    const clean = (value: unknown): unknown => {
      if (typeof value === 'string') return value.replaceAll(passphrase, hidden);
      if (Array.isArray(value)) return value.map(clean);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([field, inner]) => [field.replaceAll(passphrase, hidden), clean(inner)]),
      );
    };
    return { text: words.text.replaceAll(passphrase, hidden), detail: clean(words.detail) };
  }

  /** Nobody needs it any more. */
  async forget(request: CommandRequest): Promise<void> {
    if (request.action === 'set-network' && request.passphraseId !== undefined)
      await this.passphrases.remove(request.passphraseId);
  }
}
