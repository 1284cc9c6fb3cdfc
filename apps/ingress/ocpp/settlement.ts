import type { Bus } from '#libs/bus/bus.js';
import type { Logger } from '#libs/platform/logger.js';
import type { CommandQueue } from '#libs/store/command-queue.js';
import type { TwinStore } from '#libs/store/twin-store.js';
import type { Clock } from '#libs/units/clock.js';
import type { CommandDelivery } from './command-delivery.js';
import { missingSettings, reportedBy } from './confirmed-settings.js';
import type { LocalListSync } from './local-list-sync.js';
import type { Reachable } from './limit-delivery.js';

export interface SettlementPorts {
  readonly queue: Pick<CommandQueue, 'queued'>;
  readonly twins: TwinStore;
  readonly commands: Pick<CommandDelivery, 'carry'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly localLists: Pick<LocalListSync, 'sync'>;
  readonly callTimeout_ms: number;
  /** Commands read from the database at once. */
  readonly batch: number;
}

/**
 * Gives a charger what waits for it. The rows in the database are the queue and bus messages only wake us up, so nothing
 * depends on which of them came first, and commands of one charger go out in the order they were given.
 */
export class Settlement {
  private readonly running = new WeakMap<Reachable, { again: boolean }>();

  constructor(private readonly ports: SettlementPorts) {}

  /**
   * When a charger may be commanded (again): waiting commands first, then settings it does not have yet, then what we want
   * to know of it. Never rejects.
   */
  async settle(station: Reachable): Promise<void> {
    await this.wake(station);
    await this.guarded(station, () => this.sendMissing(station));
    await this.guarded(station, () => this.ask(station));
    await this.ports.localLists.sync(station);
  }

  /** Sends the commands that wait for this charger; never rejects, and never runs twice at once for one connection. */
  async wake(station: Reachable): Promise<void> {
    const run = this.running.get(station);
    if (run) {
      run.again = true;
      return;
    }
    const own = { again: true };
    this.running.set(station, own);
    while (own.again && station.isSettled) {
      own.again = false;
      await this.guarded(station, () => this.sendQueued(station));
    }
    this.running.delete(station);
  }

  /** One pass over what is queued now. What could not be sent stays queued and is not tried again in this pass. */
  private async sendQueued(station: Reachable): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const queued = await this.ports.queue.queued(station.device.deviceId, this.ports.batch);
      const fresh = queued.filter((command) => !tried.has(command.commandId));
      if (fresh.length === 0) return;
      for (const command of fresh) {
        tried.add(command.commandId);
        await this.ports.commands.carry(station, command);
      }
    }
  }

  private async guarded(station: Reachable, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.ports.logger.error({ deviceId: station.device.deviceId, err: error }, 'a charger was not settled');
    }
  }

  private async ask(station: Reachable): Promise<void> {
    const question = await station.dialect.question(station.device);
    if (!question) return;
    const outcome = await station.outbound.call({
      action: question.action,
      lane: 'command',
      key: `question/${question.action}`,
      timeout_ms: this.ports.callTimeout_ms,
      prepare: async () => question.payload,
    });
    await question.answered(outcome.kind === 'answered' ? outcome.payload : null);
  }

  private async sendMissing(station: Reachable): Promise<void> {
    const { deviceId, siteId } = station.device;
    for (const request of missingSettings(await this.ports.twins.read(deviceId))) {
      const call = await station.dialect.commandCall(station.device, request, station.quirks);
      const reported = reportedBy(request);
      if (call.kind !== 'call' || !reported) continue;
      const outcome = await station.outbound.call({
        action: call.action,
        lane: 'command',
        key: `setting/${request.action}`,
        timeout_ms: this.ports.callTimeout_ms,
        prepare: async () => call.payload,
      });
      if (
        outcome.kind !== 'answered' ||
        station.dialect.commandOutcome(call.action, outcome.payload) !== 'accepted'
      ) {
        this.ports.logger.warn(
          { deviceId, setting: request.action },
          'the charger did not take a desired setting',
        );
        continue;
      }
      await this.ports.twins.report(deviceId, reported);
      await this.ports.bus.publish('changes', {
        siteId,
        subject: 'twin',
        subjectId: deviceId,
        at: this.ports.clock.now(),
      });
    }
  }
}
