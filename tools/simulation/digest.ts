/** A running fingerprint of a simulation: two runs with the same digest went through the same states. */
export class Digest {
  private readonly number = new Float64Array(1);
  private readonly words = new Uint32Array(this.number.buffer);
  private high = 0x811c9dc5;
  private low = 0x1b873593;

  add(value: number): void {
    this.number[0] = value;
    this.mix(this.words[0]!);
    this.mix(this.words[1]!);
  }

  addText(text: string): void {
    for (let at = 0; at < text.length; at++) this.mix(text.charCodeAt(at));
  }

  toString(): string {
    return [this.high, this.low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  private mix(word: number): void {
    this.high = Math.imul(this.high ^ word, 0x01000193);
    this.low = Math.imul((this.low << 13) | (this.low >>> 19), 5) ^ Math.imul(word, 0xcc9e2d51) ^ this.high;
  }
}
