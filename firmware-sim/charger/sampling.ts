/** When a meter is due: periodically from a start, or on the clock's own marks (OCPP 1.6 MeterValueSampleInterval and ClockAlignedDataInterval, OCPP 2.0.1 J01, J02). */
export class Sampling {
  private readonly next_ms = new WeakMap<object, number>();
  private lastMark: number | null = null;

  /** Whether the next periodic reading of `subject` is due; an interval of 0 means never. The first is due at once. */
  periodic(subject: object, interval_s: number, now_ms: number): boolean {
    if (interval_s === 0 || now_ms < (this.next_ms.get(subject) ?? 0)) return false;
    this.next_ms.set(subject, now_ms + interval_s * 1_000);
    return true;
  }

  /** Whether the clock passed a multiple of the interval since midnight UTC; the first look only remembers. */
  aligned(interval_s: number, now_ms: number): boolean {
    if (interval_s === 0) {
      this.lastMark = null;
      return false;
    }
    const intoDay_s = Math.floor(now_ms / 1_000) % 86_400;
    const mark = Math.floor(now_ms / 86_400_000) * 86_400 + Math.floor(intoDay_s / interval_s) * interval_s;
    const due = this.lastMark !== null && mark > this.lastMark;
    this.lastMark = mark;
    return due;
  }
}
