import { Inject, Injectable } from '@nestjs/common';
import { waysTo } from '#libs/entitlements/decide.js';
import { atDevice } from '#libs/entitlements/facts.js';
import { billLines } from '#libs/entitlements/service-bill.js';
import { servedCountries } from '#libs/entitlements/company.js';
import type { LocationRole } from '#libs/entitlements/role.js';
import {
  activateService,
  refundAt,
  stateAt,
  type ServiceEvent,
} from '#libs/entitlements/service-subscription.js';
import { problem } from '#libs/platform/http/problems.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { guardedPlace, professionalsAt } from '#libs/store/hub-access.js';
import { simOf } from '#libs/store/hub-sims.js';
import { insertRefund } from '#libs/store/service-bills.js';
import { packageById } from '#libs/store/service-packages.js';
import { locationOfHub, serviceById, type ServiceRow } from '#libs/store/services.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireRightOn, type Work } from '../changes.js';
import { activationProblem, begin, requireHub, Services, step, unfinished } from './services.js';

/** AJ-38: the users of a hub, who may pay for its services themselves. */
const users: ReadonlySet<LocationRole> = new Set<LocationRole>([
  'owner',
  'hub-administrator',
  'hub-limited-administrator',
  'hub-user',
]);

/** Services that a user of the hub activates and pays by card, where nobody looks after the hub for him (AJ-38). */
@Injectable()
export class CardServices {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(Services) private readonly services: Services,
  ) {}

  async activate(
    actor: PersonId,
    deviceId: string,
    wish: { readonly packageId: string; readonly country: string },
  ): Promise<ServiceRow> {
    const serviceId = await this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRightOn(work, 'telemetry', atDevice(deviceId));
      const locationId = await requireHub(work, deviceId);
      await requireUser(work, deviceId);
      const offered = await packageById(work.client, wish.packageId);
      if (!offered?.forCardPayers) throw problem('choose-package');
      const same = await unfinished(work, deviceId, offered.packageId);
      const activated = activateService({
        present: same ? stateAt(same, work.now) : 'inactive',
        simPresent: (await simOf(work.client, deviceId)) !== null,
        countryServed: servedCountries.has(wish.country) && offered.countries.includes(wish.country),
        withSim: offered.withSim,
        payer: {
          kind: 'card',
          professionals: await countProfessionals(work, locationId),
          timeZone: (await locationOfHub(work.client, deviceId))?.timeZone ?? 'UTC',
        },
      });
      if (!activated.ok) throw activationProblem(activated.error);
      const made = await begin(work, same, {
        ...activated.value,
        deviceId,
        offered,
        dealerId: null,
        payerPersonId: actor,
      });
      await work.audit({
        action: 'card-service-activated',
        entitlement,
        locationId,
        subjectId: made,
        detail: { deviceId, packageId: offered.packageId },
      });
      return made;
    });
    return this.services.settled(serviceId);
  }

  /** By whoever pays. A deactivated service gives nothing back; a stopped one what is left of the month. */
  async change(
    actor: PersonId,
    deviceId: string,
    serviceId: string,
    type: Exclude<ServiceEvent['type'], 'sim-stopped'>,
  ): Promise<ServiceRow> {
    await this.changes.run(actor, async (work) => {
      const { entitlement } = await requireRightOn(work, 'telemetry', atDevice(deviceId));
      const row = await serviceById(work.client, serviceId);
      if (row?.deviceId !== deviceId || row.payerPersonId === null) throw problem('not-found');
      if (row.payerPersonId !== actor) throw problem('forbidden');
      await step(work, row, type);
      if (type === 'stop') {
        const paid_minor = billLines(row, work.now).at(-1)?.amount_minor ?? 0;
        const amount_minor = refundAt(row, paid_minor, work.now);
        await insertRefund(work.client, { serviceId, amount_minor, currency: row.currency }, work.by.at);
      }
      await work.audit({
        action: `card-service-${type}`,
        entitlement,
        locationId: row.locationId,
        subjectId: serviceId,
      });
    });
    return this.services.settled(serviceId);
  }
}

async function requireUser(work: Work, deviceId: string): Promise<void> {
  const hub = atDevice(deviceId);
  const facts = await readFactsAround(work.client, work.actor, hub);
  const ways = waysTo(facts, work.actor, 'telemetry', hub, work.now);
  if (!ways.some(({ extent, role }) => extent !== 'none' && users.has(role))) throw problem('forbidden');
}

/** Companies and professionals in the space, the organisation that installed it among them. */
async function countProfessionals({ client, by }: Work, locationId: string): Promise<number> {
  const place = await guardedPlace(client, locationId, by.at);
  const installer = place && place.installedByOrganisationId !== null ? 1 : 0;
  return installer + (await professionalsAt(client, locationId)).length;
}
