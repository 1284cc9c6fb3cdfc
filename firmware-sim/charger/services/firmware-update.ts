import type { Station } from '../station.js';
import { download } from './file-transfer.js';
import { isSignedBy, versionOf } from './firmware-file.js';
import { CalledOff, type Waiting } from './waiting.js';

export type FirmwareStatus =
  | 'Idle'
  | 'DownloadScheduled'
  | 'Downloading'
  | 'DownloadFailed'
  | 'Downloaded'
  | 'SignatureVerified'
  | 'InvalidSignature'
  | 'InstallScheduled'
  | 'Installing'
  | 'InstallRebooting'
  | 'InstallationFailed'
  | 'Installed';

export interface FirmwareRequest {
  /** Null in the update of OCPP 1.6 that is not signed. */
  readonly requestId: number | null;
  readonly location: string;
  readonly retries: number;
  readonly retryInterval_s: number;
  readonly retrieveAt_ms: number;
  /** Null: as soon as it is there. */
  readonly installAt_ms: number | null;
  /** Null: nothing is checked. */
  readonly signature: { readonly certificatePem: string; readonly value: string } | null;
}

interface Job {
  readonly request: FirmwareRequest;
  readonly abort: AbortController;
}

/** Stops the job with a last status. */
class Failed extends Error {
  constructor(readonly status: FirmwareStatus) {
    super(status);
  }
}

/** One firmware update at a time, from download to the boot with the new version (OCPP 1.6 5.19, whitepaper L01, OCPP 2.0.1 L01, L02). */
export class FirmwareUpdates {
  status: FirmwareStatus = 'Idle';
  requestId: number | null = null;
  private job: Job | null = null;

  constructor(
    private readonly station: Station,
    private readonly waiting: Waiting,
    private readonly tell: (status: FirmwareStatus, request: FirmwareRequest) => Promise<void>,
  ) {}

  /** Starts after the answer; answers whether a running update was called off for it. */
  start(request: FirmwareRequest): boolean {
    const replaced = this.job !== null;
    this.job?.abort.abort();
    const job = { request, abort: new AbortController() };
    this.job = job;
    this.station.afterAnswer(() => void this.run(job));
    return replaced;
  }

  private async run(job: Job): Promise<void> {
    try {
      const file = await this.fetch(job);
      await this.check(job, file);
      await this.install(job, file);
      await this.report(job, 'Installed');
      this.status = 'Idle';
    } catch (error) {
      if (error instanceof Failed) await this.report(job, error.status).catch(() => undefined);
      else if (!(error instanceof CalledOff)) throw error;
    } finally {
      if (this.job === job) this.job = null;
    }
  }

  private async fetch(job: Job): Promise<Buffer> {
    const { location, retries, retryInterval_s, retrieveAt_ms } = job.request;
    if (this.station.now_ms() < retrieveAt_ms) {
      await this.report(job, 'DownloadScheduled');
      await this.waitUntil(job, () => this.station.now_ms() >= retrieveAt_ms);
    }
    await this.report(job, 'Downloading');
    for (let attempt = 0; ; attempt++) {
      try {
        const file = await download(location, this.station.trustedRoots());
        await this.report(job, 'Downloaded');
        return file;
      } catch (error) {
        if (error instanceof CalledOff) throw error;
        if (attempt >= retries) throw new Failed('DownloadFailed');
        const next_ms = this.station.now_ms() + retryInterval_s * 1_000;
        await this.waitUntil(job, () => this.station.now_ms() >= next_ms);
      }
    }
  }

  private async check(job: Job, file: Buffer): Promise<void> {
    const { signature } = job.request;
    if (!signature) return;
    if (isSignedBy(file, signature.value, signature.certificatePem))
      return this.report(job, 'SignatureVerified');
    this.station.securityEvent('InvalidFirmwareSignature', 'The signature does not fit the file.');
    throw new Failed('InvalidSignature');
  }

  private async install(job: Job, file: Buffer): Promise<void> {
    const { installAt_ms } = job.request;
    const { station } = this;
    const mayInstall = (): boolean =>
      station.now_ms() >= (installAt_ms ?? 0) && station.connectors.every(({ transaction }) => !transaction);
    if (!mayInstall()) {
      await this.report(job, 'InstallScheduled');
      await this.waitUntil(job, mayInstall);
    }
    await this.report(job, 'Installing');
    const version = versionOf(file);
    if (version === null) throw new Failed('InstallationFailed');
    await this.report(job, 'InstallRebooting');
    station.firmwareVersion = version;
    await station.wire.reboot('FirmwareUpdate');
    station.securityEvent('FirmwareUpdated', `The firmware is now ${version}.`);
    await this.waitUntil(job, () => station.online);
  }

  /** A status is told when it can be heard; until then the job waits with it. */
  private async report(job: Job, status: FirmwareStatus): Promise<void> {
    await this.waitUntil(job, () => this.station.online);
    this.status = status;
    this.requestId = job.request.requestId;
    await this.tell(status, job.request);
  }

  private waitUntil(job: Job, condition: () => boolean): Promise<void> {
    return this.waiting.until(condition, job.abort.signal);
  }
}
