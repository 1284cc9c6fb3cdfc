import type { HubEventRaised } from '#libs/devices/device-event.js';
import type { HubEventJournal } from '#libs/store/journal/hub-event-journal.js';
import type { Clock } from '#libs/units/clock.js';
import type { Observe, Times } from '../observe.js';
import type { Downlinks } from './downlinks.js';
import type { MqttSession } from './mqtt-session.js';

export interface HubEventsPorts {
  readonly journal: HubEventJournal;
  readonly observe: Observe;
  readonly clock: Clock;
  readonly downlinks: Pick<Downlinks, 'send'>;
  readonly eventRequest_ms: number;
}

/** Gaps asked for at once; the next ones follow when these are filled. */
const gapsAtOnce = 4;
/** A hub that does not have an event any more is asked for it less and less often, but never given up. */
const longestPause_ms = 3_600_000;

interface Asking {
  /** The lowest sequence that was missing when we asked last. */
  readonly from: number;
  readonly pause_ms: number;
  readonly nextAt: number;
}

/** The events of alarm hubs: into the journal first, and what the journal lacks is asked for until it is there. */
export class HubEvents {
  private readonly asking = new WeakMap<MqttSession, Asking>();

  constructor(private readonly ports: HubEventsPorts) {}

  /** Resolves when the event is in the journal and on the bus. */
  async keep(session: MqttSession, event: HubEventRaised, times: Times): Promise<void> {
    const { device } = session;
    await this.ports.journal.record({ deviceId: device.deviceId, siteId: device.siteId, event, ...times });
    // Published on a replay too: the first word may have been lost between journal and bus.
    await this.ports.observe(device, event, times);
    await this.acknowledge(session);
  }

  /** Tells a hub where its journal stands, and asks for what is missing. Also when it begins to listen. */
  async acknowledge(session: MqttSession): Promise<void> {
    const { deviceId } = session.device;
    const highest = await this.ports.journal.highestWithoutGap(deviceId, session.highestWithoutGap);
    if (highest === null) return;
    session.highestWithoutGap = highest;
    // Nobody waits for it: a hub that reads slowly must not keep its own events from the journal.
    void this.ports.downlinks.send(session, { downlink: 'event-acknowledged', sequence: highest });
    await this.askForMissing(session);
  }

  /**
   * Asks for the gaps of the journal: at once when the lowest missing sequence is another one than before, else when the
   * pause is over, which doubles each time.
   */
  async askForMissing(session: MqttSession): Promise<void> {
    if (!session.listens.has('event-request')) return;
    const now = this.ports.clock.now();
    const before = this.asking.get(session);
    const { deviceId } = session.device;
    const gaps = await this.ports.journal.gaps(deviceId, session.highestWithoutGap, gapsAtOnce);
    const [first] = gaps;
    if (!first) {
      this.asking.delete(session);
      return;
    }
    const same = before?.from === first.fromSequence;
    if (same && now < before.nextAt) return;
    const pause_ms = same ? Math.min(2 * before.pause_ms, longestPause_ms) : this.ports.eventRequest_ms;
    this.asking.set(session, { from: first.fromSequence, pause_ms, nextAt: now + pause_ms });
    for (const gap of gaps) void this.ports.downlinks.send(session, { downlink: 'event-request', ...gap });
  }

  /** True while the journal is known to lack something of this connection's hub. */
  isAsking(session: MqttSession): boolean {
    return this.asking.has(session);
  }
}
