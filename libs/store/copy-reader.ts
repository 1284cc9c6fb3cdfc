import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** "PGCOPY\n\377\r\n\0", flags, length of the header's extension (PostgreSQL documentation, COPY, binary format). */
const header_bytes = 19;
/** Binary timestamps count microseconds from 2000-01-01. */
const postgresEpoch_ms = Date.UTC(2000, 0, 1);

/** One row where it lies in the bytes that came; good until the next. */
export class CopyRow {
  bytes: Buffer = Buffer.alloc(0);
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;

  constructor(columns: number) {
    this.offsets = new Int32Array(columns);
    this.lengths = new Int32Array(columns);
  }

  isNull(column: number): boolean {
    return this.lengths[column] === -1;
  }

  /** Where the 16 bytes of a uuid begin in `bytes`. */
  at(column: number): number {
    return this.offsets[column]!;
  }

  /** Bytes of a column. */
  length(column: number): number {
    return this.lengths[column]!;
  }

  text(column: number): string {
    const at = this.offsets[column]!;
    return this.bytes.toString('utf8', at, at + this.lengths[column]!);
  }

  int4(column: number): number {
    return int32(this.bytes, this.offsets[column]!);
  }

  bool(column: number): boolean {
    return this.bytes[this.offsets[column]!] === 1;
  }

  float8(column: number): number {
    return this.bytes.readDoubleBE(this.offsets[column]);
  }

  /** A timestamptz in milliseconds since 1970. */
  instant_ms(column: number): number {
    const at = this.offsets[column]!;
    const micros = int32(this.bytes, at) * 4_294_967_296 + (int32(this.bytes, at + 4) >>> 0);
    return postgresEpoch_ms + micros / 1_000;
  }
}

/**
 * Reads a query's rows in the binary COPY format, one callback each: a million rows without a million objects.
 * @param query must not take parameters; it comes from our own code, never from outside
 */
export async function copyRows(
  client: pg.PoolClient,
  query: string,
  columns: number,
  onRow: (row: CopyRow) => void,
): Promise<void> {
  const row = new CopyRow(columns);
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`));
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!begun) {
      if (bytes.length < header_bytes) {
        rest = bytes;
        continue;
      }
      at = header_bytes;
      begun = true;
    }
    row.bytes = bytes;
    for (let next = readRow(row, at, columns); next !== -1; next = readRow(row, at, columns)) {
      at = next;
      onRow(row);
    }
    rest = bytes.subarray(at);
  }
}

/** Where a row begins with the number of its columns, this is the end. */
const trailer = 0xffff;

/** Like `readInt32BE` without its checks, which `readRow` has made: a load has more than ten million of these. */
const int32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** Finds the fields of the row at `start`; answers where the next begins, -1 when it is not all there, or the end. */
function readRow(row: CopyRow, start: number, columns: number): number {
  const { bytes, offsets, lengths } = row;
  if (start + 2 > bytes.length || ((bytes[start]! << 8) | bytes[start + 1]!) === trailer) return -1;
  let at = start + 2;
  for (let column = 0; column < columns; column++) {
    if (at + 4 > bytes.length) return -1;
    const length = int32(bytes, at);
    at += 4;
    offsets[column] = at;
    lengths[column] = length;
    if (length > 0) at += length;
  }
  return at <= bytes.length ? at : -1;
}
