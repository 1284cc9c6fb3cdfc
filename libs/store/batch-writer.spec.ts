import { describe, expect, it } from '@jest/globals';
import { waitFor } from '#libs/testing/wait-for.js';
import { BatchWriter } from './batch-writer.js';

function writer(changes: { batchRows?: number; batchAge_ms?: number; capacityRows?: number }) {
  const stored: number[][] = [];
  const failures: unknown[] = [];
  const gate: { store: (rows: readonly number[]) => Promise<void> } = { store: async () => undefined };
  const batches = new BatchWriter<number>({
    batchRows: 10,
    batchAge_ms: 10,
    capacityRows: 40,
    retryFirst_ms: 1,
    retryLongest_ms: 4,
    ...changes,
    store: async (rows) => {
      await gate.store(rows);
      stored.push([...rows]);
    },
    onFailure: (error) => failures.push(error),
  });
  return { batches, stored, failures, gate };
}

describe('a batch writer', () => {
  it('stores when a batch is full, without waiting for its age', async () => {
    const { batches, stored } = writer({ batchAge_ms: 1_000_000 });
    for (let row = 0; row < 25; row++) await batches.write(row);
    await waitFor('two batches', () => stored.length === 2);
    expect(stored.map((rows) => rows.length)).toEqual([10, 10]);
    await batches.flush();
    expect(stored.flat()).toEqual(Array.from({ length: 25 }, (_, row) => row));
  });

  it('stores a lone row when it is old enough', async () => {
    const { batches, stored } = writer({});
    await batches.write(1);
    await waitFor('the row', () => stored.length === 1);
    expect(batches.held).toBe(0);
  });

  it('makes its callers wait when it is full, and never holds more than its capacity', async () => {
    const { batches, stored, gate } = writer({});
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    gate.store = () => opened;
    let accepted = 0;
    const writers = Array.from({ length: 100 }, (_, row) => batches.write(row).then(() => accepted++));
    await waitFor('the capacity', () => accepted === 40);
    expect(batches.held).toBe(40);
    open();
    await Promise.all(writers);
    await batches.flush();
    expect(stored.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, row) => row));
  });

  it('tries a failed batch again until it is stored, in order, losing nothing', async () => {
    const { batches, stored, failures, gate } = writer({});
    let left = 3;
    gate.store = async () => {
      if (left-- > 0) throw new Error('the database is away');
    };
    for (let row = 0; row < 30; row++) await batches.write(row);
    await batches.flush();
    expect(failures).toHaveLength(3);
    expect(stored.flat()).toEqual(Array.from({ length: 30 }, (_, row) => row));
  });
});
