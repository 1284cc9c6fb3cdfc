import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const pause_ms = 20;
/** Longer than any wait that is judged. */
const remembered_ms = 120_000;

interface RoundTrip {
  readonly sentAt: number;
  readonly took_ms: number;
}

/** Round trips to a process that does nothing else, all the while: the machine's own share in every wait. */
export class BareEcho {
  private trips: RoundTrip[] = [];
  private sentAt: number | null = null;

  private constructor(
    private readonly socket: WebSocket,
    private readonly end: () => Promise<void>,
  ) {
    socket.on('error', () => undefined);
    socket.on('message', () => this.answered());
    this.ask();
  }

  /** @param script the compiled echo-process.js */
  static async start(script: string): Promise<BareEcho> {
    const child = fork(script, [], { execArgv: ['--no-warnings'] });
    const [port] = (await once(child, 'message')) as [number];
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, 'open');
    return new BareEcho(socket, async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    });
  }

  /** The slowest round trip that was under way at or after `since` (of `performance.now()`), milliseconds. */
  slowestSince_ms(since: number): number {
    const waiting_ms = this.sentAt === null ? 0 : performance.now() - this.sentAt;
    return this.trips.reduce(
      (slowest, { sentAt, took_ms }) => (sentAt + took_ms >= since ? Math.max(slowest, took_ms) : slowest),
      waiting_ms,
    );
  }

  async stop(): Promise<void> {
    this.socket.terminate();
    await this.end();
  }

  private ask(): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.sentAt = performance.now();
    this.socket.send('?');
  }

  private answered(): void {
    const now = performance.now();
    if (this.sentAt !== null) this.trips.push({ sentAt: this.sentAt, took_ms: now - this.sentAt });
    this.sentAt = null;
    while ((this.trips[0]?.sentAt ?? now) < now - remembered_ms) this.trips.shift();
    setTimeout(() => this.ask(), pause_ms);
  }
}
