import type { Station } from '../station.js';
import type { Monitor, Monitors } from './monitors.js';

interface Occurrence {
  readonly trigger: 'Alerting' | 'Delta' | 'Periodic';
  readonly cleared: boolean;
  readonly actualValue: string;
}

/** The most events in one NotifyEvent. */
const eventsPerMessage = 20;

/** Watches the monitored variables and tells what happened, later when nobody listens now (OCPP 2.0.1 N07). */
export class MonitorEvents {
  private nextEventId = 1;
  private waiting: object[] = [];

  constructor(
    private readonly station: Station,
    private readonly monitors: Monitors,
    private readonly transactionOf: (evseId: number | undefined) => string | null,
  ) {}

  tick(now_ms: number): void {
    for (const monitor of this.monitors.active) {
      const transactionId = this.transactionOf(monitor.component.evse?.id);
      if (monitor.transaction && transactionId === null) continue;
      const occurrence = observe(monitor, now_ms);
      if (occurrence) this.note(monitor, occurrence);
    }
    this.flush();
  }

  /** Lets a monitor speak whatever its variable says. */
  fire(monitor: Monitor, actualValue: string): void {
    const trigger =
      monitor.type === 'Delta' ? 'Delta' : monitor.type.startsWith('Periodic') ? 'Periodic' : 'Alerting';
    this.note(monitor, { trigger, cleared: false, actualValue });
    this.flush();
  }

  private note(monitor: Monitor, { trigger, cleared, actualValue }: Occurrence): void {
    if (monitor.severity > this.monitors.level) return;
    const transactionId = this.transactionOf(monitor.component.evse?.id);
    this.waiting.push({
      eventId: this.nextEventId++,
      timestamp: this.station.timestamp(),
      trigger,
      actualValue,
      cleared,
      ...(transactionId !== null && { transactionId }),
      component: monitor.target.component,
      variable: monitor.target.variable,
      variableMonitoringId: monitor.id,
      eventNotificationType: monitor.origin,
    });
  }

  private flush(): void {
    if (!this.station.online || this.waiting.length === 0) return;
    const told = this.waiting.splice(0);
    const generatedAt = this.station.timestamp();
    for (let from = 0, seqNo = 0; from < told.length; from += eventsPerMessage, seqNo++) {
      this.station.say('NotifyEvent', {
        generatedAt,
        seqNo,
        tbc: from + eventsPerMessage < told.length,
        eventData: told.slice(from, from + eventsPerMessage),
      });
    }
  }
}

/** What a monitor has to say now, if anything; remembers what it said. */
function observe(monitor: Monitor, now_ms: number): Occurrence | null {
  const actualValue = monitor.target.read();
  const number = Number(actualValue);
  switch (monitor.type) {
    case 'UpperThreshold':
    case 'LowerThreshold': {
      const beyond = monitor.type === 'UpperThreshold' ? number > monitor.value : number < monitor.value;
      if (beyond === monitor.alerting) return null;
      monitor.alerting = beyond;
      return { trigger: 'Alerting', cleared: !beyond, actualValue };
    }
    case 'Delta': {
      const numeric = !Number.isNaN(number);
      const moved = numeric
        ? Math.abs(number - Number(monitor.reference)) >= monitor.value && actualValue !== monitor.reference
        : actualValue !== monitor.reference;
      if (!moved) return null;
      monitor.reference = actualValue;
      return { trigger: 'Delta', cleared: false, actualValue };
    }
    case 'Periodic':
      if (now_ms - monitor.lastPeriod < monitor.value * 1_000) return null;
      monitor.lastPeriod = now_ms;
      return { trigger: 'Periodic', cleared: false, actualValue };
    case 'PeriodicClockAligned': {
      const period_ms = monitor.value * 1_000;
      if (Math.floor(now_ms / period_ms) === Math.floor(monitor.lastPeriod / period_ms)) return null;
      monitor.lastPeriod = now_ms;
      return { trigger: 'Periodic', cleared: false, actualValue };
    }
  }
}
