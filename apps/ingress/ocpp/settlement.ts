import type { Logger } from '#libs/platform/logger.js';
import type { CommandQueue } from '#libs/store/command-queue.js';
import type { OwnCredentials } from '../own-credentials.js';
import type { CommandDelivery } from './command-delivery.js';
import type { LocalListSync } from './local-list-sync.js';
import type { Reachable } from './limit-delivery.js';
import type { Extent, SettingDelivery } from './setting-delivery.js';

export interface SettlementPorts {
  readonly queue: Pick<CommandQueue, 'queued'>;
  readonly settings: Pick<SettingDelivery, 'send'>;
  readonly commands: Pick<CommandDelivery, 'carry'>;
  readonly ownCredentials: OwnCredentials<Reachable>;
  readonly logger: Logger;
  readonly localLists: Pick<LocalListSync, 'sync'>;
  readonly callTimeout_ms: number;
  /** Commands read from the database at once. */
  readonly batch: number;
}

/** What one connection is being given now, and what came up meanwhile. */
interface Run {
  again: boolean;
  settings: Extent | null;
}

/**
 * Gives a charger what waits for it. The rows in the database are the queue and bus messages only wake us up, so nothing
 * depends on which of them came first, and commands of one charger go out in the order they were given.
 */
export class Settlement {
  private readonly running = new WeakMap<Reachable, Run>();

  constructor(private readonly ports: SettlementPorts) {}

  /**
   * When a charger may be commanded (again): a password of its own first, if it has none; then waiting commands, then settings it does not have - all of them after a
   * boot, that may have lost them - then what we want to know of it. Never rejects.
   */
  async settle(station: Reachable, booted: boolean): Promise<void> {
    if ((await this.ports.ownCredentials.give(station)) === 'leaves') return;
    await this.give(station, booted ? 'all' : 'missing');
    await this.guarded(station, () => this.ask(station));
    await this.ports.localLists.sync(station);
  }

  /** Sends the commands that wait for this charger; never rejects. */
  wake(station: Reachable): Promise<void> {
    return this.give(station, null);
  }

  /** People wish something else of it: commands that carry the wish go first, then what is still missing. Never rejects. */
  twinChanged(station: Reachable): Promise<void> {
    return this.give(station, 'missing');
  }

  /** Never runs twice at once for one connection. */
  private async give(station: Reachable, settings: Extent | null): Promise<void> {
    const run = this.running.get(station);
    if (run) {
      run.again = true;
      if (run.settings !== 'all') run.settings = settings ?? run.settings;
      return;
    }
    const own: Run = { again: true, settings };
    this.running.set(station, own);
    while (own.again && station.isSettled) {
      own.again = false;
      await this.guarded(station, () => this.sendQueued(station));
      const extent = own.settings;
      own.settings = null;
      if (extent) await this.guarded(station, () => this.ports.settings.send(station, extent));
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
}
