import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { hire, installHub, insertSim, offer, type Hub } from '#libs/testing/company-steps.js';
import type { Caller } from '#libs/testing/http-world.js';
import { ServiceStage, type ShownService } from '#libs/testing/service-stage.js';
import { problemOf } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { SharingModule } from '../sharing-module.js';

let at: ServiceStage;
beforeAll(async () => {
  const api = ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } });
  at = await ServiceStage.open([SharingModule.register(), api]);
});
afterAll(() => at.close());

interface Line {
  readonly chargeId: string;
  readonly serviceId: string;
  readonly month: string;
  readonly amount_minor: number;
  readonly trial: boolean;
}
const bill = async (month?: string): Promise<readonly Line[]> => {
  const query = month === undefined ? '' : `?month=${month}`;
  return (await at.rita.get(`/v1/organisations/${at.reseller}/service-charges${query}`)).as<{
    items: Line[];
  }>(200).items;
};
const dashboard = async (month: string) =>
  (await at.rita.get(`/v1/organisations/${at.reseller}/reseller-dashboard?month=${month}`)).as<{
    items: object[];
  }>(200).items;
const monthsOf = async (serviceId: string) =>
  (await bill())
    .filter((line) => line.serviceId === serviceId)
    .map(({ month, amount_minor }) => [month, amount_minor]);

/** The trial package is on offer too: the other one is named. */
async function active(): Promise<Hub & { readonly serviceId: string }> {
  const hub = await at.hub();
  const activated = await at.activate(at.ivo, hub.deviceId, { packageId: at.packageId });
  return { ...hub, serviceId: activated.as<ShownService>(201).serviceId };
}

describe('AJ-25, AJ-37: what the reseller is billed', () => {
  it('AJ-25, AJ-37: one line per service and month begun, trials apart; a repeat books nothing', async () => {
    const trial = await offer(at.rita, at.reseller, {
      name: 'Trial',
      trialMonths: 1,
      monthlyPrice_minor: 500,
    });
    const [goesOn, stopped, expires] = [await active(), await active(), await active()];
    const hub = await at.hub();
    const free = (await at.activate(at.ivo, hub.deviceId, { packageId: trial })).as<ShownService>(201);
    await at.command(at.ivo, stopped.serviceId, 'stop');
    await at.command(at.ivo, expires.serviceId, 'deactivate');

    expect(await monthsOf(stopped.serviceId)).toEqual([['2031-03', 900]]);
    expect(await dashboard('2031-03')).toEqual([
      expect.objectContaining({
        dealerId: at.dealer,
        dealerNumber: 'D-1',
        activeServices: 3,
        billedServices: 3,
        trialServices: 1,
        fees: [{ currency: 'EUR', amount_minor: 2_700 }],
      }),
    ]);

    // Activated again in the month that is paid already: no second line.
    const again = (await at.activate(at.ivo, stopped.deviceId, { packageId: at.packageId })).as<ShownService>(
      201,
    );
    expect(await monthsOf(again.serviceId)).toEqual([]);
    await at.command(at.ivo, again.serviceId, 'stop');

    await at.at('2031-03-31T21:59:59.999Z');
    expect(await monthsOf(goesOn.serviceId)).toEqual([['2031-03', 900]]);
    await at.at('2031-03-31T22:00:00.000Z');
    expect(await monthsOf(goesOn.serviceId)).toEqual([
      ['2031-03', 900],
      ['2031-04', 900],
    ]);
    expect(await monthsOf(expires.serviceId)).toEqual([['2031-03', 900]]);
    expect(await monthsOf(free.serviceId)).toEqual([
      ['2031-03', 0],
      ['2031-04', 500],
    ]);
    const before = await bill();
    expect(await bill()).toEqual(before);
    expect((await dashboard('2031-04'))[0]).toMatchObject({
      activeServices: 2,
      billedServices: 2,
      trialServices: 0,
      fees: [{ currency: 'EUR', amount_minor: 1_400 }],
    });
    // Months that nobody looked at are there when somebody does.
    await at.at('2031-07-10T00:00:00.000Z');
    expect((await monthsOf(goesOn.serviceId)).map(([month]) => month)).toEqual([
      '2031-03',
      '2031-04',
      '2031-05',
      '2031-06',
      '2031-07',
    ]);
  });

  it('AJ-25: lines are never changed', async () => {
    const [line] = await bill();
    const change = at.stage.rows('UPDATE service_charges SET amount_minor = 0 WHERE id = $1', [
      line?.chargeId,
    ]);
    await expect(change).rejects.toThrow('never changed');
  });

  it('AJ-37: the owner and service managers of the reseller see it, the fees alone owner and senior; others nothing', async () => {
    const [senior, manager, installer] = [
      await at.stage.world.signUp('Sol'),
      await at.stage.world.signUp('Max'),
      await at.stage.world.signUp('Ina'),
    ];
    await hire(at.rita, at.reseller, senior, 'senior-service-manager');
    await hire(at.rita, at.reseller, manager, 'service-manager');
    await hire(at.rita, at.reseller, installer, 'company-installer');
    const statuses = async (path: string) =>
      Promise.all(
        [at.rita, senior, manager, installer, at.dora].map(
          async (who) => (await who.get(`/v1/organisations/${at.reseller}/${path}`)).status,
        ),
      );
    expect(await statuses('reseller-dashboard?month=2031-03')).toEqual([200, 200, 200, 403, 404]);
    expect(await statuses('service-charges')).toEqual([200, 200, 403, 403, 404]);
    expect(problemOf(await at.dora.get(`/v1/organisations/${at.dealer}/service-charges`))).toBe(
      'not-a-reseller',
    );
  });
});

