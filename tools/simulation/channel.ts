import type { Random } from '#firmware-sim/physics/random.js';
import type { EventQueue } from './event-queue.js';
import type { FaultCounts, FaultRates, MessageFault } from './faults.js';

export interface ChannelPorts<Message> {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly rates: FaultRates;
  readonly counts: FaultCounts;
  readonly latency_ms: readonly [number, number];
  /** How long a delayed message is held up, and with it all behind it. */
  readonly delay_ms: readonly [number, number];
  /** Which faults this way of a message has. */
  readonly faults: Partial<Record<'lost' | 'delayed' | 'duplicated' | 'reordered', MessageFault>>;
  readonly deliver: (message: Message) => void;
}

/**
 * One way of messages between two parts, like a TCP connection or a partition of the bus: in order, with latency. A late
 * message holds up those behind it; only one that is drawn as reordered is overtaken.
 */
export class Channel<Message> {
  private lastArrival_ms = 0;
  private generation = 0;

  constructor(private readonly ports: ChannelPorts<Message>) {}

  send(message: Message): void {
    const { queue, random, latency_ms, delay_ms } = this.ports;
    if (this.happens('lost')) return;
    const latency = random.between(latency_ms[0], latency_ms[1]);
    if (this.happens('reordered')) {
      this.arrive(queue.now_ms + latency + random.between(500, 5_000), message);
      return;
    }
    const late = this.happens('delayed') ? random.between(delay_ms[0], delay_ms[1]) : 0;
    this.lastArrival_ms = Math.max(this.lastArrival_ms, queue.now_ms + latency + late);
    this.arrive(this.lastArrival_ms, message);
    if (this.happens('duplicated')) this.arrive(this.lastArrival_ms, message);
  }

  /** The connection broke: what is under way never arrives. */
  cut(): void {
    this.generation++;
    this.lastArrival_ms = 0;
  }

  private arrive(at_ms: number, message: Message): void {
    const { generation } = this;
    this.ports.queue.at(at_ms, () => {
      if (generation === this.generation) this.ports.deliver(message);
    });
  }

  private happens(what: 'lost' | 'delayed' | 'duplicated' | 'reordered'): boolean {
    const fault = this.ports.faults[what];
    if (!fault || this.ports.random.uniform() >= this.ports.rates[fault]) return false;
    this.ports.counts[fault]++;
    return true;
  }
}
