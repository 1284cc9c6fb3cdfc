import { Inject, Injectable } from '@nestjs/common';
import type { ProblemCode } from '#libs/contracts/http/problem.js';
import { decide, waysTo } from '#libs/entitlements/decide.js';
import { atDevice } from '#libs/entitlements/facts.js';
import { entitlementOf } from '#libs/entitlements/proof.js';
import {
  activateService,
  stateAt,
  stepService,
  type ActivationRefusal,
  type ServiceEvent,
  type ServiceRefusal,
} from '#libs/entitlements/service-subscription.js';
import { problem } from '#libs/platform/http/problems.js';
import { POOL } from '#libs/platform/tokens.js';
import { readFactsAround } from '#libs/store/entitlement-facts.js';
import { simOf, wantSim } from '#libs/store/hub-sims.js';
import type { Pool } from '#libs/store/pool.js';
import { activeResellersOf } from '#libs/store/reseller-connections.js';
import { packagesOf, type ServicePackage } from '#libs/store/service-packages.js';
import {
  insertService,
  locationOfHub,
  serviceById,
  servicesOn,
  storeService,
  type ServiceRow,
} from '#libs/store/services.js';
import type { PersonId } from '#libs/units/identifiers.js';
import { Changes, requireOrganisationRight, type Work } from '../changes.js';
import { requireEnrolled } from '../companies/enrolled.js';
import { book } from './bills.js';
import { ServiceWorker, simServesOthers } from './service-worker.js';

const activationRefusals: Readonly<Record<ActivationRefusal, ProblemCode>> = {
  'already-active': 'service-active',
  'not-a-dealer': 'not-a-dealer',
  'reseller-not-connected': 'reseller-not-connected',
  'professional-present': 'professional-present',
  'sim-missing': 'sim-missing',
  'country-not-served': 'country-not-served',
};
export const activationProblem = (refusal: ActivationRefusal) => problem(activationRefusals[refusal]);

const refusals: Readonly<Record<ServiceRefusal, ProblemCode>> = {
  'not-running': 'service-over',
  'not-active': 'service-not-active',
  'not-expiring': 'service-not-expiring',
  'not-stopping': 'service-not-active',
};

export interface ActivationChoice {
  readonly resellerId: string | undefined;
  readonly packageId: string | undefined;
}

/** What employees of a dealer do with the services of its hubs, from the list or at the hub (AJ-20 to AJ-36, 5E). */
@Injectable()
export class Services {
  constructor(
    @Inject(Changes) private readonly changes: Changes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(ServiceWorker) private readonly worker: ServiceWorker,
  ) {}

  async activate(
    actor: PersonId,
    dealerId: string,
    deviceId: string,
    choice: ActivationChoice,
  ): Promise<ServiceRow> {
    const serviceId = await this.changes.run(actor, async (work) => {
      const entitlement = await requireDealersRight(work, dealerId, deviceId);
      const locationId = await requireHub(work, deviceId);
      const dealer = await requireEnrolled(work.client, dealerId, 'dealer');
      const reseller = await chooseReseller(work, dealerId, choice.resellerId);
      const offered = await choosePackage(work, reseller.resellerId, dealer.country ?? '', choice.packageId);
      const same = await unfinished(work, deviceId, offered.packageId);
      const activated = activateService({
        present: same ? stateAt(same, work.now) : 'inactive',
        simPresent: (await simOf(work.client, deviceId)) !== null,
        countryServed: offered.countries.includes(dealer.country ?? ''),
        withSim: offered.withSim,
        payer: { kind: 'dealer', enrolled: true, connected: true, timeZone: reseller.timeZone },
      });
      if (!activated.ok) throw activationProblem(activated.error);
      const made = await begin(work, same, {
        ...activated.value,
        deviceId,
        offered,
        dealerId,
        payerPersonId: null,
      });
      await work.audit({
        action: 'service-activated',
        entitlement,
        locationId,
        organisationId: dealerId,
        subjectId: made,
        detail: { deviceId, packageId: offered.packageId, resellerId: reseller.resellerId },
      });
      return made;
    });
    return this.settled(serviceId);
  }

  /** `at` names the hub when the command came from its screen. */
  async change(
    actor: PersonId,
    dealerId: string,
    service: { readonly serviceId: string; readonly at: string | null },
    type: Exclude<ServiceEvent['type'], 'sim-stopped'>,
  ): Promise<ServiceRow> {
    await this.changes.run(actor, async (work) => {
      await requireOrganisationRight(work, 'manage-services', dealerId);
      const row = await serviceById(work.client, service.serviceId);
      if (!row || (service.at !== null && row.deviceId !== service.at)) throw problem('not-found');
      const entitlement = await requireDealersRight(work, dealerId, row.deviceId);
      // AJ-21: another dealer that looks after the same hub has its own services there.
      if (row.dealerId !== dealerId) throw problem('forbidden');
      await step(work, row, type);
      await work.audit({
        action: `service-${type}`,
        entitlement,
        locationId: row.locationId,
        organisationId: dealerId,
        subjectId: row.serviceId,
      });
    });
    return this.settled(service.serviceId);
  }

