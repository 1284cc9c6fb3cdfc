import type { Schemas } from './client.js';

type StreamEvent = Schemas['StreamEvent'];
export type StreamEventOf<Name extends StreamEvent['event']> = Extract<StreamEvent, { event: Name }>['data'];

/** What a reader of a live stream can be told; each is called with the event's data. */
export interface LiveStreamHandlers {
  readonly snapshot: (snapshot: StreamEventOf<'snapshot'>) => void;
  readonly device: (device: StreamEventOf<'device'>) => void;
  readonly site: (site: StreamEventOf<'site'>) => void;
  readonly command: (command: StreamEventOf<'command'>) => void;
  /** The server ended the stream and said why. With `access-ended` it is not opened again; else it is. */
  readonly end: (end: StreamEventOf<'end'>) => void;
  /** False while the connection is down and the browser tries again. */
  readonly connected: (connected: boolean) => void;
}

/** The part of EventSource that is needed; the browser's own fits. */
export type EventSourceFactory = (url: string) => EventSource;

export const browserEventSource: EventSourceFactory = (url) =>
  new EventSource(url, { withCredentials: true });

/** Reads a location's live stream until closed. A lost connection is taken up again with a new snapshot. */
export function openLiveStream(
  baseUrl: string,
  locationId: string,
  handlers: LiveStreamHandlers,
  create: EventSourceFactory,
): { close(): void } {
  const source = create(`${baseUrl}/v1/locations/${encodeURIComponent(locationId)}/stream`);
  const on = <Name extends StreamEvent['event']>(
    name: Name,
    handle: (data: StreamEventOf<Name>) => void,
  ): void =>
    source.addEventListener(name, (event) =>
      handle(JSON.parse((event as MessageEvent<string>).data) as StreamEventOf<Name>),
    );
  on('snapshot', handlers.snapshot);
  on('device', handlers.device);
  on('site', handlers.site);
  on('command', handlers.command);
  on('end', (end) => {
    if (end.code === 'access-ended') source.close();
    handlers.end(end);
  });
  source.addEventListener('open', () => handlers.connected(true));
  source.addEventListener('error', () => handlers.connected(false));
  return { close: () => source.close() };
}
