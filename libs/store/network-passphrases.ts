import { randomUUID } from 'node:crypto';
import type { Queryable } from './pool.js';

/**
 * T10: passphrases on their way to devices. A command names one by an id, so that neither the command, nor the bus, nor a
 * log ever holds it; it is here from the request until it was sent, or until its command's deadline.
 */
export class NetworkPassphrases {
  constructor(private readonly client: Queryable) {}

  async put(passphrase: string, expiresAt: Date): Promise<string> {
    const id = randomUUID();
    await this.client.query(
      'INSERT INTO network_passphrases (id, passphrase, expires_at) VALUES ($1, $2, $3)',
      [id, passphrase, expiresAt],
    );
    return id;
  }

  /** Null: it was sent, or is too old. */
  async read(id: string): Promise<string | null> {
    const { rows } = await this.client.query<{ passphrase: string }>(
      'SELECT passphrase FROM network_passphrases WHERE id = $1',
      [id],
    );
    return rows[0]?.passphrase ?? null;
  }

  async remove(id: string): Promise<void> {
    await this.client.query('DELETE FROM network_passphrases WHERE id = $1', [id]);
  }

  /** Those that these commands name. */
  async removeOf(commandIds: readonly string[]): Promise<void> {
    await this.client.query(
      `DELETE FROM network_passphrases USING commands
        WHERE commands.id = ANY($1) AND commands.request->>'passphraseId' = network_passphrases.id::text`,
      [commandIds],
    );
  }

  /** Those whose command nobody can send any more. */
  async sweep(now: Date): Promise<void> {
    await this.client.query('DELETE FROM network_passphrases WHERE expires_at < $1', [now]);
  }
}
