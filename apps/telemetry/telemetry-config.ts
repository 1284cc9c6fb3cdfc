/** Every number of the telemetry app in one place, with its reason. */
export interface TelemetryConfig {
  /** Samples go to PostgreSQL in batches of this many: binary COPY is at its best from about 500 on. */
  readonly batchRows: number;
  /** A sample waits no longer than this for its batch; a killed process loses at most this much of them. */
  readonly batchAge_ms: number;
  /** Samples held in memory while PostgreSQL is away; then the bus has to wait. */
  readonly capacityRows: number;
  /** First and longest pause before a failed batch is tried again. */
  readonly retryFirst_ms: number;
  readonly retryLongest_ms: number;
  /** A device's state is written at most once per this, unless something other than a measurement changed it. */
  readonly stateInterval_ms: number;
  /** How often the journal is compared with what came over the bus. */
  readonly catchUpInterval_ms: number;
  /** How often devices are looked at whose alerts are due by the time alone. */
  readonly alertInterval_ms: number;
  /** At shutdown, how long to wait for PostgreSQL to take what is held. */
  readonly drainDeadline_ms: number;
}

export const defaultTelemetryConfig: TelemetryConfig = {
  batchRows: 1_000,
  batchAge_ms: 500,
  capacityRows: 50_000,
  retryFirst_ms: 100,
  retryLongest_ms: 5_000,
  stateInterval_ms: 1_000,
  catchUpInterval_ms: 60_000,
  alertInterval_ms: 1_000,
  drainDeadline_ms: 10_000,
};
