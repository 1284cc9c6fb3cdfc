import type { FastifyReply } from 'fastify';

/** A silent proxy between us and the browser cuts idle connections; half a minute is what the shortest of them bear. */
const heartbeat_ms = 15_000;
/** A reader that has this much unread is too slow: it is cut, and starts anew from a snapshot. */
const largestBacklog_bytes = 1_000_000;

export type StreamClosed = 'reader-left' | 'ended';

/** Server-sent events to one reader. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;
  private closed: StreamClosed | null = null;
  private readonly onClosed: ((reason: StreamClosed) => void)[] = [];

  constructor(private readonly reply: FastifyReply) {
    reply.hijack();
    reply.raw.writeHead(200, {
      ...headersOf(reply),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), heartbeat_ms);
    reply.raw.on('close', () => this.close('reader-left'));
    // A reader that vanished mid-write is an end like any other.
    reply.raw.on('error', () => this.close('reader-left'));
  }

  send(event: string, data: unknown): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Says why and closes. */
  end(code: string): void {
    if (this.closed !== null) return;
    this.reply.raw.end(`event: end\ndata: ${JSON.stringify({ code })}\n\n`);
    this.close('ended');
  }

  /** Called once, whoever closed it; at once when it is closed already. */
  whenClosed(handle: (reason: StreamClosed) => void): void {
    if (this.closed === null) this.onClosed.push(handle);
    else handle(this.closed);
  }

  private write(text: string): void {
    if (this.closed !== null) return;
    if (this.reply.raw.writableLength > largestBacklog_bytes) {
      this.end('too-slow');
      this.reply.raw.destroy();
      return;
    }
    this.reply.raw.write(text);
  }

  private close(reason: StreamClosed): void {
    if (this.closed !== null) return;
    this.closed = reason;
    clearInterval(this.heartbeat);
    for (const handle of this.onClosed) handle(reason);
  }
}

/** What the server's hooks have put on the reply so far, e.g. the trace id. */
function headersOf(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = String(value);
  }
  return headers;
}
