import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseClock } from './database-clock.js';

/** A database and a counter that the test moves; a reading takes as long as it says. */
class Machine {
  database_ms = 1_000_000;
  counter_ms = 7;
  reading_ms = 2;
  readonly read = async (): Promise<number> => {
    this.pass(this.reading_ms / 2);
    const read = this.database_ms;
    this.pass(this.reading_ms / 2);
    return read;
  };
  readonly counter = (): number => this.counter_ms;

  pass(ms: number): void {
    this.database_ms += ms;
    this.counter_ms += ms;
  }
}

const open = async () => {
  const machine = new Machine();
  return { machine, clock: await DatabaseClock.open(machine.read, machine.counter) };
};

describe('T11: the clock', () => {
  it("T11: shows the database's time, to half of what a reading takes", async () => {
    const { machine, clock } = await open();
    expect(clock.now()).toBe(machine.database_ms);
    machine.pass(12_345);
    expect(clock.now()).toBe(machine.database_ms);
  });

  it('T11: takes a jump forward at once, and goes at half speed through a jump back', async () => {
    const { machine, clock } = await open();
    machine.database_ms += 300_000;
    await clock.synchronise();
    const ahead = clock.now();
    expect(ahead).toBe(machine.database_ms);
    machine.database_ms -= 10_000;
    await clock.synchronise();
    machine.pass(10_000);
    expect(clock.now()).toBe(ahead + 5_001);
    machine.pass(10_000);
    expect(clock.now()).toBe(machine.database_ms);
  });

  it('T11: keeps what it knows when a reading takes too long or fails', async () => {
    const { machine, clock } = await open();
    machine.reading_ms = 1_000;
    machine.database_ms += 60_000;
    await clock.synchronise();
    expect(clock.now()).toBe(machine.database_ms - 60_000);
    const failing = await DatabaseClock.open(machine.read, machine.counter);
    machine.reading_ms = Number.NaN;
    expect(failing.now()).toBe(machine.database_ms);
  });

  it('T11: never goes back, and never stands still while time passes', async () => {
    const step = fc.record({
      pass_ms: fc.integer({ min: 2, max: 5_000 }),
      jump_ms: fc.integer({ min: -9_000, max: 9_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { machine, clock } = await open();
        let last = clock.now();
        for (const { pass_ms, jump_ms } of steps) {
          machine.database_ms += jump_ms;
          await clock.synchronise();
          machine.pass(pass_ms);
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(last + Math.floor(pass_ms / 2));
          expect(now).toBeGreaterThanOrEqual(Math.floor(machine.database_ms));
          last = now;
        }
      }),
    );
  });
});
