import { createHash } from 'node:crypto';
import type { Station } from '../station.js';
import { download } from './file-transfer.js';
import type { Waiting } from './waiting.js';

export type PublishStatus =
  | 'Idle'
  | 'Downloading'
  | 'Downloaded'
  | 'DownloadFailed'
  | 'InvalidChecksum'
  | 'ChecksumVerified'
  | 'Published';

export interface PublishRequest {
  readonly requestId: number;
  readonly location: string;
  /** MD5 in lower-case hexadecimal digits, as OCPP 2.0.1 L03 has it. */
  readonly checksum: string;
  readonly retries: number;
  readonly retryInterval_s: number;
}

/** Firmware that this station offers on its local network; the address is only named, nobody is behind it to ask. */
export class FirmwarePublisher {
  status: PublishStatus = 'Idle';
  /** Where the firmware that was published last can be had. */
  locations: readonly string[] = [];
  private readonly published = new Map<string, Buffer>();
  private readonly running = new Set<string>();

  constructor(
    private readonly station: Station,
    private readonly waiting: Waiting,
    private readonly tell: (status: PublishStatus, requestId: number, location: readonly string[]) => void,
  ) {}

  start(request: PublishRequest): void {
    this.running.add(request.checksum);
    this.station.afterAnswer(() => void this.run(request));
  }

  unpublish(checksum: string): 'DownloadOngoing' | 'NoFirmware' | 'Unpublished' {
    if (this.running.has(checksum)) return 'DownloadOngoing';
    return this.published.delete(checksum) ? 'Unpublished' : 'NoFirmware';
  }

  private async run(request: PublishRequest): Promise<void> {
    const { checksum, requestId, location } = request;
    const report = (status: PublishStatus, locations: readonly string[]): void => {
      this.status = status;
      this.locations = locations;
      this.tell(status, requestId, locations);
    };
    report('Downloading', []);
    const file = await this.fetch(request);
    this.running.delete(checksum);
    if (!file) return report('DownloadFailed', []);
    report('Downloaded', []);
    if (createHash('md5').update(file).digest('hex') !== checksum) return report('InvalidChecksum', []);
    report('ChecksumVerified', []);
    this.published.set(checksum, file);
    const name = new URL(location).pathname.split('/').at(-1) ?? '';
    report('Published', [`http://${encodeURIComponent(this.station.options.identity)}.local/${name}`]);
  }

  private async fetch({ location, retries, retryInterval_s }: PublishRequest): Promise<Buffer | null> {
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) {
        const next_ms = this.station.now_ms() + retryInterval_s * 1_000;
        await this.waiting.until(() => this.station.now_ms() >= next_ms, new AbortController().signal);
      }
      const file = await download(location, this.station.trustedRoots()).catch(() => null);
      if (file) return file;
    }
    return null;
  }
}
