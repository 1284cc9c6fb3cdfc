import type { Bus } from '#libs/bus/bus.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { Observation } from '#libs/contracts/observation.js';
import { applyLimit, reduceDevice } from '#libs/devices/device-state.js';
import type { Logger } from '#libs/platform/logger.js';
import type { Pool } from '#libs/store/pool.js';
import { readTopology } from '#libs/store/locations.js';
import { isMonitored } from '#libs/store/monitoring.js';
import { ReadingsWriter } from '#libs/store/readings/readings-writer.js';
import { DeviceEventStore, type ListedEvent } from '#libs/store/telemetry/device-event-store.js';
import { DeviceStateStore } from '#libs/store/telemetry/device-state-store.js';
import { JournalTail } from '#libs/store/telemetry/journal-tail.js';
import type { Clock } from '#libs/units/clock.js';
import { AlertWatcher } from './alerts/alert-watcher.js';
import { DeviceStates } from './device-states.js';
import { InstallationWatch } from './installation-watch.js';
import { listLimit, listObservation } from './listed-events.js';
import type { TelemetryConfig } from './telemetry-config.js';
import type { TelemetryMetrics } from './telemetry-metrics.js';
import { toReading } from './to-reading.js';

export interface TelemetryPorts {
  readonly bus: Pick<Bus, 'publish'>;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: TelemetryMetrics;
}

/** Name under which the bus and the journal keep our progress. */
export const group = 'telemetry';
/** What devices say all the time; the rest is written to the device's state before the bus may forget it. */
const frequent: ReadonlySet<Observation['event']['type']> = new Set([
  'meter-sample',
  'balancer-reading',
  'heard',
]);
/**
 * Journal numbers are given before their transactions commit, so a lower one may appear after a higher one. This many are
 * looked at again; doing so changes nothing.
 */
const journalOverlap = 200;
const journalPage = 200;

