import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What an operator watches of telemetry. */
export class TelemetryMetrics {
  readonly readings: Counter;
  readonly held: Gauge;
  readonly batchDuration: Histogram;
  readonly storeFailures: Counter<'what'>;
  readonly implausibleClocks: Counter<'device_kind'>;
  readonly events: Counter<'type'>;
  readonly caughtUp: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.readings = new Counter({
      name: 'busbar_telemetry_readings_total',
      help: 'Measurements stored',
      registers,
    });
    this.held = new Gauge({
      name: 'busbar_telemetry_readings_held',
      help: 'Measurements accepted and not yet stored; at its capacity the bus waits',
      registers,
    });
    this.batchDuration = new Histogram({
      name: 'busbar_telemetry_batch_seconds',
      help: 'Time to store one batch of measurements with its minutes',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.storeFailures = new Counter({
      name: 'busbar_telemetry_store_failures_total',
      help: 'Writes to PostgreSQL that failed and are tried again',
      labelNames: ['what'],
      registers,
    });
    this.implausibleClocks = new Counter({
      name: 'busbar_telemetry_implausible_clocks_total',
      help: 'Measurements stored by the time of reception because the device clock cannot be right',
      labelNames: ['device_kind'],
      registers,
    });
    this.events = new Counter({
      name: 'busbar_telemetry_events_total',
      help: 'Events listed for people, by type',
      labelNames: ['type'],
      registers,
    });
    this.caughtUp = new Counter({
      name: 'busbar_telemetry_journal_caught_up_total',
      help: 'Events that were in the journal and had not come over the bus',
      registers,
    });
  }
}
