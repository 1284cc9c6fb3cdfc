/** Numbers that follow from a seed and a place in the run, so that each case can be made again alone. */
export class Random {
  private state: number;

  /** @param seed of the run @param index of the case or batch @param purpose keeps two streams of one index apart */
  constructor(seed: number, index: number, purpose: number) {
    this.state =
      (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^
        Math.imul(index + 1, 0xc2b2ae35) ^
        Math.imul(purpose + 1, 0x27d4eb2f)) >>>
      0;
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** From 0 up to, not including, `below`. */
  under(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  of<Value>(values: readonly Value[]): Value {
    const value = values[this.under(values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.under(256)));
  }
}
