import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Gate } from '#libs/gate/gate.js';
import type { Logger } from '#libs/platform/logger.js';
import { GATE, LOGGER, POOL } from '#libs/platform/tokens.js';
import { settleItem, takeWaiting, type TakenItem } from '#libs/store/bulk-commands.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import { personId } from '#libs/units/identifiers.js';

/** How soon items are taken up that another process left behind. */
const interval_ms = 2_000;
const atOnce = 16;

/** Gives the commands of bulks one by one, each in the name of who asked and through the gate, whichever process comes first. */
@Injectable()
export class BulkWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.wake(), interval_ms);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  /** Works until nothing waits; never rejects. */
  wake(): Promise<void> {
    this.working = this.working
      .then(() => this.workOff())
      .catch((error: unknown) => this.logger.error({ err: error }, 'a bulk could not be carried on'));
    return this.working;
  }

  private async workOff(): Promise<void> {
    while (!this.stopped && (await this.round()) === atOnce);
  }

  /** How many items it settled. */
  private round(): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      let settled = 0;
      for (const item of await takeWaiting(client, atOnce)) {
        const denial = await this.give(item);
        // Rights that cannot be read now are no denial: the item waits for another round.
        if (denial === 'entitlements-stale') continue;
        await settleItem(client, item, denial);
        settled++;
      }
      return settled;
    });
  }

  private async give({ bulk, deviceId, commandId }: TakenItem): Promise<string | null> {
    const { work } = bulk;
    const person = { personId: personId(bulk.personId) };
    const given =
      work.kind === 'command'
        ? await this.gate.admit(person, { ...work, deviceId, commandId })
        : await this.gate.desire(person, { ...work, deviceId, expectedVersion: null });
    return given.ok ? null : given.error;
  }
}
