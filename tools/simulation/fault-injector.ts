import type { Random } from '#firmware-sim/physics/random.js';
import type { AllocatorHost } from './allocator-host.js';
import type { ChargerLine } from './charger-line.js';
import type { EventQueue } from './event-queue.js';
import type { FaultCounts, FaultRates, PartFault } from './faults.js';

interface World {
  readonly queue: EventQueue;
  readonly lines: readonly ChargerLine[];
  readonly host: AllocatorHost;
  cloudIsUp: boolean;
  zenIsUp: boolean;
  note(what: string, content: unknown): void;
}

/** Draws which part fails in which second, and brings it back. */
export class FaultInjector {
  constructor(
    private readonly world: World,
    private readonly random: Random,
    private readonly rates: FaultRates,
    private readonly counts: FaultCounts,
  ) {}

  second(): void {
    const { world, random } = this;
    const { queue, host } = world;
    if (world.zenIsUp && this.strikes('zen-dead', {})) {
      world.zenIsUp = false;
      queue.after(random.between(5_000, 1_200_000), () => (world.zenIsUp = true));
    }
    if (world.cloudIsUp && host.actor) {
      if (this.strikes('cloud-dead', {})) this.killCloud(random.between(10_000, 900_000));
      else if (this.strikes('allocator-dead', {})) this.replaceOwner(random.between(20_000, 600_000), false);
      else if (this.strikes('owner-changed', {}))
        this.replaceOwner(random.between(0, 8_000), random.uniform() < 0.5);
    }
    for (const line of world.lines) {
      const { deviceId } = line.charger.wired;
      if (line.charger.contact !== 'offline' && this.strikes('charger-disconnected', { deviceId }))
        line.breakConnection(random.between(2_000, 600_000));
      if (!line.charger.isBooting(queue.now_ms) && this.strikes('charger-rebooted', { deviceId }))
        line.reboot(random.between(10_000, 90_000));
      if (this.strikes('charger-clock-jumped', { deviceId }))
        line.charger.clockOffset_ms = random.between(-600_000, 600_000);
    }
  }

  private killCloud(away_ms: number): void {
    const { world } = this;
    world.cloudIsUp = false;
    world.host.die(false);
    for (const line of world.lines) line.cloudDied();
    world.queue.after(away_ms, () => {
      world.cloudIsUp = true;
      world.host.own();
    });
  }

  private replaceOwner(away_ms: number, lingers: boolean): void {
    const { queue, host } = this.world;
    host.die(lingers);
    queue.after(away_ms, () => host.own());
    if (lingers) queue.after(away_ms + this.random.between(0, 5_000), () => host.retire());
  }

  private strikes(fault: PartFault, where: object): boolean {
    if (this.random.uniform() >= this.rates[fault] / 3_600) return false;
    this.counts[fault]++;
    this.world.note(`fault ${fault}`, where);
    return true;
  }
}
