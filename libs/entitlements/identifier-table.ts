/**
 * UUIDs to row numbers: 0, 1, 2, … in the order they were first seen. Open addressing over typed arrays, because a million
 * string keys of a Map weigh more than everything a decision needs of them. Nothing is ever taken out.
 */
export class IdentifierTable {
  private words: Uint32Array;
  private slots: Int32Array;
  private count = 0;

  /** @param expected how many identifiers to make room for; more are welcome */
  constructor(expected: number) {
    const capacity = Math.max(8, expected);
    this.words = new Uint32Array(capacity * 4);
    this.slots = new Int32Array(slotsFor(capacity)).fill(-1);
  }

  get size(): number {
    return this.count;
  }

  /** The row of the identifier; -1 when it was never seen, or is no UUID. */
  find(id: string): number {
    return parse(id) ? this.findParsed() : -1;
  }

  /** The row of the identifier, made when it has none. Throws a RangeError on what is no UUID. */
  intern(id: string): number {
    if (!parse(id)) throw new RangeError(`not a UUID: ${id}`);
    return this.internParsed();
  }

  /** The same for the 16 bytes of a UUID at an offset. */
  internBytes(bytes: Uint8Array, offset: number): number {
    for (let word = 0; word < 4; word++) {
      const at = offset + word * 4;
      parsed[word] =
        ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
    }
    return this.internParsed();
  }

  /** The identifier of a row. */
  idOf(row: number): string {
    let text = '';
    for (let word = 0; word < 4; word++) {
      text += (this.words[row * 4 + word] ?? 0).toString(16).padStart(8, '0');
    }
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
  }

  private findParsed(): number {
    const mask = this.slots.length - 1;
    for (let slot = hash() & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot]!;
      if (row === -1 || this.isAt(row)) return row;
    }
  }

  private internParsed(): number {
    const mask = this.slots.length - 1;
    let slot = hash() & mask;
    for (;;) {
      const row = this.slots[slot]!;
      if (row === -1) break;
      if (this.isAt(row)) return row;
      slot = (slot + 1) & mask;
    }
    if (this.count * 4 === this.words.length) return this.growAndIntern();
    const row = this.count++;
    this.words.set(parsed, row * 4);
    this.slots[slot] = row;
    return row;
  }

  private growAndIntern(): number {
    const [a, b, c, d] = parsed;
    const capacity = Math.ceil(this.count * 1.5);
    const words = new Uint32Array(capacity * 4);
    words.set(this.words);
    this.words = words;
    this.slots = new Int32Array(slotsFor(capacity)).fill(-1);
    const mask = this.slots.length - 1;
    for (let row = 0; row < this.count; row++) {
      parsed.set(words.subarray(row * 4, row * 4 + 4));
      let slot = hash() & mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & mask;
      this.slots[slot] = row;
    }
    parsed.set([a!, b!, c!, d!]);
    return this.internParsed();
  }

  private isAt(row: number): boolean {
    const at = row * 4;
    const { words } = this;
    return (
      words[at] === parsed[0] &&
      words[at + 1] === parsed[1] &&
      words[at + 2] === parsed[2] &&
      words[at + 3] === parsed[3]
    );
  }
}

/** The identifier being looked for, as four words; one for all tables, since nothing here waits. */
const parsed = new Uint32Array(4);

/** Room for at most two thirds of the slots to be taken. */
const slotsFor = (capacity: number): number => 2 ** Math.ceil(Math.log2(capacity * 1.5));

/** Mixes all words, since identifiers that were not drawn at random may differ in one of them only. */
function hash(): number {
  let mixed = Math.imul(parsed[0]! ^ (parsed[0]! >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ parsed[1]! ^ (mixed >>> 12), 0x297a2d39);
  mixed = Math.imul(mixed ^ parsed[2]! ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ parsed[3]! ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

const dash = 45;

/** Reads 8-4-4-4-12 hexadecimal digits into `parsed`; false when the text is something else. */
function parse(id: string): boolean {
  if (id.length !== 36) return false;
  let word = 0;
  let digits = 0;
  let value = 0;
  for (let index = 0; index < 36; index++) {
    const code = id.charCodeAt(index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== dash) return false;
      continue;
    }
    const digit = digitOf(code);
    if (digit < 0) return false;
    value = (value << 4) | digit;
    if (++digits === 8) {
      parsed[word++] = value >>> 0;
      digits = 0;
      value = 0;
    }
  }
  return true;
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
