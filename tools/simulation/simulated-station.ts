import type { Limit } from '#libs/contracts/limit.js';
import type { DeviceEvent, LimitAnswered } from '#libs/devices/device-event.js';
import { limitProfile } from '#libs/protocols/ocpp16/charging-profile.js';
import type { EventQueue } from './event-queue.js';
import type { SimulatedStore } from './simulated-store.js';
import type { FromCharger, ToCharger } from './wire.js';

type Outcome = LimitAnswered['outcome'];

export interface StationPorts {
  readonly deviceId: string;
  readonly queue: EventQueue;
  readonly store: SimulatedStore;
  readonly say: (message: ToCharger) => void;
  readonly observe: (event: DeviceEvent) => void;
  /** What becomes known of a limit; honest parts change nothing. */
  readonly answerOf: (outcome: Outcome) => Outcome;
}

interface Call {
  readonly callId: number;
  readonly limit: Limit;
}

/** As apps/ingress: the deadline of a limit, waiting for its turn included. */
const limitTimeout_ms = 10_000;

/**
 * The edge's end of one charger's connection, by the rules of apps/ingress/ocpp: one call at a time, the latest limit
 * wins its place in the queue, one deadline, and an answer to the allocator for each limit.
 */
export class SimulatedStation {
  isOpen = false;
  private isSettled = false;
  private epoch = 0;
  private calls = 0;
  private waiting: Call[] = [];
  private current: Call | null = null;
  /** Ids of the latest limits: a second copy of one is dropped. */
  private taken: readonly string[] = [];

  constructor(private readonly ports: StationPorts) {}

  get connectionEpoch(): number {
    return this.epoch;
  }

  /** A newer connection takes the place of an older one. */
  opened(): void {
    this.closed();
    this.isOpen = true;
    this.epoch++;
    this.ports.observe({ type: 'connected', connectionEpoch: this.epoch, protocol: 'ocpp1.6' });
  }

  /** The process is gone, and with it everything it knew. */
  vanish(): void {
    this.isOpen = false;
    this.isSettled = false;
    this.current = null;
    this.waiting = [];
  }

  /** The edge notices that connection `epoch` is gone; a newer one stays. */
  noticedLoss(epoch: number): void {
    if (!this.isOpen || epoch !== this.epoch) return;
    this.closed();
    this.ports.observe({ type: 'disconnected', connectionEpoch: epoch, cause: 'timeout' });
  }

  /** Ends what was under way: sent is unanswered, waiting was never sent. */
  private closed(): void {
    this.isOpen = false;
    this.isSettled = false;
    const { current, waiting } = this;
    this.current = null;
    this.waiting = [];
    if (current) this.answer(current.limit, 'unknown');
    for (const call of waiting) this.answer(call.limit, 'undelivered');
  }

  send(limit: Limit): void {
    if (!this.isOpen || this.taken.includes(limit.limitId)) return;
    this.taken = [...this.taken.slice(-31), limit.limitId];
    if (!this.isSettled) return this.answer(limit, 'undelivered');
    const key = (of: Limit): string => `${of.connector}/${of.transactionId ?? 'standing'}`;
    const earlier = this.waiting.find((call) => key(call.limit) === key(limit));
    if (earlier) {
      this.waiting = this.waiting.filter((call) => call !== earlier);
      this.answer(earlier.limit, 'undelivered');
    }
    const call = { callId: ++this.calls, limit };
    this.waiting.push(call);
    this.ports.queue.after(limitTimeout_ms, () => this.expire(call));
    this.next();
  }

  hear(message: FromCharger): void {
    const { deviceId, store, queue, say, observe } = this.ports;
    const connector = 1;
    switch (message.type) {
      case 'boot':
        this.isSettled = true;
        say({ type: 'time', now_ms: queue.now_ms, boot: true });
        return observe({ type: 'booted', vendor: 'Simulated', model: 'One' });
      case 'heartbeat':
        say({ type: 'time', now_ms: queue.now_ms, boot: false });
        return observe({ type: 'heard' });
      case 'status':
        return observe({ type: 'connector-status', connector, status: message.status, errorCode: 'NoError' });
      case 'start': {
        const { transactionId, isNew } = store.start(deviceId, message.session, queue.now_ms);
        say({ type: 'started', session: message.session, transactionId });
        if (isNew)
          observe({
            type: 'transaction-started',
            connector,
            transactionId,
            idToken: 'card',
            meterStart_Wh: 0,
          });
        return;
      }
      case 'stop': {
        const transactionId = store.stop(deviceId, message.session);
        say({ type: 'stopped', session: message.session });
        if (transactionId !== null)
          observe({ type: 'transaction-ended', connector, transactionId, meterStop_Wh: 0, reason: 'Local' });
        return;
      }
      case 'sample':
        return observe({
          type: 'meter-sample',
          connector,
          transactionId: message.transactionId,
          current_A: message.current_A,
          voltage_V: null,
          power_W: null,
          energy_Wh: null,
          offered_A: null,
        });
      case 'answer': {
        const { current } = this;
        if (current?.callId !== message.callId) return;
        this.current = null;
        this.answer(current.limit, message.status === 'Accepted' ? 'accepted' : 'rejected');
        this.next();
      }
    }
  }

  private next(): void {
    while (!this.current) {
      const call = this.waiting.shift();
      if (!call) return;
      const { leaseUntil } = call.limit;
      if (leaseUntil !== null && leaseUntil <= this.ports.queue.now_ms) {
        this.answer(call.limit, 'undelivered');
        continue;
      }
      this.current = call;
      this.ports.say({ type: 'profile', callId: call.callId, request: limitProfile(call.limit) });
    }
  }

  private expire(call: Call): void {
    if (this.current === call) {
      this.current = null;
      this.answer(call.limit, 'unknown');
      this.next();
    } else if (this.waiting.includes(call)) {
      this.waiting = this.waiting.filter((other) => other !== call);
      this.answer(call.limit, 'undelivered');
    }
  }

  private answer(limit: Limit, outcome: Outcome): void {
    this.ports.observe({
      type: 'limit-answered',
      connector: limit.connector,
      limitId: limit.limitId,
      outcome: this.ports.answerOf(outcome),
    });
  }
}
