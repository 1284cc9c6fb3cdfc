import type { Queryable } from './pool.js';

/** What a Local Auth List says of one token; OCPP words. */
export interface LocalListEntry {
  readonly status: 'Accepted' | 'Blocked' | 'Expired';
  readonly type: string;
  readonly groupToken: string | null;
  /** ISO 8601. */
  readonly expiresAt: string | null;
}

/** The list a charger holds, as far as it has told us. */
export interface LocalList {
  readonly version: number;
  readonly entries: Readonly<Record<string, LocalListEntry>>;
}

export interface LocalLists {
  read(deviceId: string): Promise<LocalList | null>;
  save(deviceId: string, list: LocalList, at: number): Promise<void>;
  forget(deviceId: string): Promise<void>;
}

export class PostgresLocalLists implements LocalLists {
  constructor(private readonly client: Queryable) {}

  async read(deviceId: string): Promise<LocalList | null> {
    const { rows } = await this.client.query<LocalList>(
      'SELECT version, entries FROM local_lists WHERE device_id = $1',
      [deviceId],
    );
    return rows[0] ?? null;
  }

  async save(deviceId: string, { version, entries }: LocalList, at: number): Promise<void> {
    await this.client.query(
      `INSERT INTO local_lists (device_id, version, entries, updated_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (device_id) DO UPDATE SET version = $2, entries = $3, updated_at = $4`,
      [deviceId, version, JSON.stringify(entries), new Date(at)],
    );
  }

  async forget(deviceId: string): Promise<void> {
    await this.client.query('DELETE FROM local_lists WHERE device_id = $1', [deviceId]);
  }
}
