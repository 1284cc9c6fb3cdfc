import { waitFor } from './wait-for.js';

export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
  /** When it arrived, by performance.now(). */
  readonly at: number;
}

/** Reads server-sent events as a browser would, and keeps them. */
export class EventReader {
  readonly events: ReceivedEvent[] = [];
  ended = false;
  private readonly abort = new AbortController();

  private constructor(readonly status: number) {}

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers, signal: abort.signal });
    const reader = new EventReader(response.status);
    reader.abort.signal.addEventListener('abort', () => abort.abort());
    if (response.body) void reader.read(response.body).catch(() => (reader.ended = true));
    return reader;
  }

  /** The first event of this name, waited for. */
  async next(event: string, timeout_ms: number): Promise<ReceivedEvent> {
    return waitFor(`the event ${event}`, () => this.events.find((each) => each.event === event), timeout_ms);
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      let end = text.indexOf('\n\n');
      while (end >= 0) {
        this.take(text.slice(0, end));
        text = text.slice(end + 2);
        end = text.indexOf('\n\n');
      }
    }
    this.ended = true;
  }

  private take(block: string): void {
    const field = (name: string): string | undefined =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const event = field('event');
    const data = field('data');
    if (event !== undefined && data !== undefined) {
      this.events.push({ event, data: JSON.parse(data) as unknown, at: performance.now() });
    }
  }
}
