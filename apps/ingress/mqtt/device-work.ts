import type { Logger } from '#libs/platform/logger.js';
import type { OwnCredentials } from '../own-credentials.js';
import type { MqttCommands } from './mqtt-commands.js';
import type { MqttSession } from './mqtt-session.js';
import type { Extent, MqttSettingsExchange } from './mqtt-settings.js';

export interface DeviceWorkPorts {
  readonly ownCredentials: OwnCredentials<MqttSession>;
  readonly commands: Pick<MqttCommands, 'sendQueued'>;
  readonly settings: Pick<MqttSettingsExchange, 'bring'>;
  readonly logger: Logger;
}

interface Run {
  again: boolean;
  settings: Extent | null;
}

/**
 * Gives a device what waits for it, in one run per connection: a credential of its own, commands in the order they were
 * given, then settings. One that took its own credential gets the rest on the connection it opens with it. The rows in the
 * database are the queue; messages on the bus and subscriptions only wake us up. Never rejects.
 */
export class DeviceWork {
  private readonly running = new WeakMap<MqttSession, Run>();

  constructor(private readonly ports: DeviceWorkPorts) {}

  /** `settings` null: only commands. */
  async give(session: MqttSession, settings: Extent | null): Promise<void> {
    const run = this.running.get(session);
    if (run) {
      run.again = true;
      if (run.settings !== 'all') run.settings = settings ?? run.settings;
      return;
    }
    const own: Run = { again: true, settings };
    this.running.set(session, own);
    while (own.again && session.open) {
      own.again = false;
      if ((await this.ports.ownCredentials.give(session)) === 'leaves') break;
      await this.guarded(session, () => this.ports.commands.sendQueued(session));
      const extent = own.settings;
      own.settings = null;
      if (extent && session.listens.has('settings'))
        await this.guarded(session, () => this.ports.settings.bring(session, extent));
    }
    this.running.delete(session);
  }

  private async guarded({ device }: MqttSession, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The rows keep their state: the next connection or the sweep goes on with them.
      this.ports.logger.error({ deviceId: device.deviceId, err: error }, 'a device was not given what waits');
    }
  }
}
