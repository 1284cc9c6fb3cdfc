const width = 30;

/** Tells on a terminal how far a run is, as a bar; elsewhere a line for every tenth of it. */
export class Progress {
  private done = 0;
  private siteHours = 0;
  private tenths = 0;

  constructor(
    private readonly total: number,
    private readonly startedAt_ms: number,
    private readonly out: { readonly isTTY?: boolean; write(text: string): unknown },
  ) {}

  add(siteHours: number, now_ms: number): void {
    this.done++;
    this.siteHours += siteHours;
    const share = this.total > 0 ? this.done / this.total : 1;
    const elapsed_s = (now_ms - this.startedAt_ms) / 1_000;
    const left_s = share > 0 ? (elapsed_s * (1 - share)) / share : 0;
    const pace = elapsed_s > 0 ? this.siteHours / elapsed_s : 0;
    const text = `${this.done} of ${this.total} sites, ${this.siteHours.toFixed(0)} site-hours, ${pace.toFixed(1)} per second, ${minutes(left_s)} left`;
    if (this.out.isTTY) {
      const filled = Math.round(share * width);
      this.out.write(`\r\x1b[K[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${text}`);
    } else if (Math.floor(share * 10) > this.tenths) {
      this.tenths = Math.floor(share * 10);
      this.out.write(`${text}\n`);
    }
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[K');
  }
}

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
