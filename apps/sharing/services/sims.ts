import { Inject, Injectable } from '@nestjs/common';
import { atDevice } from '#libs/entitlements/facts.js';
import { problem } from '#libs/platform/http/problems.js';
import { insertSim, simOf, type HubSim } from '#libs/store/hub-sims.js';
import { liveServicesOn } from '#libs/store/services.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRightOn } from '../changes.js';
import { requireHub } from './services.js';
import { SIM_CARRIER, type SimCarrier } from './sim-carrier.js';

/** Which SIM is in which hub (AJ-22). */
@Injectable()
export class Sims {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(SIM_CARRIER) private readonly carrier: SimCarrier,
  ) {}

  /** The carrier is asked before anything is locked. */
  async put(actor: PersonId, deviceId: string, iccid: string): Promise<HubSim> {
    if (!(await this.carrier.knows(iccid))) throw problem('sim-unknown');
    return this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRightOn(work, 'electrical', atDevice(deviceId));
      const locationId = await requireHub(work, deviceId);
      const present = await simOf(work.client, deviceId);
      const running = await liveServicesOn(work.client, [deviceId], work.by.at);
      if (present !== null && present.iccid !== iccid && running.length > 0) throw problem('services-active');
      if (!(await insertSim(work.client, deviceId, iccid, work.by.at))) throw problem('sim-taken');
      await work.audit({
        action: 'sim-put',
        entitlement,
        locationId,
        subjectId: deviceId,
        detail: { iccid },
      });
      const sim = await simOf(work.client, deviceId);
      if (!sim) throw problem('not-found');
      return sim;
    });
  }
}
