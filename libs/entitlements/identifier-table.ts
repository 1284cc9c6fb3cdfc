/**
 * UUIDs to row numbers: 0, 1, 2, … in the order they were first seen, and for each row a record of numbers that lies beside
 * the identifier, so that one look at memory fetches both. Open addressing over typed arrays, because a million string keys
 * of a Map weigh more than everything a decision needs of them. Nothing is ever taken out.
 */
export class IdentifierTable {
  /** Row times `width`: four words of the identifier, then the fields. */
  records: Int32Array;
  /** Numbers for each row. */
  readonly width: number;
  private slots: Int32Array;
  private count = 0;

  /**
   * @param expected how many identifiers to make room for; more are welcome
   * @param fields how many numbers each record has beside the identifier; -1 in a new one
   */
  constructor(expected: number, fields: number) {
    const capacity = Math.max(8, expected);
    this.width = words + fields;
    this.records = new Int32Array(capacity * this.width).fill(-1);
    this.slots = new Int32Array(slotsFor(capacity)).fill(-1);
  }

  get size(): number {
    return this.count;
  }

  /** The row of the identifier; -1 when it was never seen, or is no UUID. */
  find(id: string): number {
    if (!parse(id)) return -1;
    const { records, slots, width } = this;
    const [a, b, c, d] = [parsed[0], parsed[1], parsed[2], parsed[3]];
    const mask = slots.length - 1;
    for (let slot = hash() & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot]!;
      if (row === -1) return -1;
      const at = row * width;
      if (records[at] === a && records[at + 1] === b && records[at + 2] === c && records[at + 3] === d)
        return row;
    }
  }

  /** The row of the identifier, made when it has none. Throws a RangeError on what is no UUID. */
  intern(id: string): number {
    if (!parse(id)) throw new RangeError(`not a UUID: ${id}`);
    return this.internParsed();
  }

  /** The same for the 16 bytes of a UUID at an offset. */
  internBytes(bytes: Uint8Array, offset: number): number {
    for (let word = 0; word < words; word++) {
      const at = offset + word * 4;
      parsed[word] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    }
    return this.internParsed();
  }

  /** The identifier of a row. */
  idOf(row: number): string {
    let text = '';
    for (let word = 0; word < words; word++) {
      text += ((this.records[row * this.width + word] ?? 0) >>> 0).toString(16).padStart(8, '0');
    }
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
  }

  /** A field of a row, counted from 0. */
  get(row: number, field: number): number {
    return this.records[row * this.width + words + field]!;
  }

  set(row: number, field: number, value: number): void {
    this.records[row * this.width + words + field] = value;
  }

  private internParsed(): number {
    const { records, slots, width } = this;
    const mask = slots.length - 1;
    let slot = hash() & mask;
    for (; slots[slot] !== -1; slot = (slot + 1) & mask) {
      const at = slots[slot]! * width;
      if (
        records[at] === parsed[0] &&
        records[at + 1] === parsed[1] &&
        records[at + 2] === parsed[2] &&
        records[at + 3] === parsed[3]
      ) {
        return slots[slot]!;
      }
    }
    if (this.count * width === records.length) return this.growAndIntern();
    const row = this.count++;
    records.set(parsed, row * width);
    slots[slot] = row;
    return row;
  }

  private growAndIntern(): number {
    const [a, b, c, d] = parsed;
    const { width } = this;
    const capacity = Math.ceil(this.count * 1.5);
    const records = new Int32Array(capacity * width).fill(-1);
    records.set(this.records);
    this.records = records;
    this.slots = new Int32Array(slotsFor(capacity)).fill(-1);
    const mask = this.slots.length - 1;
    for (let row = 0; row < this.count; row++) {
      parsed.set(records.subarray(row * width, row * width + words));
      let slot = hash() & mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & mask;
      this.slots[slot] = row;
    }
    parsed.set([a!, b!, c!, d!]);
    return this.internParsed();
  }
}

/** 128 bits in words of 32. */
const words = 4;

/** The identifier being looked for; one for all tables, since nothing here waits. */
const parsed = new Int32Array(words);

/** Room for at most two thirds of the slots to be taken. */
const slotsFor = (capacity: number): number => 2 ** Math.ceil(Math.log2(capacity * 1.5));

/** Mixes all words, since identifiers that were not drawn at random may differ in one of them only. */
function hash(): number {
  let mixed = Math.imul(parsed[0]! ^ (parsed[0]! >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ parsed[1]! ^ (mixed >>> 12), 0x297a2d39);
  mixed = Math.imul(mixed ^ parsed[2]! ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ parsed[3]! ^ (mixed >>> 12), 0x297a2d39);
  return mixed ^ (mixed >>> 15);
}

const dash = 45;
const noDigit = 255;
const digitOf = new Uint8Array(128).fill(noDigit);
for (let digit = 0; digit < 16; digit++) {
  digitOf[digit.toString(16).charCodeAt(0)] = digit;
  digitOf[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Reads 8-4-4-4-12 hexadecimal digits into `parsed`; false when the text is something else. */
function parse(id: string): boolean {
  if (id.length !== 36) return false;
  if (id.charCodeAt(8) !== dash || id.charCodeAt(13) !== dash) return false;
  if (id.charCodeAt(18) !== dash || id.charCodeAt(23) !== dash) return false;
  strange = 0;
  parsed[0] = (quarter(id, 0) << 16) | quarter(id, 4);
  parsed[1] = (quarter(id, 9) << 16) | quarter(id, 14);
  parsed[2] = (quarter(id, 19) << 16) | quarter(id, 24);
  parsed[3] = (quarter(id, 28) << 16) | quarter(id, 32);
  return strange < 16;
}

/** The OR of all digits that were read: at least 16 when one of them was none. */
let strange = 0;

/** Four digits. */
function quarter(id: string, at: number): number {
  const a = digitOf[id.charCodeAt(at)] ?? noDigit;
  const b = digitOf[id.charCodeAt(at + 1)] ?? noDigit;
  const c = digitOf[id.charCodeAt(at + 2)] ?? noDigit;
  const d = digitOf[id.charCodeAt(at + 3)] ?? noDigit;
  strange |= a | b | c | d;
  return (a << 12) | (b << 8) | (c << 4) | d;
}
