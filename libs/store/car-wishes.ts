import type { Pool } from './pool.js';

/** What a car says of its own session; null: it did not say. */
export interface CarWish {
  readonly transactionId: number;
  readonly departure: string | null;
  readonly energy_kWh: number | null;
}

/** Wishes of cars become the session's goal as if a person had set it (set-goal), unless a person has. */
export interface CarWishes {
  /** False: a person, or the car itself, has already set a goal for this session. */
  wish(deviceId: string, wish: CarWish): Promise<boolean>;
}

export class PostgresCarWishes implements CarWishes {
  constructor(private readonly pool: Pool) {}

  async wish(deviceId: string, wish: CarWish): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO twins (device_id, desired, desired_version) VALUES ($1, jsonb_build_object('goal', $2::jsonb), 1)
       ON CONFLICT (device_id) DO UPDATE SET
         desired = twins.desired || excluded.desired, desired_version = twins.desired_version + 1
       WHERE twins.desired->'goal'->>'transactionId' IS DISTINCT FROM $3::text`,
      [deviceId, JSON.stringify(wish), String(wish.transactionId)],
    );
    return rowCount === 1;
  }
}
