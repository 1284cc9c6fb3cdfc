import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bus } from '#libs/bus/bus.js';
import { allPartitions, partitionOf } from '#libs/bus/partition.js';
import type { Change } from '#libs/contracts/change.js';
import { waitFor } from './wait-for.js';

const change = (siteId: string, at: number): Change => ({ siteId, subject: 'devices', subjectId: null, at });

/** What every bus adapter promises. `open` gives an empty bus. */
export function busConformance(name: string, open: () => Promise<Bus>): void {
  describe(`bus: ${name}`, () => {
    let bus: Bus;
    beforeEach(async () => {
      bus = await open();
    });
    afterEach(() => bus.close());

    const collect = async (group: string | null, partitions: readonly number[] = allPartitions) => {
      const seen: Change[] = [];
      const subscription = await bus.consume({
        topic: 'changes',
        partitions,
        group,
        handler: async ({ message }) => void seen.push(message),
      });
      return { seen, subscription };
    };

    it('delivers the messages of a site in order', async () => {
      const { seen } = await collect(null);
      await Promise.all(Array.from({ length: 200 }, (_, at) => bus.publish('changes', change('site-a', at))));
      await waitFor('all messages', () => seen.length === 200);
      expect(seen.map(({ at }) => at)).toEqual(Array.from({ length: 200 }, (_, at) => at));
    });

    it('delivers to every consumer without a group, from the moment it began', async () => {
      await bus.publish('changes', change('site-a', 1));
      const first = await collect(null);
      const second = await collect(null);
      await bus.publish('changes', change('site-a', 2));
      await waitFor('both', () => first.seen.length === 1 && second.seen.length === 1);
      expect([first.seen[0]?.at, second.seen[0]?.at]).toEqual([2, 2]);
    });

    it('goes on behind the last handled message of a group', async () => {
      const before = await collect('readers');
      await bus.publish('changes', change('site-a', 1));
      await waitFor('the first message', () => before.seen.length === 1);
      await before.subscription.close();
      await bus.publish('changes', change('site-a', 2));
      const later = await collect('readers');
      await waitFor('the second message', () => later.seen.length > 0);
      expect(later.seen.map(({ at }) => at)).toEqual([2]);
    });

    it('gives a new group what is still kept', async () => {
      await bus.publish('changes', change('site-a', 1));
      const { seen } = await collect('latecomers');
      await waitFor('the kept message', () => seen.length === 1);
      expect(seen[0]?.at).toBe(1);
    });

    it('repeats a message whose handler failed, before the next of its partition', async () => {
      const seen: number[] = [];
      let failures = 2;
      await bus.consume({
        topic: 'changes',
        partitions: allPartitions,
        group: null,
        handler: async ({ message }) => {
          seen.push(message.at);
          if (failures-- > 0) throw new Error('not yet');
        },
      });
      await bus.publish('changes', change('site-a', 1));
      await bus.publish('changes', change('site-a', 2));
      await waitFor('both messages', () => seen.length === 4);
      expect(seen).toEqual([1, 1, 1, 2]);
    });

    it('does not let a slow partition hold up another', async () => {
      const other = Array.from({ length: 100 }, (_, index) => `site-${index}`).find(
        (siteId) => partitionOf(siteId) !== partitionOf('site-a'),
      )!;
      const seen: string[] = [];
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const handle = async (siteId: string) => {
        if (siteId === 'site-a') await held;
        seen.push(siteId);
      };
      for (const partition of [partitionOf('site-a'), partitionOf(other)])
        await bus.consume({
          topic: 'changes',
          partitions: [partition],
          group: null,
          handler: ({ message }) => handle(message.siteId),
        });
      await bus.publish('changes', change('site-a', 1));
      await bus.publish('changes', change(other, 1));
      await waitFor('the other site', () => seen.includes(other));
      expect(seen).toEqual([other]);
      release();
      await waitFor('the slow site', () => seen.length === 2);
    });

    it('hands out only the partitions asked for', async () => {
      const { seen } = await collect(null, [partitionOf('site-a')]);
      const elsewhere = Array.from({ length: 100 }, (_, index) => `site-${index}`).find(
        (siteId) => partitionOf(siteId) !== partitionOf('site-a'),
      )!;
      await bus.publish('changes', change(elsewhere, 1));
      await bus.publish('changes', change('site-a', 2));
      await waitFor('one message', () => seen.length === 1);
      expect(seen[0]?.siteId).toBe('site-a');
    });

    it('runs no handler once its subscription is closed', async () => {
      const { seen, subscription } = await collect(null);
      await subscription.close();
      await bus.publish('changes', change('site-a', 1));
      const witness = await collect('witness');
      await waitFor('the witness', () => witness.seen.length === 1);
      expect(seen).toEqual([]);
    });
  });
}
