import type { RelayModel } from '#firmware-sim/charger/phase-relay.js';
import type { Random } from '#firmware-sim/physics/random.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import type { WiredConnector } from '#libs/allocation/topology.js';
import { Channel } from './channel.js';
import type { EventQueue } from './event-queue.js';
import type { FaultCounts, FaultRates } from './faults.js';
import { SimulatedCharger } from './simulated-charger.js';
import { SimulatedStation, type StationPorts } from './simulated-station.js';
import type { SimulatedStore } from './simulated-store.js';
import type { FromCharger, ToCharger } from './wire.js';

export interface ChargerLinePorts {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly rates: FaultRates;
  readonly counts: FaultCounts;
  readonly store: SimulatedStore;
  readonly answerOf: StationPorts['answerOf'];
  readonly observe: (deviceId: string, event: DeviceEvent) => void;
  readonly note: (what: string, content: unknown) => void;
  /** False while the cloud takes no connections. */
  readonly cloudIsUp: () => boolean;
}

/** A charger, its connection and the edge's end of it. */
export class ChargerLine {
  readonly charger: SimulatedCharger;
  readonly station: SimulatedStation;
  private readonly answers: Channel<FromCharger>;
  private readonly reports: Channel<FromCharger>;
  private readonly calls: Channel<ToCharger>;
  private attempts = 0;

  constructor(
    wired: WiredConnector,
    private readonly ports: ChargerLinePorts,
  ) {
    const { queue, random, rates, counts, note } = ports;
    const { deviceId } = wired;
    const way = { queue, random, rates, counts, latency_ms: [20, 400], delay_ms: [1_000, 12_000] } as const;
    this.station = new SimulatedStation({
      deviceId,
      queue,
      store: ports.store,
      answerOf: ports.answerOf,
      say: (message) => this.calls.send(message),
      observe: (event) => ports.observe(deviceId, event),
    });
    const toEdge = (message: FromCharger): void => {
      note(`${deviceId} -> edge`, message);
      this.station.hear(message);
    };
    this.answers = new Channel({
      ...way,
      faults: { lost: 'answer-lost', delayed: 'answer-delayed' },
      deliver: toEdge,
    });
    this.reports = new Channel({
      ...way,
      faults: { lost: 'report-lost', delayed: 'report-delayed' },
      deliver: toEdge,
    });
    this.calls = new Channel({
      ...way,
      faults: { lost: 'call-lost', delayed: 'call-delayed' },
      deliver: (message) => {
        note(`edge -> ${deviceId}`, message);
        this.charger.hear(message, queue.now_ms);
      },
    });
    const habits = {
      sampleInterval_s: 5 + Math.floor(random.uniform() * 15),
      startsOffline: random.uniform() < 0.5,
      resumesAfterReboot: random.uniform() < 0.5,
      relay: this.drawRelay(wired),
    };
    this.charger = new SimulatedCharger(wired, habits, (message) =>
      (message.type === 'answer' ? this.answers : this.reports).send(message),
    );
  }

  private drawRelay(wired: WiredConnector): RelayModel {
    const { random, rates, counts, note } = this.ports;
    const takes_s = random.between(10, 30);
    const refusesUnderLoad = random.uniform() < 0.3;
    const ignores = random.uniform() < rates['relay-ignored'] && wired.switchesPhases;
    if (ignores) {
      counts['relay-ignored']++;
      note('fault relay-ignored', { deviceId: wired.deviceId });
    }
    return { takes_s, refusesUnderLoad, obeys: !ignores };
  }

  connectAfter(delay_ms: number): void {
    const attempt = ++this.attempts;
    this.ports.queue.after(delay_ms, () => {
      if (attempt !== this.attempts || this.charger.contact !== 'offline') return;
      const { queue, random } = this.ports;
      if (!this.ports.cloudIsUp() || this.charger.isBooting(queue.now_ms)) {
        this.connectAfter(random.between(5_000, 30_000));
        return;
      }
      this.station.opened();
      this.charger.connected(queue.now_ms);
    });
  }

  /** The connection breaks; the edge may notice a minute later (half-open TCP), or when the charger comes back. */
  breakConnection(away_ms: number): void {
    if (this.charger.contact === 'offline') return;
    this.charger.disconnected();
    for (const channel of [this.answers, this.reports, this.calls]) channel.cut();
    const epoch = this.station.connectionEpoch;
    this.ports.queue.after(this.ports.random.between(0, 60_000), () => this.station.noticedLoss(epoch));
    this.connectAfter(away_ms);
  }

  reboot(takes_ms: number): void {
    this.breakConnection(takes_ms + this.ports.random.between(1_000, 10_000));
    this.charger.reboot(this.ports.queue.now_ms, takes_ms);
  }

  /** The cloud died: nobody is left to notice anything. */
  cloudDied(): void {
    this.breakConnection(this.ports.random.between(5_000, 30_000));
    this.station.vanish();
  }
}
