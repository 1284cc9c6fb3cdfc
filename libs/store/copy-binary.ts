/** PostgreSQL types the encoder speaks, each with a fixed width. */
export type CopyType = 'int2' | 'uuid' | 'timestamptz' | 'float4' | 'float8';
/** uuid as text, timestamptz as milliseconds since 1970; null is NULL. */
export type CopyValue = string | number | null;

const width: Readonly<Record<CopyType, number>> = { int2: 2, uuid: 16, timestamptz: 8, float4: 4, float8: 8 };
/** "PGCOPY\n\377\r\n\0", no flags, no header extension (PostgreSQL documentation, COPY, binary format). */
const header = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const trailer_bytes = 2;
/** Binary timestamps count microseconds from 2000-01-01. */
const postgresEpoch_ms = Date.UTC(2000, 0, 1);

/** Encodes rows for COPY ... FROM STDIN (FORMAT binary), in one buffer per batch. */
export class BinaryCopyEncoder {
  private readonly rowLimit_bytes: number;

  constructor(private readonly columns: readonly CopyType[]) {
    this.rowLimit_bytes = 2 + columns.reduce((sum, type) => sum + 4 + width[type], 0);
  }

  encode(rows: readonly (readonly CopyValue[])[]): Buffer {
    const buffer = Buffer.allocUnsafe(header.length + rows.length * this.rowLimit_bytes + trailer_bytes);
    let at = header.copy(buffer);
    for (const row of rows) {
      at = buffer.writeInt16BE(this.columns.length, at);
      for (let column = 0; column < this.columns.length; column++) {
        at = writeField(buffer, at, this.columns[column]!, row[column] ?? null);
      }
    }
    at = buffer.writeInt16BE(-1, at);
    return buffer.subarray(0, at);
  }
}

function writeField(buffer: Buffer, at: number, type: CopyType, value: CopyValue): number {
  if (value === null) return buffer.writeInt32BE(-1, at);
  const start = buffer.writeInt32BE(width[type], at);
  switch (type) {
    case 'int2':
      return buffer.writeInt16BE(Number(value), start);
    case 'float4':
      return buffer.writeFloatBE(Number(value), start);
    case 'float8':
      return buffer.writeDoubleBE(Number(value), start);
    case 'timestamptz':
      return buffer.writeBigInt64BE(BigInt(Math.round((Number(value) - postgresEpoch_ms) * 1_000)), start);
    case 'uuid':
      return writeUuid(buffer, start, String(value));
  }
}

function writeUuid(buffer: Buffer, at: number, text: string): number {
  const written = buffer.write(text.replaceAll('-', ''), at, 'hex');
  if (written !== width.uuid) throw new TypeError(`"${text}" is not a UUID`);
  return at + written;
}