/** Observations and limits in; measurements, device states and the event list out. Every step may be repeated. */
export class TelemetryService {
  private readonly readings: ReadingsWriter;
  private readonly states: DeviceStates;
  private readonly events: DeviceEventStore;
  private readonly journal: JournalTail;
  private readonly installations: InstallationWatch;
  private readonly alerts: AlertWatcher;
  private readonly timers: NodeJS.Timeout[] = [];
  private catchingUp: Promise<void> | null = null;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly config: TelemetryConfig,
    private readonly ports: TelemetryPorts,
  ) {
    const { pool, clock, metrics, logger } = ports;
    this.readings = new ReadingsWriter(pool, {
      ...config,
      onStored: (rows, duration_ms) => {
        metrics.readings.inc(rows);
        metrics.batchDuration.observe(duration_ms / 1_000);
      },
      onFailure: (error, rows, pause_ms) => {
        metrics.storeFailures.inc({ what: 'readings' });
        logger.warn({ err: error, rows, pause_ms }, 'measurements could not be stored; trying again');
      },
    });
    this.states = new DeviceStates(new DeviceStateStore(pool), clock);
    this.events = new DeviceEventStore(pool);
    this.journal = new JournalTail(pool, group);
    this.installations = new InstallationWatch(
      async (siteId) => (await readTopology(pool, siteId))?.topology ?? null,
    );
    this.alerts = new AlertWatcher(pool, clock, logger);
  }

  /** Before the first message: what the journal holds and the bus may have lost comes first. */
  async start(): Promise<void> {
    await this.catchUp();
    this.timers.push(
      setInterval(() => this.saveStates(), this.config.stateInterval_ms),
      setInterval(() => this.catchUpInBackground(), this.config.catchUpInterval_ms),
      setInterval(() => this.lookAtAlerts(), this.config.alertInterval_ms),
    );
  }

  /** After the last message: stores what is held, as far as PostgreSQL lets it before the deadline. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.withinDeadline(async () => {
      await this.catchingUp?.catch(() => undefined);
      await this.looking;
      await this.readings.flush();
      await this.states.save();
    });
  }

  /** Prepares the days ahead, and tells the journal's entries again that the bus may have lost between a device's answer and us. */
  catchUp(): Promise<void> {
    this.catchingUp ??= this.keepUp().finally(() => (this.catchingUp = null));
    return this.catchingUp;
  }

  async takeObservation(observation: Observation): Promise<void> {
    await this.storeReading(observation);
    await this.project(observation);
    await this.checkInstallation(observation);
    if (!frequent.has(observation.event.type)) await this.states.save();
  }

  async takeLimit(limit: Limit): Promise<void> {
    const { deviceId, siteId } = limit;
    const device = { deviceId, siteId, deviceKind: 'charger' as const };
    await this.list(listLimit(limit, await this.states.peek(device)));
    await this.states.change(device, (state) => applyLimit(state, limit));
  }

  private async storeReading(observation: Observation): Promise<void> {
    const reading = toReading(observation);
    if (!reading) return;
    const { metrics } = this.ports;
    if (reading.time_ms !== observation.deviceTime) {
      metrics.implausibleClocks.inc({ device_kind: observation.deviceKind });
    }
    await this.readings.write(reading);
    metrics.held.set(this.readings.held);
  }

  /** Lists first, then reduces: a repeat after a failure in between sees the same state and lists again. */
  private async project(observation: Observation): Promise<boolean> {
    const listed = listObservation(observation, await this.states.peek(observation));
    const isNew = await this.list(await this.markMonitored(observation, listed));
    await this.states.change(observation, (state) => reduceDevice(state, observation));
    await this.alerts.take(observation, await this.states.peek(observation));
    return isNew;
  }

  /** An event of a hub is always listed; it is forwarded to the monitoring while a service for it runs (AJ-21 to AJ-33). */
  private async markMonitored(
    { event, deviceId }: Observation,
    listed: ListedEvent | null,
  ): Promise<ListedEvent | null> {
    if (!listed || event.type !== 'hub-event') return listed;
    const { pool, clock } = this.ports;
    const monitored = await isMonitored(pool, deviceId, new Date(clock.now()));
    return { ...listed, detail: { ...listed.detail, monitored } };
  }

  /** What the balancer's readings prove of its installation is an observation of its own, for all who follow the bus. */
  private async checkInstallation(observation: Observation): Promise<void> {
    const state = await this.states.peek(observation);
    const finding = await this.installations.take(observation, state.kind === 'balancer' ? state : null);
    if (!finding) return;
    const now = this.ports.clock.now();
    const { code, detail } = finding;
    const severity = code === 'installation-plausible' ? 8 : 5;
    await this.ports.bus.publish('observations', {
      ...observation,
      deviceTime: now,
      receivedAt: now,
      event: { type: 'notice', topic: 'installation', code, severity, detail },
    });
  }

  private async list(event: ListedEvent | null): Promise<boolean> {
    if (!event) return false;
    const isNew = (await this.events.append([event])) > 0;
    if (isNew) this.ports.metrics.events.inc({ type: event.type });
    return isNew;
  }

  private async keepUp(): Promise<void> {
    await this.readings.prepare(this.ports.clock.now());
    await this.followJournal();
  }

  private async followJournal(): Promise<void> {
    let after = Math.max(0, (await this.journal.progress()) - journalOverlap);
    for (;;) {
      const entries = await this.journal.read(after, journalPage);
      const last = entries.at(-1);
      if (!last) return;
      for (const { observations } of entries) {
        for (const observation of observations) {
          if (await this.project(observation)) this.ports.metrics.caughtUp.inc();
        }
      }
      await this.states.save();
      await this.journal.saveProgress(last.sequence);
      after = last.sequence;
    }
  }

  private catchUpInBackground(): void {
    this.catchUp().catch((error: unknown) => {
      this.ports.metrics.storeFailures.inc({ what: 'journal' });
      this.ports.logger.warn(
        { err: error },
        'the journal could not be followed or the next day prepared; trying again',
      );
    });
  }

  private lookAtAlerts(): void {
    this.looking ??= this.alerts
      .lookAtDue()
      .catch((error: unknown) => {
        this.ports.metrics.storeFailures.inc({ what: 'alerts' });
        this.ports.logger.warn({ err: error }, 'alerts could not be judged; trying again');
      })
      .finally(() => (this.looking = null));
  }

  private saveStates(): void {
    this.states.save().catch((error: unknown) => {
      this.ports.metrics.storeFailures.inc({ what: 'states' });
      this.ports.logger.warn({ err: error }, 'device states could not be stored; trying again');
    });
  }

  private async withinDeadline(work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.config.drainDeadline_ms);
    });
    const outcome = await Promise.race([work().then(() => 'done' as const), deadline]);
    clearTimeout(timer);
    if (outcome === 'late') {
      this.ports.logger.error(
        { measurements: this.readings.held },
        'PostgreSQL did not take everything before the shutdown deadline; these measurements are lost',
      );
    }
  }
}