  /** The SIM is switched in the same saga: when its carrier answers, the caller sees it done already. */
  async settled(serviceId: string): Promise<ServiceRow> {
    await this.worker.pass();
    const row = await serviceById(this.pool, serviceId);
    if (!row) throw problem('not-found');
    return row;
  }
}

/** The service of this package on the hub whose row has not ended, though its time may have: there is one at most. */
export const unfinished = async (
  { client }: Work,
  deviceId: string,
  packageId: string,
): Promise<ServiceRow | undefined> =>
  (await servicesOn(client, deviceId)).find((row) => row.packageId === packageId && row.state !== 'inactive');

/** Begins the service and its bill; one that ended before and still says that it expires makes room for it. */
export async function begin(
  work: Work,
  same: ServiceRow | undefined,
  service: Parameters<typeof insertService>[1],
): Promise<string> {
  if (same?.state === 'expiring') {
    await book(work.client, [same], work.now);
    await storeService(work.client, same.serviceId, { state: 'inactive', endsAt: same.endsAt }, null);
  }
  const serviceId = await insertService(work.client, service, work.by);
  if (service.withSim) await wantSim(work.client, service.deviceId, 'on', work.by.at);
  const row = await serviceById(work.client, serviceId);
  await book(work.client, row ? [row] : [], work.now);
  return serviceId;
}

/** Steps the machine, and wants the SIM off when a stop leaves it nothing to serve (AJ-32). */
export async function step(
  work: Work,
  row: ServiceRow,
  type: Exclude<ServiceEvent['type'], 'sim-stopped'>,
): Promise<void> {
  const simStops = type === 'stop' && row.withSim && !(await simServesOthers(work.client, row, work.now));
  const next = stepService(type === 'stop' ? { ...row, withSim: simStops } : row, { type }, work.now);
  if (!next.ok) throw problem(refusals[next.error]);
  await book(work.client, [row], work.now);
  await storeService(work.client, row.serviceId, next.value, type === 'stop' ? work.by.at : null);
  if (simStops) await wantSim(work.client, row.deviceId, 'off', work.by.at);
}

/** The location of the hub; refused for another kind of device. */
export async function requireHub(work: Work, deviceId: string): Promise<string> {
  const device = await locationOfHub(work.client, deviceId);
  if (!device) throw problem('not-found');
  if (device.kind !== 'hub') throw problem('wrong-device-kind');
  return device.locationId;
}

/** AJ-20, AJ-21: the actor is an employee of this company and comes to the hub through it; another way does not count. */
async function requireDealersRight(work: Work, dealerId: string, deviceId: string): Promise<string> {
  await requireOrganisationRight(work, 'manage-services', dealerId);
  const hub = atDevice(deviceId);
  const facts = await readFactsAround(work.client, work.actor, hub);
  const way = waysTo(facts, work.actor, 'services', hub, work.now).find(({ extent, proof }) => {
    if (extent !== 'all' || proof.kind === 'owner') return false;
    return (proof.kind === 'membership' ? proof.organisationId : proof.through?.organisationId) === dealerId;
  });
  if (way) return entitlementOf(way.proof);
  const sees = decide(facts, work.actor, 'services', hub, work.now);
  throw problem(sees.allowed || sees.visible ? 'forbidden' : 'not-found');
}

/** AJ-18, AJ-24: one reseller is the choice; among several somebody chooses. */
async function chooseReseller(work: Work, dealerId: string, resellerId: string | undefined) {
  const connected = await activeResellersOf(work.client, dealerId);
  const named = connected.filter((each) => resellerId === undefined || each.resellerId === resellerId);
  const [only, another] = named;
  if (!only) throw problem('reseller-not-connected');
  if (another) throw problem('choose-reseller');
  return only;
}

/** AJ-24: the package named, or the only one that is offered in the dealer's country. */
async function choosePackage(
  work: Work,
  resellerId: string,
  country: string,
  packageId: string | undefined,
): Promise<ServicePackage> {
  const offered = await packagesOf(work.client, [resellerId], packageId === undefined ? country : null);
  const named = offered.filter((each) => packageId === undefined || each.packageId === packageId);
  const [only, another] = named;
  if (!only || another) throw problem('choose-package');
  return only;
}
