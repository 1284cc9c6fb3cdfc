/**
 * Texts to row numbers: 0, 1, 2, … in the order they were first seen. Like `IdentifierTable`, for identifiers that are no
 * UUIDs: those of people come from the identity library. Nothing is ever taken out.
 */
export class TextTable {
  /** UTF-16 code units, one text behind the other. */
  private units = new Uint16Array(256);
  /** Where each text begins, its length and its hash. */
  private entries = new Int32Array(3 * 8);
  private slots = new Int32Array(16).fill(-1);
  private count = 0;
  private used = 0;

  get size(): number {
    return this.count;
  }

  /** The row of the text; -1 when it was never seen. */
  find(text: string): number {
    const mask = this.slots.length - 1;
    const hash = hashOf(text);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot]!;
      if (row === -1 || this.isAt(row, text, hash)) return row;
    }
  }

  /** The row of the text, made when it has none. */
  intern(text: string): number {
    const found = this.find(text);
    if (found !== -1) return found;
    this.reserve(text.length);
    const row = this.count++;
    const hash = hashOf(text);
    const { entries, units } = this;
    entries[row * 3] = this.used;
    entries[row * 3 + 1] = text.length;
    entries[row * 3 + 2] = hash;
    for (let index = 0; index < text.length; index++) units[this.used++] = text.charCodeAt(index);
    this.put(row, hash);
    return row;
  }

  textOf(row: number): string {
    if (row < 0 || row >= this.count) return '';
    const start = this.entries[row * 3]!;
    return String.fromCharCode(...this.units.subarray(start, start + this.entries[row * 3 + 1]!));
  }

  private isAt(row: number, text: string, hash: number): boolean {
    const { entries, units } = this;
    const at = row * 3;
    if (entries[at + 2] !== hash || entries[at + 1] !== text.length) return false;
    const start = entries[at]!;
    for (let index = 0; index < text.length; index++) {
      if (units[start + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  private put(row: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== -1) slot = (slot + 1) & mask;
    this.slots[slot] = row;
  }

  private reserve(length: number): void {
    if (this.used + length > this.units.length) {
      const units = new Uint16Array(Math.max(this.units.length * 2, this.used + length));
      units.set(this.units);
      this.units = units;
    }
    if ((this.count + 1) * 3 <= this.entries.length) return;
    const entries = new Int32Array(this.entries.length * 2);
    entries.set(this.entries);
    this.entries = entries;
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let row = 0; row < this.count; row++) this.put(row, entries[row * 3 + 2]!);
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) | 0;
}
