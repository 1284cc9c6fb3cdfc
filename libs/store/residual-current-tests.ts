import type { Queryable } from './pool.js';

export interface ResidualCurrentResult {
  readonly passed: boolean;
  /** Null: the charger did not tell. */
  readonly trip_ms: number | null;
  readonly current_mA: number | null;
}

export interface ResidualCurrentTest extends ResidualCurrentResult {
  readonly connector: number;
  readonly testedAt: Date;
  /** Who asked for it; null: nobody knows any more. */
  readonly personId: string | null;
}

/** The tests of residual-current devices that chargers did (NB-74). */
export class ResidualCurrentTests {
  constructor(private readonly client: Queryable) {}

  /** Who asked is in the command under way. */
  async record(
    device: { readonly deviceId: string; readonly siteId: string },
    connector: number,
    result: ResidualCurrentResult,
    at: number,
  ): Promise<void> {
    await this.client.query(
      `INSERT INTO residual_current_tests (location_id, device_id, connector, passed, trip_ms, current_ma, tested_at, person_id)
       VALUES ($1, $2, $3::integer, $4, $5, $6, $7, (
         SELECT person_id FROM commands
          WHERE device_id = $2 AND state = 'sent' AND request->>'action' = 'test-residual-current-device'
            AND (request->>'connector')::integer = $3::integer ORDER BY sent_at DESC LIMIT 1))`,
      [
        device.siteId,
        device.deviceId,
        connector,
        result.passed,
        result.trip_ms,
        result.current_mA,
        new Date(at),
      ],
    );
  }

  /** The newest first. */
  async of(deviceId: string, count: number): Promise<readonly ResidualCurrentTest[]> {
    const { rows } = await this.client.query<ResidualCurrentTest>(
      `SELECT connector, passed, trip_ms, current_ma AS "current_mA", tested_at AS "testedAt", person_id AS "personId"
         FROM residual_current_tests WHERE device_id = $1 ORDER BY id DESC LIMIT $2`,
      [deviceId, count],
    );
    return rows;
  }

  /** Nobody may charge there until a test passes. */
  async failed(deviceId: string, connector: number): Promise<boolean> {
    const { rows } = await this.client.query<{ failed: boolean }>(
      'SELECT residual_current_failed($1, $2) AS failed',
      [deviceId, connector],
    );
    return rows[0]?.failed ?? false;
  }
}
