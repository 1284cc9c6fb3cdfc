/**
 * Texts to row numbers: 0, 1, 2, … in the order they were first seen. Like `IdentifierTable`, for identifiers that are no
 * UUIDs: those of people come from the identity library. Nothing is ever taken out.
 */
export class TextTable {
  /** One entry behind the other: the row in two units, the length, and the text in UTF-16 code units. */
  private units = new Uint16Array(256);
  private used = 0;
  /** The hash and where the entry begins, or -1: beside each other, so that a text is found with two looks at memory. */
  private slots = new Int32Array(2 * 16).fill(-1);
  /** Where each row's entry begins. */
  private starts = new Int32Array(8);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The row of the text; -1 when it was never seen. */
  find(text: string): number {
    return this.findRead(read(text), text.length);
  }

  /** The row of the text, made when it has none. Throws a RangeError on one that is longer than any identifier. */
  intern(text: string): number {
    return this.internRead(read(text), text.length);
  }

  /** The row of the text that these bytes are in ASCII; -1 when it was never seen. */
  findAscii(bytes: Uint8Array, start: number, length: number): number {
    const hash = readAscii(bytes, start, length);
    return hash === null ? -1 : this.findRead(hash, length);
  }

  /** The row of it, made when it has none; -1 when it is more than ASCII, and nothing is made. */
  internAscii(bytes: Uint8Array, start: number, length: number): number {
    const hash = readAscii(bytes, start, length);
    return hash === null ? -1 : this.internRead(hash, length);
  }

  textOf(row: number): string {
    if (row < 0 || row >= this.count) return '';
    const start = this.starts[row]! + header;
    return String.fromCharCode(...this.units.subarray(start, start + this.units[start - 1]!));
  }

  private findRead(hash: number, length: number): number {
    const { slots, units } = this;
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const start = slots[slot + 1]!;
      if (start === -1) return -1;
      if (slots[slot] === hash && this.isAt(start, length)) return units[start]! | (units[start + 1]! << 16);
    }
  }

  private internRead(hash: number, length: number): number {
    const found = this.findRead(hash, length);
    if (found !== -1) return found;
    if (length > longest) throw new RangeError(`an identifier of ${length} characters`);
    this.reserve(header + length);
    const row = this.count++;
    const { units, used } = this;
    units[used] = row;
    units[used + 1] = row >>> 16;
    units[used + 2] = length;
    for (let index = 0; index < length; index++) units[used + header + index] = wanted[index]!;
    this.used += header + length;
    this.starts[row] = used;
    put(this.slots, hash, used);
    return row;
  }

  private isAt(start: number, length: number): boolean {
    const { units } = this;
    if (units[start + 2] !== length) return false;
    for (let index = 0; index < length; index++) {
      if (units[start + header + index] !== wanted[index]) return false;
    }
    return true;
  }

  private reserve(length: number): void {
    if (this.used + length > this.units.length) {
      const units = new Uint16Array(Math.max(this.units.length * 2, this.used + length));
      units.set(this.units);
      this.units = units;
    }
    if (this.count < this.starts.length) return;
    const starts = new Int32Array(this.starts.length * 2);
    starts.set(this.starts);
    this.starts = starts;
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let slot = 0; slot < this.slots.length; slot += 2) {
      if (this.slots[slot + 1] !== -1) put(slots, this.slots[slot]!, this.slots[slot + 1]!);
    }
    this.slots = slots;
  }
}

/** Units before an entry's text. */
const header = 3;
const longest = 0xffff;

/** The text being looked for; one for all tables, since nothing here waits. */
let wanted = new Uint16Array(64);

/** Reads the text into `wanted`; answers its hash. */
function read(text: string): number {
  const { length } = text;
  if (length > wanted.length) wanted = new Uint16Array(length);
  let hash = hashOfNothing;
  for (let index = 0; index < length; index++) hash = mix(hash, (wanted[index] = text.charCodeAt(index)));
  return finish(hash);
}

/** The same from bytes; null when they are more than ASCII. */
function readAscii(bytes: Uint8Array, start: number, length: number): number | null {
  if (length > wanted.length) wanted = new Uint16Array(length);
  let [hash, all] = [hashOfNothing, 0];
  for (let index = 0; index < length; index++) {
    const unit = bytes[start + index]!;
    wanted[index] = unit;
    all |= unit;
    hash = mix(hash, unit);
  }
  return all < 0x80 ? finish(hash) : null;
}

/** FNV-1a. */
const hashOfNothing = 0x811c9dc5 | 0;
const mix = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
const finish = (hash: number): number => hash ^ (hash >>> 15);

function put(slots: Int32Array, hash: number, start: number): void {
  const mask = slots.length - 2;
  let slot = (hash << 1) & mask;
  while (slots[slot + 1] !== -1) slot = (slot + 2) & mask;
  slots[slot] = hash;
  slots[slot + 1] = start;
}