describe('AJ-38: card payers', () => {
  const activate = (who: Caller, deviceId: string, packageId: string) =>
    who.post(`/v1/hubs/${deviceId}/card-services`, { packageId, country: 'NO', confirmed: true });
  const command = (who: Caller, deviceId: string, serviceId: string, name: string) =>
    who.post(`/v1/hubs/${deviceId}/card-services/${serviceId}/${name}`, { confirmed: true });

  it('AJ-38: activate themselves only where no company and no professional looks after the hub', async () => {
    const card = await offer(at.rita, at.reseller, {
      name: 'Card',
      forCardPayers: true,
      monthlyPrice_minor: 3_100,
    });
    const owner = await at.stage.world.signUp('Olga');
    const looked = await installHub(at.ivo, at.dealer, 'UTC');
    await insertSim(at.ivo, looked.deviceId);
    await handOverReady(at.stage.world.database.pool, at.ivo, looked.locationId, owner);
    expect(problemOf(await activate(owner, looked.deviceId, card))).toBe('professional-present');

    // The owner lets the company go.
    const users = await owner.get(`/v1/locations/${looked.locationId}/hub-users`);
    const company = users
      .as<{ items: { kind: string; grantId: string }[] }>(200)
      .items.find(({ kind }) => kind === 'company');
    expect((await owner.delete(`/v1/locations/${looked.locationId}/grants/${company?.grantId}`)).status).toBe(
      204,
    );
    const packages = await owner.get(`/v1/hubs/${looked.deviceId}/card-packages?country=NO`);
    expect(packages.body).toMatchObject({ items: [{ packageId: card }] });
    expect(problemOf(await activate(owner, looked.deviceId, at.packageId))).toBe('choose-package');
    const paid = (await activate(owner, looked.deviceId, card)).as<ShownService & { charged_minor: number }>(
      201,
    );
    expect(paid).toMatchObject({ label: 'active', timeZone: 'UTC', dealerId: null, charged_minor: 3_100 });
    // It is no business of the reseller's bill.
    expect(await monthsOf(paid.serviceId)).toEqual([]);

    const guest = await at.stage.world.signUp('Gus');
    expect((await command(guest, looked.deviceId, paid.serviceId, 'stop')).status).toBe(404);
    const deactivated = await command(owner, looked.deviceId, paid.serviceId, 'deactivate');
    expect(deactivated.body).toMatchObject({
      label: 'expires-soon',
      endsAt: '2031-08-01T00:00:00.000Z',
      refunded_minor: null,
    });
    expect((await command(owner, looked.deviceId, paid.serviceId, 'resume')).body).toMatchObject({
      label: 'active',
    });

    // August has 31 days at 100 each: a stop at noon of the 16th gives back fifteen days and a half.
    await at.at('2031-08-16T12:00:00.000Z');
    const stopped = await command(owner, looked.deviceId, paid.serviceId, 'stop');
    expect(stopped.body).toMatchObject({
      label: 'activation-required',
      charged_minor: 6_200,
      refunded_minor: 1_550,
    });
  });
});
