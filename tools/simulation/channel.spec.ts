import { describe, expect, it } from '@jest/globals';
import { Random } from '#firmware-sim/physics/random.js';
import { Channel } from './channel.js';
import { EventQueue } from './event-queue.js';
import { defaultRates, noFaults, scaledRates, type FaultRates } from './faults.js';

const count = 400;

/** Sends a message every second and answers what arrived, with the counts of injected faults. */
function flow(rates: Partial<FaultRates>, cutAfter: number | null = null) {
  const queue = new EventQueue(0);
  const counts = noFaults();
  const arrived: { readonly number: number; readonly took_ms: number }[] = [];
  const channel = new Channel<number>({
    queue,
    random: new Random(5),
    rates: { ...scaledRates(defaultRates, 0), ...rates },
    counts,
    latency_ms: [10, 20],
    delay_ms: [2_500, 2_500],
    faults: {
      lost: 'observation-lost',
      delayed: 'observation-delayed',
      duplicated: 'observation-duplicated',
      reordered: 'observation-reordered',
    },
    deliver: (number) => arrived.push({ number, took_ms: queue.now_ms - number * 1_000 }),
  });
  for (let number = 0; number < count; number++) {
    queue.runUntil(number * 1_000);
    channel.send(number);
    if (number === cutAfter) channel.cut();
  }
  queue.runUntil(count * 1_000 + 60_000);
  return { arrived, counts, numbers: arrived.map(({ number }) => number) };
}

const inOrder = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

describe('Channel', () => {
  it('delivers everything once and in order, with its latency, when nothing is injected', () => {
    const { arrived, numbers } = flow({});
    expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number));
    expect(arrived.every(({ took_ms }) => took_ms >= 10 && took_ms <= 20)).toBe(true);
  });

  it('loses as many as it counts', () => {
    const { numbers, counts } = flow({ 'observation-lost': 0.2 });
    expect(counts['observation-lost']).toBeGreaterThan(40);
    expect(numbers).toHaveLength(count - counts['observation-lost']);
  });

  it('holds up those behind a delayed message, as TCP does', () => {
    const { arrived, numbers, counts } = flow({ 'observation-delayed': 0.1 });
    expect(counts['observation-delayed']).toBeGreaterThan(20);
    expect(numbers).toEqual(inOrder(numbers));
    expect(arrived.filter(({ took_ms }) => took_ms > 1_000).length).toBeGreaterThan(
      counts['observation-delayed'],
    );
  });

  it('delivers a duplicated message twice in a row', () => {
    const { numbers, counts } = flow({ 'observation-duplicated': 0.1 });
    expect(numbers).toHaveLength(count + counts['observation-duplicated']);
    expect(numbers).toEqual(inOrder(numbers));
  });

  it('lets later messages overtake a reordered one', () => {
    const { numbers, counts } = flow({ 'observation-reordered': 0.1 });
    expect(counts['observation-reordered']).toBeGreaterThan(20);
    expect(numbers).not.toEqual(inOrder(numbers));
    expect(new Set(numbers).size).toBe(count);
  });

  it('never delivers what was under way when the connection broke', () => {
    expect(flow({}, 7).numbers).not.toContain(7);
    expect(flow({}, 7).numbers).toContain(8);
  });
});
