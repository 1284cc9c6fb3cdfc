import type { Bus } from '#libs/bus/bus.js';
import { releaseDevice, resetDevices } from '#libs/store/device-releases.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';

/**
 * NB-84: ends the binding of every device that has agreed to a factory reset, whatever protocol it speaks: its command says
 * so. Run when one agreed and with each sweep, so that a process that dies in between loses nothing.
 */
export class DeviceReleases {
  constructor(
    private readonly pool: Pool,
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly clock: Clock,
  ) {}

  async run(): Promise<void> {
    for (const { deviceId, personId, entitlement } of await resetDevices(this.pool)) {
      const at = this.clock.now();
      const { value: released } = await changeEntitlements(
        this.pool,
        { actorPersonId: personId, at },
        (change) =>
          releaseDevice(change, deviceId, { personId, entitlement, at: new Date(at), how: 'factory-reset' }),
      );
      if (!released) continue;
      const { locationId: siteId } = released;
      await this.bus.publish('changes', { siteId, subject: 'devices', subjectId: deviceId, at });
      await this.bus.publish('changes', { siteId, subject: 'topology', subjectId: null, at });
    }
  }
}
