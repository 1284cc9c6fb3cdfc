import type { Pool } from './pool.js';

export type StoredConnectorStatus = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';

export interface ConnectorStatusEntry {
  readonly connector: number;
  readonly status: StoredConnectorStatus;
}

/** What each connector of an EVSE last said of itself (OCPP 2.0.1 G01); survives every process. */
export interface ConnectorStatuses {
  /** Keeps one connector's word and answers those of all connectors of its EVSE. */
  tell(deviceId: string, evse: number, told: ConnectorStatusEntry): Promise<readonly ConnectorStatusEntry[]>;
}

export class PostgresConnectorStatuses implements ConnectorStatuses {
  constructor(private readonly pool: Pool) {}

  async tell(
    deviceId: string,
    evse: number,
    { connector, status }: ConnectorStatusEntry,
  ): Promise<readonly ConnectorStatusEntry[]> {
    const { rows } = await this.pool.query<ConnectorStatusEntry>({
      name: 'connector-status-tell',
      text: `WITH told AS (
               INSERT INTO connector_statuses (device_id, evse, connector, status) VALUES ($1, $2, $3, $4)
               ON CONFLICT (device_id, evse, connector) DO UPDATE SET status = excluded.status
               RETURNING connector, status
             )
             SELECT connector, status FROM told
             UNION ALL
             SELECT connector, status FROM connector_statuses
              WHERE device_id = $1 AND evse = $2 AND connector <> $3`,
      values: [deviceId, evse, connector, status],
    });
    return rows;
  }
}
