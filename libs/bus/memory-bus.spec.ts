import { describe, expect, it } from '@jest/globals';
import type { Change } from '#libs/contracts/change.js';
import { busConformance } from '#libs/testing/bus-conformance.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { allPartitions } from './partition.js';
import { MemoryBus, retainedForReaders, retainedWhenRead, trimInterval } from './memory-bus.js';

busConformance('in memory', async () => new MemoryBus());

describe('what the bus in memory keeps', () => {
  const read = async (bus: MemoryBus, group: string | null) => {
    const seen: number[] = [];
    const subscription = await bus.consume({
      topic: 'changes',
      partitions: allPartitions,
      group,
      handler: async ({ message }) => void seen.push(message.at),
    });
    return { seen, subscription };
  };
  const publish = async (bus: MemoryBus, from: number, to: number): Promise<void> => {
    const about: Omit<Change, 'at'> = { siteId: 'site', subject: 'devices', subjectId: null };
    for (let at = from; at < to; at++) await bus.publish('changes', { ...about, at });
  };
  const upTo = (last: number, seen: readonly number[]) =>
    waitFor('the last message', () => seen.at(-1) === last - 1);

  it('is little once everybody has read it, however much was published', async () => {
    const bus = new MemoryBus();
    const { seen } = await read(bus, 'readers');
    for (let portion = 1; portion <= 32; portion++) {
      await publish(bus, (portion - 1) * 1_000, portion * 1_000);
      await upTo(portion * 1_000, seen);
    }
    expect(seen).toHaveLength(32_000);
    const late = await read(bus, 'latecomers');
    await upTo(32_000, late.seen);
    expect(late.seen.length).toBeGreaterThanOrEqual(retainedWhenRead);
    expect(late.seen.length).toBeLessThan(retainedWhenRead + trimInterval);
    await bus.close();
  });

  it('is what a group has missed while it was away, whatever others have read', async () => {
    const bus = new MemoryBus();
    const before = await read(bus, 'readers');
    await publish(bus, 0, 10);
    await upTo(10, before.seen);
    await before.subscription.close();
    const other = await read(bus, null);
    await publish(bus, 10, retainedForReaders);
    await upTo(retainedForReaders, other.seen);
    const after = await read(bus, 'readers');
    await upTo(retainedForReaders, after.seen);
    expect(after.seen).toHaveLength(retainedForReaders - 10);
    await bus.close();
  });

  it('is bounded for a group that stays away', async () => {
    const bus = new MemoryBus();
    const before = await read(bus, 'readers');
    await publish(bus, 0, 1);
    await upTo(1, before.seen);
    await before.subscription.close();
    await publish(bus, 1, 40_000);
    const after = await read(bus, 'readers');
    await upTo(40_000, after.seen);
    expect(after.seen.length).toBeGreaterThanOrEqual(retainedForReaders);
    expect(after.seen.length).toBeLessThan(retainedForReaders + trimInterval);
    await bus.close();
  });
});
