import type { Station } from '../station.js';
import { canTransfer, upload } from './file-transfer.js';
import { CalledOff, type Waiting } from './waiting.js';

export type LogKind = 'diagnostics' | 'security';
export type LogStatus =
  'Idle' | 'Uploading' | 'Uploaded' | 'UploadFailure' | 'NotSupportedOperation' | 'AcceptedCanceled';

export interface LogRequest {
  readonly kind: LogKind;
  /** Null in editions that do not number their requests. */
  readonly requestId: number | null;
  readonly location: string;
  readonly retries: number;
  readonly retryInterval_s: number;
  readonly oldest_ms: number;
  readonly latest_ms: number;
}

interface Job {
  readonly request: LogRequest;
  readonly abort: AbortController;
}

/** Uploads the charger's logs, one at a time; a new request calls the running one off (N01.FR.12). */
export class LogUploads {
  status: LogStatus = 'Idle';
  requestId: number | null = null;
  private job: Job | null = null;

  constructor(
    private readonly station: Station,
    private readonly waiting: Waiting,
    private readonly tell: (status: LogStatus, requestId: number | null) => void,
  ) {}

  /** Starts an upload; answers its file name and whether another was called off for it. */
  start(request: LogRequest): { readonly filename: string; readonly replaced: boolean } {
    const replaced = this.job !== null;
    if (this.job) {
      this.job.abort.abort();
      this.tell('AcceptedCanceled', this.job.request.requestId);
    }
    const job = { request, abort: new AbortController() };
    this.job = job;
    const filename = `${this.station.options.identity}-${request.kind}-${this.station.now_ms()}.log`;
    this.station.afterAnswer(() => void this.run(job, filename));
    return { filename, replaced };
  }

  private async run(job: Job, filename: string): Promise<void> {
    const { location, retries, retryInterval_s, requestId } = job.request;
    const report = (status: LogStatus): void => {
      if (this.job !== job) return;
      this.status = status;
      this.requestId = requestId;
      this.tell(status, requestId);
    };
    try {
      if (!canTransfer(location)) return report('NotSupportedOperation');
      report('Uploading');
      const body = Buffer.from(this.content(job.request));
      for (let attempt = 0; ; attempt++) {
        try {
          await upload(location, filename, body, this.station.trustedRoots());
          return report('Uploaded');
        } catch {
          if (attempt >= retries) return report('UploadFailure');
          const next_ms = this.station.now_ms() + retryInterval_s * 1_000;
          await this.waiting.until(() => this.station.now_ms() >= next_ms, job.abort.signal);
        }
      }
    } catch (error) {
      if (!(error instanceof CalledOff)) throw error;
    } finally {
      if (this.job === job) {
        this.job = null;
        this.status = 'Idle';
      }
    }
  }

  /** One JSON line per message or security event in the span. */
  private content({ kind, oldest_ms, latest_ms }: LogRequest): string {
    const { calls, security } = this.station;
    const within = (at_ms: number): boolean => at_ms >= oldest_ms && at_ms <= latest_ms;
    const lines =
      kind === 'security'
        ? security.events.filter(({ timestamp }) => within(Date.parse(timestamp)))
        : calls().filter(({ at_ms }) => within(at_ms));
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}
