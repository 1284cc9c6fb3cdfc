import type { Logger } from '#libs/platform/logger.js';
import type { StationSecurityStore } from '#libs/store/station-security.js';
import type { Downlinks } from './downlinks.js';
import type { MqttSession } from './mqtt-session.js';

export interface MqttOwnPasswordPorts {
  readonly credentials: Pick<StationSecurityStore, 'offerSecret'>;
  readonly downlinks: Pick<Downlinks, 'send'>;
  readonly logger: Logger;
}

/**
 * The password of a balancer or hub that was just claimed: offered once on each connection that the one of the factory
 * opened. It counts from the connection on that uses it; until then both open the door.
 */
export class MqttOwnPassword {
  private readonly offered = new WeakSet<MqttSession>();

  constructor(private readonly ports: MqttOwnPasswordPorts) {}

  /** Never rejects. */
  async give(session: MqttSession): Promise<void> {
    const { device } = session;
    // With a certificate of its own it needs no password.
    if (!device.bootstrapCredential || device.securityProfile === 3) return;
    if (this.offered.has(session) || !session.listens.has('credential')) return;
    this.offered.add(session);
    try {
      const password = await this.ports.credentials.offerSecret(device.deviceId);
      await this.ports.downlinks.send(session, { downlink: 'credential', commandId: '', password });
    } catch (error) {
      this.ports.logger.error(
        { deviceId: device.deviceId, err: error },
        'a device could not be given a password of its own',
      );
    }
  }
}
