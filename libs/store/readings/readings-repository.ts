import type { Queryable } from '../pool.js';

type PerPhaseOrNull = readonly [number | null, number | null, number | null];

/** A sample, or the mean of a minute. */
export interface StoredReading {
  /** The instant of the sample, or the start of its minute. */
  readonly at: Date;
  readonly connector: number;
  readonly current_A: PerPhaseOrNull;
  /** Largest current within the minute; null for a sample. */
  readonly currentMaximum_A: PerPhaseOrNull | null;
  /** Null for a minute. */
  readonly voltage_V: PerPhaseOrNull | null;
  readonly power_W: number | null;
  /** The register at that instant, or the highest within the minute. */
  readonly energy_Wh: number | null;
  readonly samples: number;
}

export interface ReadingsQuery {
  readonly deviceId: string;
  /** 0 for a load balancer. */
  readonly connector: number;
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** The `at` of the last reading of the page before; null for the first page. */
  readonly after: Date | null;
  readonly count: number;
}

/** A device's measurements, oldest first, page by page: (device, connector, time) is unique, so `at` is the key. */
export class ReadingsRepository {
  constructor(private readonly client: Queryable) {}

  async raw(query: ReadingsQuery): Promise<readonly StoredReading[]> {
    const { rows } = await this.client.query<Omit<StoredReading, 'currentMaximum_A' | 'samples'>>(
      `SELECT time AS at, connector,
              ARRAY[current_l1_a, current_l2_a, current_l3_a] AS "current_A",
              ARRAY[voltage_l1_v, voltage_l2_v, voltage_l3_v] AS "voltage_V",
              power_w AS "power_W", energy_wh AS "energy_Wh"
         FROM readings
        WHERE device_id = $1 AND connector = $2 AND time >= $3 AND time < $4
          AND ($5::timestamptz IS NULL OR time > $5)
        ORDER BY time LIMIT $6`,
      parameters(query),
    );
    return rows.map((row) => ({ ...row, currentMaximum_A: null, samples: 1 }));
  }

  async minutes(query: ReadingsQuery): Promise<readonly StoredReading[]> {
    const { rows } = await this.client.query<Omit<StoredReading, 'voltage_V'>>(
      `SELECT minute AS at, connector, samples,
              ARRAY[current_l1_a_sum / samples, current_l2_a_sum / samples, current_l3_a_sum / samples] AS "current_A",
              ARRAY[current_l1_a_max, current_l2_a_max, current_l3_a_max] AS "currentMaximum_A",
              power_w_sum / samples AS "power_W", energy_wh_last AS "energy_Wh"
         FROM readings_1m
        WHERE device_id = $1 AND connector = $2 AND minute >= $3 AND minute < $4
          AND ($5::timestamptz IS NULL OR minute > $5)
        ORDER BY minute LIMIT $6`,
      parameters(query),
    );
    return rows.map((row) => ({ ...row, voltage_V: null }));
  }
}

const parameters = (query: ReadingsQuery): unknown[] => [
  query.deviceId,
  query.connector,
  query.from,
  query.to,
  query.after,
  query.count,
];
