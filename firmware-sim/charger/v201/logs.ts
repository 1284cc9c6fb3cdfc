import type { Answer } from '../protocol.js';
import type { LogStatus, LogUploads } from '../services/log-upload.js';
import type { Station } from '../station.js';

const defaultInterval_s = 10;

interface LogRequest {
  readonly logType: string;
  readonly requestId: number;
  readonly retries?: number;
  readonly retryInterval?: number;
  readonly log: {
    readonly remoteLocation: string;
    readonly oldestTimestamp?: string;
    readonly latestTimestamp?: string;
  };
}

/** OCPP 2.0.1 N01. */
export function getLog({ logs }: { readonly logs: LogUploads }, request: LogRequest): Answer {
  const { remoteLocation, oldestTimestamp, latestTimestamp } = request.log;
  const { filename, replaced } = logs.start({
    kind: request.logType === 'SecurityLog' ? 'security' : 'diagnostics',
    requestId: request.requestId,
    location: remoteLocation,
    retries: request.retries ?? 0,
    retryInterval_s: request.retryInterval ?? defaultInterval_s,
    oldest_ms: oldestTimestamp === undefined ? -Infinity : Date.parse(oldestTimestamp),
    latest_ms: latestTimestamp === undefined ? Infinity : Date.parse(latestTimestamp),
  });
  return { status: replaced ? 'AcceptedCanceled' : 'Accepted', filename };
}

/** N01.FR.13: outside an upload the status has no request. */
export function tellLogStatus(station: Station, status: LogStatus, requestId: number | null): void {
  station.say('LogStatusNotification', { status, ...(requestId !== null && { requestId }) });
}
