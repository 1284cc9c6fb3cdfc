import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload, type MicroserviceOptions } from '@nestjs/microservices';
import type { Change } from '#libs/contracts/change.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { MemoryBus } from '../memory-bus.js';
import { BusTransport, Consume } from './bus-transport.js';

const seen: { first: number[]; second: number[]; failures: number } = { first: [], second: [], failures: 0 };

@Controller()
class FirstReader {
  @Consume('changes', 'first')
  async take(@Payload() change: Change): Promise<void> {
    seen.first.push(change.at);
    if (seen.failures-- > 0) throw new Error('not yet');
  }
}

@Controller()
class SecondReader {
  @Consume('changes', null)
  async take(@Payload() change: Change): Promise<void> {
    seen.second.push(change.at);
  }
}

@Module({ controllers: [FirstReader, SecondReader] })
class Readers {}

const change = (at: number): Change => ({ siteId: 'site-a', subject: 'devices', subjectId: null, at });

describe('Nest transport over the bus', () => {
  let bus: MemoryBus;
  let service: INestMicroservice;
  beforeEach(async () => {
    Object.assign(seen, { first: [], second: [], failures: 0 });
    bus = new MemoryBus();
    service = await NestFactory.createMicroservice<MicroserviceOptions>(Readers, {
      strategy: new BusTransport(bus),
      logger: false,
    });
    await service.listen();
  });
  afterEach(async () => {
    await service.close();
    await bus.close();
  });

  it('hands every message to each group and to handlers without one', async () => {
    await bus.publish('changes', change(1));
    await bus.publish('changes', change(2));
    await waitFor('both readers', () => seen.first.length === 2 && seen.second.length === 2);
    expect(seen).toMatchObject({ first: [1, 2], second: [1, 2] });
  });

  it('repeats a message whose handler rejected, before the next', async () => {
    seen.failures = 1;
    await bus.publish('changes', change(1));
    await bus.publish('changes', change(2));
    await waitFor('the repeated message', () => seen.first.length === 3);
    expect(seen.first).toEqual([1, 1, 2]);
  });

  it('hands out nothing after it is closed', async () => {
    await service.close();
    await bus.publish('changes', change(1));
    const witness: number[] = [];
    await bus.consume({
      topic: 'changes',
      group: 'witness',
      partitions: [...Array(64).keys()],
      handler: async ({ message }) => void witness.push(message.at),
    });
    await waitFor('the witness', () => witness.length === 1);
    expect(seen.first).toEqual([]);
  });
});
