import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BinaryCopyEncoder, type CopyType, type CopyValue } from './copy-binary.js';

export interface CopyColumn {
  readonly name: string;
  readonly type: CopyType;
}

/** Copies rows into one table over a connection the caller holds, so that it can be part of a transaction. */
export class CopyWriter {
  private readonly encoder: BinaryCopyEncoder;
  private readonly statement: string;

  /** `table` and column names come from our own code, never from outside. */
  constructor(table: string, columns: readonly CopyColumn[]) {
    this.encoder = new BinaryCopyEncoder(columns.map(({ type }) => type));
    const names = columns.map(({ name }) => name).join(', ');
    this.statement = `COPY ${table} (${names}) FROM STDIN (FORMAT binary)`;
  }

  encode(rows: readonly (readonly CopyValue[])[]): Buffer {
    return this.encoder.encode(rows);
  }

  async copy(client: pg.PoolClient, rows: readonly (readonly CopyValue[])[]): Promise<void> {
    await this.copyEncoded(client, this.encode(rows));
  }

  async copyEncoded(client: pg.PoolClient, bytes: Buffer): Promise<void> {
    const stream = client.query(copyFrom(this.statement));
    // A dying connection fails the query without an event on the stream, so its end is watched as well.
    let lost: ((error: Error) => void) | null = null;
    const connectionLost = new Promise<never>((_resolve, reject) => {
      lost = (error) => reject(error ?? new Error('The connection to PostgreSQL ended during a COPY.'));
      client.once('error', lost);
      client.once('end', lost);
    });
    try {
      stream.end(bytes);
      await Promise.race([finished(stream), connectionLost]);
    } finally {
      if (lost) {
        client.off('error', lost);
        client.off('end', lost);
      }
    }
  }
}
