import type { Answer } from '../protocol.js';
import type { LogStatus, LogUploads } from '../services/log-upload.js';
import type { Station } from '../station.js';

const defaultInterval_s = 10;
const span = (from: string | undefined, to: string | undefined) => ({
  oldest_ms: from === undefined ? -Infinity : Date.parse(from),
  latest_ms: to === undefined ? Infinity : Date.parse(to),
});

interface DiagnosticsRequest {
  readonly location: string;
  readonly retries?: number;
  readonly retryInterval?: number;
  readonly startTime?: string;
  readonly stopTime?: string;
}

/** OCPP 1.6 5.9: the message log goes to the location by HTTP PUT. */
export function getDiagnostics(
  { diagnostics }: { readonly diagnostics: LogUploads },
  request: DiagnosticsRequest,
): Answer {
  const { filename } = diagnostics.start({
    kind: 'diagnostics',
    requestId: null,
    location: request.location,
    retries: request.retries ?? 0,
    retryInterval_s: request.retryInterval ?? defaultInterval_s,
    ...span(request.startTime, request.stopTime),
  });
  return { fileName: filename };
}

/** OCPP 1.6 4.4 knows four statuses; a scheme the charger does not speak is a failure here. */
export function tellDiagnosticsStatus(station: Station, status: LogStatus): void {
  if (status === 'AcceptedCanceled') return;
  const failed = status === 'UploadFailure' || status === 'NotSupportedOperation';
  station.say('DiagnosticsStatusNotification', { status: failed ? 'UploadFailed' : status });
}

interface LogRequest {
  readonly logType: 'DiagnosticsLog' | 'SecurityLog';
  readonly requestId: number;
  readonly retries?: number;
  readonly retryInterval?: number;
  readonly log: {
    readonly remoteLocation: string;
    readonly oldestTimestamp?: string;
    readonly latestTimestamp?: string;
  };
}

/** Whitepaper N01. */
export function getLog({ logs }: { readonly logs: LogUploads }, request: LogRequest): Answer {
  const { remoteLocation, oldestTimestamp, latestTimestamp } = request.log;
  const { filename, replaced } = logs.start({
    kind: request.logType === 'SecurityLog' ? 'security' : 'diagnostics',
    requestId: request.requestId,
    location: remoteLocation,
    retries: request.retries ?? 0,
    retryInterval_s: request.retryInterval ?? defaultInterval_s,
    ...span(oldestTimestamp, latestTimestamp),
  });
  return { status: replaced ? 'AcceptedCanceled' : 'Accepted', filename };
}

export function tellLogStatus(station: Station, status: LogStatus, requestId: number | null): void {
  // This edition's LogStatusNotification has no word for an upload that was called off.
  if (status === 'AcceptedCanceled') return;
  station.say('LogStatusNotification', { status, ...(requestId !== null && { requestId }) });
}
