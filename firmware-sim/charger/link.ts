import { RPCClient } from 'ocpp-rpc';
import type { Random } from '../physics/random.js';

export type CommandHandler = (action: string, payload: unknown) => Promise<Record<string, unknown>>;

export interface LinkOptions {
  readonly endpoint: string;
  readonly identity: string;
  readonly secret: string;
  readonly random: Random;
  /** First pause after a lost connection; doubles up to the maximum, +-50 % so that a fleet does not return at once. */
  readonly backoff: { readonly initial_ms: number; readonly maximum_ms: number };
  readonly callTimeout_ms: number;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  readonly onCommand: CommandHandler;
}

/**
 * The charger's WebSocket to its central system: one RPCClient per connection, so that nothing that was queued for a
 * dead socket can slip into the next one.
 */
export class Link {
  connections = 0;
  private client: RPCClient | null = null;
  private isOpen = false;
  private stopped = true;
  private attempt = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: LinkOptions) {}

  get open(): boolean {
    return this.isOpen;
  }

  start(): void {
    this.stopped = false;
    this.schedule(0);
  }

  /** The connection proved good: the next loss starts again with the shortest pause. */
  settled(): void {
    this.attempt = 0;
  }

  async call(action: string, payload: object): Promise<unknown> {
    if (!this.client || !this.isOpen) throw new Error('The charger is offline.');
    return this.client.call(action, payload);
  }

  /** Cuts the connection without a goodbye; comes back after `away_ms`. */
  async drop(away_ms: number): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.stopped = true;
    await this.client?.close({ force: true });
    this.stopped = false;
    this.schedule(away_ms);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.close({ code: 1000, reason: 'The simulation ended' });
  }

  private schedule(pause_ms: number): void {
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), pause_ms);
  }

  private async connect(): Promise<void> {
    const client = this.createClient();
    this.client = client;
    client.on('close', () => {
      if (this.client !== client) return;
      const wasOpen = this.isOpen;
      this.isOpen = false;
      this.client = null;
      if (wasOpen) this.options.onClose();
      this.schedule(this.pause_ms());
    });
    try {
      await client.connect();
    } catch {
      // Refused or unreachable: `close` was emitted and has planned the next attempt.
      return;
    }
    if (this.stopped) {
      await client.close({ force: true });
      return;
    }
    this.isOpen = true;
    this.connections++;
    this.options.onOpen();
  }

  private createClient(): RPCClient {
    const { endpoint, identity, secret, callTimeout_ms, onCommand } = this.options;
    const client = new RPCClient({
      endpoint,
      identity,
      password: secret,
      protocols: ['ocpp1.6'],
      reconnect: false,
      maxReconnects: 0,
      backoff: { initialDelay: 1_000, maxDelay: 10_000, factor: 2, randomisationFactor: 0.25 },
      callTimeoutMs: callTimeout_ms,
      pingIntervalMs: 30_000,
      deferPingsOnActivity: false,
      respondWithDetailedErrors: false,
      callConcurrency: 1,
      strictMode: false,
      strictModeValidators: [],
      maxBadMessages: Infinity,
      wsOpts: { handshakeTimeout: 10_000, headers: { 'user-agent': 'busbar-firmware-sim' } },
      headers: {},
    });
    // One turn later: an answer that came in the frame before has then been digested, as in a charger that reads in order.
    client.handle(async ({ method, params }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return onCommand(method ?? '', params);
    });
    return client;
  }

  private pause_ms(): number {
    const { initial_ms, maximum_ms } = this.options.backoff;
    const base_ms = Math.min(maximum_ms, initial_ms * 2 ** Math.min(this.attempt++, 20));
    return base_ms * this.options.random.between(0.5, 1.5);
  }
}
