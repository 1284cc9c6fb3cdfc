import { parseUuid, uuidWords, textOfUuid } from './uuid-words.js';

/**
 * UUIDs to row numbers: 0, 1, 2, … in the order they were first seen, and for each row a record of numbers that lies beside
 * the identifier, so that one look at memory fetches both. Open addressing over typed arrays, because a million string keys
 * of a Map weigh more than everything a decision needs of them. Nothing is ever taken out.
 */
export class IdentifierTable {
  /** Row times `width`: four words of the identifier, then the fields. */
  private records: Int32Array;
  /** The same memory, for fields of 64 bits. */
  private doubles: Float64Array;
  /** Words for each row; even, so that a double may lie in it. */
  private readonly width: number;
  /**
   * A row, and in the bits above it what is left of the hash when the slot is chosen. So nearly every row that lies in the
   * way is passed over without a look at its record, which is a miss of the cache. With 1.2
   * million rows in two million slots some 0.7 others lie in the way to each.
   */
  private slots: Int32Array;
  private count = 0;

  /**
   * @param expected how many identifiers to make room for; more are welcome
   * @param fields how many numbers each record has beside the identifier; -1 in a new one
   */
  constructor(expected: number, fields: number) {
    const capacity = Math.max(8, expected);
    this.width = 2 * Math.ceil((uuidWords + fields) / 2);
    this.records = new Int32Array(capacity * this.width).fill(-1);
    this.doubles = new Float64Array(this.records.buffer);
    this.slots = new Int32Array(slotsFor(capacity)).fill(-1);
  }

  get size(): number {
    return this.count;
  }

  /** The row of the identifier; -1 when it was never seen, or is no UUID. */
  find(id: string): number {
    return parseUuid(id, parsed, 0) ? this.findParsed() : -1;
  }

  /** The row of the identifier, made when it has none. Throws a RangeError on what is no UUID. */
  intern(id: string): number {
    if (!parseUuid(id, parsed, 0)) throw new RangeError(`not a UUID: ${id}`);
    return this.internParsed();
  }

  /** The same for the 16 bytes of a UUID at an offset. */
  internBytes(bytes: Uint8Array, offset: number): number {
    for (let word = 0; word < uuidWords; word++) {
      const at = offset + word * 4;
      parsed[word] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    }
    return this.internParsed();
  }

  /** The identifier of a row. */
  idOf(row: number): string {
    return textOfUuid(this.records, row * this.width);
  }

  /** A field of a row, counted from 0. */
  get(row: number, field: number): number {
    return this.records[row * this.width + uuidWords + field]!;
  }

  set(row: number, field: number, value: number): void {
    this.records[row * this.width + uuidWords + field] = value;
  }

  /** A field of 64 bits, which takes the place of two: `field`, an even number, and the next. */
  getDouble(row: number, field: number): number {
    return this.doubles[(row * this.width + uuidWords + field) >> 1]!;
  }

  setDouble(row: number, field: number, value: number): void {
    this.doubles[(row * this.width + uuidWords + field) >> 1] = value;
  }

  private findParsed(): number {
    const { records, slots, width } = this;
    const [a, b, c, d] = [parsed[0], parsed[1], parsed[2], parsed[3]];
    const mask = slots.length - 1;
    const hash = hashOfParsed();
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]!;
      if (entry === -1) return -1;
      if (((entry ^ hash) & ~mask) !== 0) continue;
      const row = entry & mask;
      const at = row * width;
      if (records[at] === a && records[at + 1] === b && records[at + 2] === c && records[at + 3] === d)
        return row;
    }
  }

  private internParsed(): number {
    const found = this.findParsed();
    if (found !== -1) return found;
    if (this.count * this.width === this.records.length) this.grow();
    const { records } = this;
    const row = this.count++;
    const at = row * this.width;
    for (let word = 0; word < uuidWords; word++) records[at + word] = parsed[word]!;
    this.putParsed(row);
    return row;
  }

  /** Takes the first empty slot. There are always more slots than rows, so that no entry is -1. */
  private putParsed(row: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    const hash = hashOfParsed();
    let slot = hash & mask;
    while (slots[slot] !== -1) slot = (slot + 1) & mask;
    slots[slot] = (hash & ~mask) | row;
  }

  private grow(): void {
    const { width } = this;
    const wanted = parsed.slice();
    const capacity = Math.ceil(this.count * 1.5);
    const records = new Int32Array(capacity * width).fill(-1);
    records.set(this.records);
    this.records = records;
    this.doubles = new Float64Array(records.buffer);
    this.slots = new Int32Array(slotsFor(capacity)).fill(-1);
    for (let row = 0; row < this.count; row++) {
      parsed.set(records.subarray(row * width, row * width + uuidWords));
      this.putParsed(row);
    }
    parsed.set(wanted);
  }
}

/** The identifier being looked for; one for all tables, since nothing here waits. */
const parsed = new Int32Array(uuidWords);

/** Room for at most two thirds of the slots to be taken. */
const slotsFor = (capacity: number): number => 2 ** Math.ceil(Math.log2(capacity * 1.5));

/** Mixes all words, since identifiers that were not drawn at random may differ in one of them only. */
function hashOfParsed(): number {
  let mixed = Math.imul(parsed[0]! ^ (parsed[0]! >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ parsed[1]! ^ (mixed >>> 12), 0x297a2d39);
  mixed = Math.imul(mixed ^ parsed[2]! ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ parsed[3]! ^ (mixed >>> 12), 0x297a2d39);
  return mixed ^ (mixed >>> 15);
}
