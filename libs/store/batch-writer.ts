export interface BatchWriterOptions<Row> {
  /** A batch goes out when it has this many rows ... */
  readonly batchRows: number;
  /** ... or when its first row has waited this long. */
  readonly batchAge_ms: number;
  /** Rows held in memory, in flight included, before `write` makes its caller wait. */
  readonly capacityRows: number;
  readonly retryFirst_ms: number;
  readonly retryLongest_ms: number;
  /** Stores a batch wholly or not at all. Storing it again after a lost answer must do no harm. */
  readonly store: (rows: readonly Row[]) => Promise<void>;
  /** A batch failed and will be tried again after `pause_ms`. */
  readonly onFailure: (error: unknown, rows: number, pause_ms: number) => void;
}

/**
 * Collects rows into batches, one batch in flight at a time. A batch that fails is tried again until it is stored: memory
 * stays bounded because writers wait. Not promised: rows that were accepted but not yet stored survive the process.
 */
export class BatchWriter<Row> {
  private waiting: Row[] = [];
  private inFlight = 0;
  private working: Promise<void> | null = null;
  private ageTimer: NodeJS.Timeout | null = null;
  private due = false;
  private endPause: (() => void) | null = null;
  private readonly blocked: (() => void)[] = [];

  constructor(private readonly options: BatchWriterOptions<Row>) {}

  /** Rows in memory. */
  get held(): number {
    return this.waiting.length + this.inFlight;
  }

  /** Resolves when there was room for the row, not when it is stored. */
  async write(row: Row): Promise<void> {
    while (this.held >= this.options.capacityRows) {
      await new Promise<void>((resolve) => this.blocked.push(resolve));
    }
    this.waiting.push(row);
    if (this.waiting.length >= this.options.batchRows) this.work();
    else this.ageTimer ??= setTimeout(() => this.onAge(), this.options.batchAge_ms);
  }

  /** Resolves when everything written so far is stored. */
  async flush(): Promise<void> {
    while (this.held > 0) {
      this.due = true;
      this.endPause?.();
      this.work();
      await this.working;
    }
  }

  private onAge(): void {
    this.ageTimer = null;
    this.due = true;
    this.work();
  }

  private work(): void {
    this.working ??= this.run();
  }

  private async run(): Promise<void> {
    // A turn of its own: `working` is set before the first batch starts.
    await Promise.resolve();
    while (this.waiting.length > 0 && (this.due || this.waiting.length >= this.options.batchRows)) {
      const batch = this.waiting.slice(0, this.options.batchRows);
      this.waiting = this.waiting.slice(batch.length);
      this.inFlight = batch.length;
      if (this.waiting.length === 0) this.due = false;
      await this.storeUntilDone(batch);
      this.inFlight = 0;
      for (const resume of this.blocked.splice(0)) resume();
    }
    if (this.waiting.length > 0) {
      this.ageTimer ??= setTimeout(() => this.onAge(), this.options.batchAge_ms);
    } else if (this.ageTimer) {
      clearTimeout(this.ageTimer);
      this.ageTimer = null;
    }
    // Cleared in the same turn as the last look at the rows, so that no wake-up falls between.
    this.working = null;
  }

  private async storeUntilDone(batch: readonly Row[]): Promise<void> {
    let pause_ms = this.options.retryFirst_ms;
    for (;;) {
      try {
        await this.options.store(batch);
        return;
      } catch (error) {
        this.options.onFailure(error, batch.length, pause_ms);
        await this.pause(pause_ms);
        pause_ms = Math.min(pause_ms * 2, this.options.retryLongest_ms);
      }
    }
  }

  private pause(duration_ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, duration_ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
