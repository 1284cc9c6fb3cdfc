import { createHash, randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import type { Disconnected } from '#libs/devices/device-event.js';
import type { Logger } from '#libs/platform/logger.js';
import { spellings } from '#libs/protocols/ocppj/call-error.js';
import { encodeError, parseFrame, type Frame } from '#libs/protocols/ocppj/frame.js';
import type { Connection, Product, RegisteredDevice } from '#libs/store/device-registry.js';
import type { Deviation } from '#libs/protocols/ocppj/tolerance.js';
import type { Clock } from '#libs/units/clock.js';
import type { IngressLimits } from '../ingress-config.js';
import type { IngressMetrics, RefusalReason } from '../metrics.js';
import type { Observe } from '../observe.js';
import { closings, type ClosingCode } from '../refusals.js';
import { TokenBucket } from '../token-bucket.js';
import type { Dialect } from './dialect.js';
import type { QuirkCatalogue, Quirks } from './quirks/quirk-catalogue.js';
import { InboundCalls, type Arrival } from './inbound-calls.js';
import { OutboundCalls } from './outbound-calls.js';
import type { SmartCharging } from './smart-charging.js';

export interface StationPorts {
  readonly clock: Clock;
  readonly limits: IngressLimits;
  readonly logger: Logger;
  readonly metrics: IngressMetrics;
  readonly observe: Observe;
  /** The charger may be commanded from now on; called once per connection, and again after each boot (`booted`). */
  readonly settled: (station: Station, booted: boolean) => void;
  readonly quirks: Pick<QuirkCatalogue, 'of'>;
  /** Hears of what the charger makes of its charging profiles. */
  readonly smartCharging: Pick<SmartCharging, 'called'>;
}

/** Kinds of deviation told of one connection; a charger with more has told enough. */
const mostToldDeviations = 50;

/** How long a closing handshake may take before the socket is cut. */
const closeGrace_ms = 2_000;

const reasonByCode: Readonly<Record<string, RefusalReason>> = {
  NotImplemented: 'unknown-action',
  NotSupported: 'unsupported-action',
};

/** One connection of one charger: its socket, its calls in both directions, its beginning and its end. */
export class Station {
  readonly outbound: OutboundCalls;
  /** Resolves when the end of this connection is on the bus. */
  readonly ended: Promise<void>;
  private readonly inbound: InboundCalls;
  private readonly bucket: TokenBucket;
  private cause: Disconnected['cause'] = 'closed';
  private product: Product | null;
  /** Deviations people were told of on this connection. */
  private readonly told = new Set<string>();
  private booted: boolean;
  private commandable = false;
  private answeredPing = true;
  private badMessages = 0;
  private readonly unread = new Set<'rate' | 'backlog'>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    readonly device: RegisteredDevice,
    readonly connection: Connection,
    readonly dialect: Dialect,
    private readonly socket: WebSocket,
    private readonly ports: StationPorts,
  ) {
    const { limits, metrics } = ports;
    this.booted = connection.bootedBefore;
    this.product = connection.product;
    this.bucket = new TokenBucket(ports.clock, limits.burst_messages, limits.rate_messagesPerSecond);
    const send = (text: string) => this.send(text);
    this.outbound = new OutboundCalls({
      send,
      newMessageId: randomUUID,
      capacity: limits.outboundQueue_calls,
      ended: (action, outcome, roundTrip_ms, payload) => {
        ports.smartCharging.called(device.deviceId, dialect.profiles, { action, payload }, outcome);
        metrics.calls.inc({ action, outcome: outcome.kind === 'not-sent' ? outcome.why : outcome.kind });
        if (roundTrip_ms !== null) metrics.roundTrip.observe({ action }, roundTrip_ms / 1_000);
      },
    });
    const announced = this.announce({
      type: 'connected',
      connectionEpoch: connection.connectionEpoch,
      protocol: dialect.schemas.version,
    });
    this.inbound = new InboundCalls(
      {
        actions: dialect.actions,
        schemas: dialect.schemas,
        tolerates: (arrival) => {
          if (arrival.action === 'BootNotification')
            this.product = dialect.productOf(arrival.payload) ?? this.product;
          return this.quirks.tolerates;
        },
        deviated: (arrival, deviations) => this.deviated(arrival, deviations),
        device,
        replayedAnswers: limits.replayedAnswers,
        send,
        answered: (arrival) => this.answered(arrival),
        refused: (arrival, { code }) => {
          const reason = reasonByCode[code] ?? 'wrong-types';
          this.count(reason === 'unknown-action' ? 'unknown' : arrival.action, 'refused');
          metrics.refusals.inc({ protocol: 'ocpp', reason });
        },
        failed: (arrival, error) => {
          this.count(arrival.action, 'failed');
          ports.logger.error({ ...this.identity(), action: arrival.action, err: error }, 'a call failed');
        },
        replayed: () => this.count('any', 'replayed'),
        backlog: (calls) => this.read('backlog', calls < limits.inboundQueue_calls),
      },
      announced,
    );
    socket.on('message', (data, isBinary) => this.receive(data, isBinary));
    socket.on('pong', () => (this.answeredPing = true));
    socket.on('error', (error: NodeJS.ErrnoException) => this.broken(error));
    this.ended = new Promise((resolve) => {
      socket.once('close', () => void this.finish().then(resolve));
    });
  }

  /** What is known of this product's peculiarities. */
  get quirks(): Quirks {
    return this.ports.quirks.of(this.product);
  }

  /** True once a BootNotification is answered, or a charger that booted before has made a valid call. */
  get isSettled(): boolean {
    return this.commandable;
  }

  close(cause: Disconnected['cause'], closing: ClosingCode): void {
    if (this.cause === 'closed') this.cause = cause;
    const { code, reason } = closings[closing];
    this.socket.close(code, reason);
    this.after(closeGrace_ms, () => this.socket.terminate());
  }

  /** Cuts a half-open connection; otherwise asks again for a sign of life. */
  ping(): void {
    // What we do not read cannot answer.
    if (this.unread.size > 0) return;
    if (!this.answeredPing) {
      if (this.cause === 'closed') this.cause = 'timeout';
      return this.socket.terminate();
    }
    this.answeredPing = false;
    this.socket.ping();
  }

  /** Waits for the call under way, then closes. */
  async drain(): Promise<void> {
    await Promise.race([
      this.inbound.stop(),
      new Promise<void>((resolve) => this.after(this.ports.limits.drain_ms, resolve)),
    ]);
    this.close('drain', 'drain');
    await this.ended;
  }

  private receive(data: RawData, isBinary: boolean): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.answeredPing = true;
    const wait_ms = this.bucket.take();
    if (wait_ms > 0 && !this.unread.has('rate')) {
      this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason: 'rate' });
      this.read('rate', false);
      this.after(wait_ms, () => this.read('rate', true));
    }
    if (isBinary) {
      this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason: 'binary' });
      return this.close('protocol', 'binary');
    }
    const bytes = data as Buffer;
    const frame = parseFrame(bytes.toString('utf8'));
    if (frame.kind === 'malformed') return this.malformed(frame);
    if (frame.kind === 'call')
      return this.inbound.accept({
        ...frame,
        fingerprint: createHash('sha256').update(bytes).digest('base64'),
        receivedAt: this.ports.clock.now(),
      });
    if (!this.outbound.settle(frame)) this.count('any', 'late-answer');
  }

  private malformed(frame: Extract<Frame, { kind: 'malformed' }>): void {
    const reason = frame.why === 'json' ? 'bad-json' : 'bad-shape';
    this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason });
    const { malformed, unreadableId } = spellings[this.dialect.schemas.version];
    const messageId = frame.messageId ?? unreadableId;
    if (messageId !== null) this.send(encodeError(messageId, malformed, 'This is no OCPP-J message'));
    this.badMessages++;
    if (this.badMessages <= this.ports.limits.badMessages) return;
    this.ports.logger.warn({ ...this.identity(), reason }, 'closed after too many malformed messages');
    this.close('protocol', reason);
  }

  private answered(arrival: Arrival): void {
    this.count(arrival.action, 'accepted');
    this.ports.metrics.handling.observe(
      { action: arrival.action },
      Math.max(0, this.ports.clock.now() - arrival.receivedAt) / 1_000,
    );
    const boots = arrival.action === 'BootNotification';
    this.booted ||= boots;
    if (!this.booted || (this.commandable && !boots)) return;
    this.commandable = true;
    this.ports.settled(this, boots);
  }

  /** Every deviation is counted; people hear of each kind once per connection. */
  private deviated({ action, receivedAt }: Arrival, deviations: readonly Deviation[]): void {
    for (const { tolerance, path } of deviations) {
      this.ports.metrics.deviations.inc({ action, tolerance });
      const kind = `${action}/${tolerance}/${path}`;
      if (this.told.has(kind) || this.told.size >= mostToldDeviations) continue;
      this.told.add(kind);
      void this.ports
        .observe(
          this.device,
          { type: 'notice', topic: 'deviation', code: tolerance, severity: 8, detail: { action, path } },
          { deviceTime: receivedAt, receivedAt },
        )
        .catch((error: unknown) =>
          this.ports.logger.error({ ...this.identity(), err: error }, 'a deviation could not be told'),
        );
    }
  }

  private send(text: string): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    if (this.socket.bufferedAmount > this.ports.limits.sendBuffer_bytes) {
      this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason: 'slow' });
      this.close('protocol', 'slow');
      return false;
    }
    this.socket.send(text);
    return true;
  }

  /** Reads the socket only while nothing asks not to: the sender feels it as a full TCP window. */
  private read(reason: 'rate' | 'backlog', wanted: boolean): void {
    if (wanted) this.unread.delete(reason);
    else this.unread.add(reason);
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.unread.size > 0) this.socket.pause();
    else this.socket.resume();
  }

  private broken(error: NodeJS.ErrnoException): void {
    // ws closes by itself with the code the standard asks for; ours is to count what it was.
    const oversize = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    if (!error.code?.startsWith('WS_ERR_')) return;
    if (this.cause === 'closed') this.cause = 'protocol';
    this.ports.metrics.refusals.inc({ protocol: 'ocpp', reason: oversize ? 'oversize' : 'protocol' });
    this.ports.logger.warn({ ...this.identity(), code: error.code }, 'broke the WebSocket protocol');
  }

  private async finish(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.outbound.close();
    await this.inbound.stop();
    await this.announce({
      type: 'disconnected',
      connectionEpoch: this.connection.connectionEpoch,
      cause: this.cause,
    });
    this.ports.logger.info({ ...this.identity(), cause: this.cause }, 'charger disconnected');
  }

  private async announce(event: Parameters<Observe>[1]): Promise<void> {
    const now = this.ports.clock.now();
    try {
      await this.ports.observe(this.device, event, { deviceTime: now, receivedAt: now });
    } catch (error) {
      this.ports.logger.error({ ...this.identity(), err: error }, `could not publish ${event.type}`);
      if (event.type === 'connected') this.close('protocol', 'failed');
    }
  }

  private count(action: string, outcome: string): void {
    this.ports.metrics.messages.inc({ protocol: 'ocpp', action, outcome });
  }

  private after(duration_ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, duration_ms);
    this.timers.add(timer);
  }

  private identity(): { identity: string; deviceId: string; connectionEpoch: number } {
    return {
      identity: this.device.identity,
      deviceId: this.device.deviceId,
      connectionEpoch: this.connection.connectionEpoch,
    };
  }
}
