import { integerId } from './integer-id.js';
import type { Queryable } from './pool.js';

export type ReservationState = 'asked' | 'reserved' | 'refused' | 'used' | 'cancelled' | 'removed';

/** A connector kept free for a token (OCPP 1.6 5.13, OCPP 2.0.1 block H). */
export interface Reservation {
  readonly reservationId: number;
  /** 0: any connector of the charger. */
  readonly connector: number;
  readonly token: string;
  readonly expiresAt: Date;
  readonly state: ReservationState;
  readonly changedAt: Date;
}

export interface ReservationToAsk {
  readonly deviceId: string;
  readonly siteId: string;
  readonly connector: number;
  readonly token: string;
  readonly expiresAt: number;
}

const columns = `id AS "reservationId", connector, token, expires_at AS "expiresAt", state, changed_at AS "changedAt"`;

export class ReservationStore {
  constructor(private readonly client: Queryable) {}

  /** Newest first. */
  async ofDevice(deviceId: string, count: number): Promise<readonly Reservation[]> {
    const { rows } = await this.client.query<Reservation>(
      `SELECT ${columns} FROM reservations WHERE device_id = $1 ORDER BY id DESC LIMIT $2`,
      [deviceId, count],
    );
    return rows;
  }

  /** A new one; its number goes to the charger. */
  async ask(wanted: ReservationToAsk, at: number): Promise<number> {
    const { rows } = await this.client.query<{ id: number }>(
      `INSERT INTO reservations (location_id, device_id, connector, token, expires_at, state, changed_at)
       VALUES ($1, $2, $3, $4, $5, 'asked', $6) RETURNING id`,
      [
        wanted.siteId,
        wanted.deviceId,
        wanted.connector,
        wanted.token,
        new Date(wanted.expiresAt),
        new Date(at),
      ],
    );
    const [row] = rows;
    if (!row) throw new Error('the database returned no reservation');
    return row.id;
  }

  /** What has ended stays ended, whatever is told late. False: there is none of that number at the device. */
  async change(
    deviceId: string,
    reservationId: number,
    state: Exclude<ReservationState, 'asked'>,
    at: number,
  ): Promise<boolean> {
    const { rowCount } = await this.client.query(
      `UPDATE reservations SET state = $3, changed_at = $4
        WHERE device_id = $1 AND id = $2 AND state IN ('asked', 'reserved')`,
      [deviceId, integerId(reservationId), state, new Date(at)],
    );
    return rowCount === 1;
  }
}
