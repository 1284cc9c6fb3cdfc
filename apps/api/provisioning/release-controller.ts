import { Controller, Inject } from '@nestjs/common';
import type { Bus } from '#libs/bus/bus.js';
import { releaseRoutes as routes } from '#libs/contracts/http/release-routes.js';
import { deviceSettingsSchema } from '#libs/contracts/settings.js';
import { decide } from '#libs/entitlements/decide.js';
import { atDevice } from '#libs/entitlements/facts.js';
import { entitlementOf } from '#libs/entitlements/proof.js';
import type { Gate } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { BUS, CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { releaseDevice, releasedDevicesOf, type ReleasedDevice } from '#libs/store/device-releases.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import type { Pool } from '#libs/store/pool.js';
import { liveServicesOn } from '#libs/store/services.js';
import type { Clock } from '#libs/units/clock.js';

const shown = 100;

/** Devices that leave a location. */
@Controller()
export class ReleaseController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(routes.removeDevice)
  async remove({ person, params }: RouteRequest<typeof routes.removeDevice>): Promise<void> {
    const { personId } = person;
    const { deviceId } = params;
    const now = this.clock.now();
    const at = new Date(now);
    const changed = await changeEntitlements(
      this.pool,
      { actorPersonId: personId, at: now },
      async (change) => {
        const target = atDevice(deviceId);
        const facts = await readFactsAround(change.client, personId, target);
        const decision = decide(facts, personId, 'electrical', target, now);
        if (!decision.allowed) throw problem(decision.visible ? 'forbidden' : 'not-found');
        // AJ-35: what is billed is stopped first.
        if ((await liveServicesOn(change.client, [deviceId], at)).length > 0)
          throw problem('services-active');
        const entitlement = entitlementOf(decision.proof);
        const released = await releaseDevice(change, deviceId, { personId, entitlement, at, how: 'removed' });
        if (!released) throw problem('not-found');
        return released.locationId;
      },
    );
    await this.gate.caughtUp(changed.sequence);
    const siteId = changed.value;
    await this.bus.publish('changes', { siteId, subject: 'devices', subjectId: deviceId, at: now });
    await this.bus.publish('changes', { siteId, subject: 'topology', subjectId: null, at: now });
  }

  @Route(routes.listReleasedDevices)
  async list({ params }: RouteRequest<typeof routes.listReleasedDevices>) {
    return { items: (await releasedDevicesOf(this.pool, params.locationId, shown)).map(releasedView) };
  }
}

const releasedView = (
  device: ReleasedDevice,
): RouteAnswer<typeof routes.listReleasedDevices>['items'][number] => ({
  ...device,
  addedAt: device.addedAt.toISOString(),
  releasedAt: device.releasedAt.toISOString(),
  desired: deviceSettingsSchema.parse(device.desired),
  reported: deviceSettingsSchema.parse(device.reported),
});
