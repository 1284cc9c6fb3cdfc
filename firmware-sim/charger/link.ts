import { createRPCError, RPCClient } from 'ocpp-rpc';
import type { Clock } from '#libs/units/clock.js';
import type { Random } from '../physics/random.js';
import { connectionOptions, type Destination } from './destination.js';
import type { CallRecord, MessageRecord } from './message-record.js';
import { checkMessage } from './official-schemas.js';
import type { Answer, Protocol } from './protocol.js';

export type CommandHandler = (action: string, payload: Record<string, unknown>) => Promise<Answer>;

export interface LinkOptions {
  readonly identity: string;
  readonly protocol: Protocol;
  /** Asked before each connection: where to, as whom, trusting whom. */
  readonly destination: () => Destination;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: MessageRecord;
  /** First pause after a lost connection; doubles up to the maximum, +-50 % so that a fleet does not return at once. */
  readonly backoff: { readonly initial_ms: number; readonly maximum_ms: number };
  readonly callTimeout_ms: number;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  /** The server did not let it in, or could not be reached; the status code when there was an HTTP answer. */
  readonly onRefused: (statusCode: number | null) => void;
  readonly onCommand: CommandHandler;
}

/**
 * The charger's WebSocket to its central system: one RPCClient per connection, so that nothing that was queued for a
 * dead socket can slip into the next one. Everything said and heard is held against the official schemas.
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

  /** Sends one CALL; rejects when it breaks the schema, when offline, and with the central system's CALLERROR. */
  async call(action: string, payload: object): Promise<unknown> {
    const { client, isOpen, options } = this;
    if (!client || !isOpen) throw new Error('The charger is offline.');
    this.check(action, 'request', payload, 'sent');
    const record = options.record.open('sent', action, payload, options.clock.now());
    try {
      const answer = await client.call(action, payload);
      this.check(action, 'answer', answer, 'received');
      record.answer = answer as Answer;
      return answer;
    } catch (error) {
      record.error = codeOf(error);
      throw error;
    }
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
    } catch (error) {
      // `close` was emitted and has planned the next attempt.
      const { code } = error as { code?: unknown };
      this.options.onRefused(typeof code === 'number' ? code : null);
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
    const { identity, protocol, callTimeout_ms, destination } = this.options;
    const client = new RPCClient({
      ...connectionOptions(destination()),
      identity,
      protocols: [protocol],
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
      headers: {},
    });
    // One turn later: an answer that came in the frame before has then been digested, as in a charger that reads in order.
    client.handle(async ({ method, params }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return this.answer(method ?? '', (params ?? {}) as Record<string, unknown>);
    });
    return client;
  }

  private async answer(action: string, payload: Record<string, unknown>): Promise<Answer> {
    const { record, clock, onCommand } = this.options;
    const entry: CallRecord = record.open('received', action, payload, clock.now());
    try {
      this.check(action, 'request', payload, 'received');
      const answer = await onCommand(action, payload);
      this.check(action, 'answer', answer, 'sent');
      entry.answer = answer;
      return answer;
    } catch (error) {
      entry.error = codeOf(error);
      if (entry.error !== 'GenericError' || !(error instanceof Error)) throw error;
      throw createRPCError('InternalError', error.message, {});
    }
  }

  private check(
    action: string,
    part: 'request' | 'answer',
    payload: unknown,
    direction: 'sent' | 'received',
  ): void {
    try {
      checkMessage(this.options.protocol, action, part, payload);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (codeOf(error) !== 'NotImplemented')
        this.options.record.violation(`${direction} ${action} ${part}: ${text}`);
      throw error;
    }
  }

  private pause_ms(): number {
    const { initial_ms, maximum_ms } = this.options.backoff;
    const base_ms = Math.min(maximum_ms, initial_ms * 2 ** Math.min(this.attempt++, 20));
    return base_ms * this.options.random.between(0.5, 1.5);
  }
}

function codeOf(error: unknown): string {
  const { rpcErrorCode } = error as { rpcErrorCode?: unknown };
  if (typeof rpcErrorCode === 'string') return rpcErrorCode;
  if (!(error instanceof Error)) return 'GenericError';
  if (error.name === 'AbortError') return 'Disconnected';
  return error.constructor.name === 'TimeoutError' ? 'Timeout' : 'GenericError';
}
