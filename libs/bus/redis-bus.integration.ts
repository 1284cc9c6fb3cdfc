import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { busConformance } from '#libs/testing/bus-conformance.js';
import { startRedisServer, type TestRedis } from '#libs/testing/redis-server.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { allPartitions, partitionOf } from './partition.js';
import { RedisBus } from './redis-bus.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

const open = (prefix: string = randomUUID(), unreadable: string[] = []) =>
  RedisBus.open({
    url: redis.url,
    prefix,
    retainedPerPartition: 1_000,
    onUnreadable: (_, offset) => unreadable.push(offset),
  });

busConformance('Redis Streams', () => open());

describe('Redis Streams', () => {
  it('reports and skips a message that does not fit its topic', async () => {
    const unreadable: string[] = [];
    const prefix = randomUUID();
    const bus = await open(prefix, unreadable);
    const seen: number[] = [];
    await bus.consume({
      topic: 'changes',
      partitions: allPartitions,
      group: null,
      handler: async ({ message }) => void seen.push(message.at),
    });
    const raw = new Redis(redis.url);
    await raw.xadd(`${prefix}:{${partitionOf('site-a')}}:changes`, '*', 'm', '{"siteId":7}');
    await bus.publish('changes', { siteId: 'site-a', subject: 'devices', subjectId: null, at: 5 });
    await waitFor('the good message', () => seen.length === 1);
    expect(unreadable).toHaveLength(1);
    raw.disconnect();
    await bus.close();
  });

  it('says where it looked when Redis is not there', async () => {
    await expect(
      RedisBus.open({
        url: 'redis://127.0.0.1:1',
        prefix: 'x',
        retainedPerPartition: 1,
        onUnreadable: () => undefined,
      }),
    ).rejects.toThrow('Redis does not answer at 127.0.0.1:1');
  });
});
