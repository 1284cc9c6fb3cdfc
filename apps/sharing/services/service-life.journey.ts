import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { connect, installHub, insertSim, offer, registerReseller } from '#libs/testing/company-steps.js';
import { ServiceStage, type ShownService } from '#libs/testing/service-stage.js';
import { problemOf } from '#libs/testing/sharing-stage.js';
import { handOver } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from '../sharing-module.js';
import { SIM_CARRIER, type SimulatedCarrier } from './sim-carrier.js';

let at: ServiceStage;
let carrier: SimulatedCarrier;
beforeAll(async () => {
  const api = ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } });
  at = await ServiceStage.open([SharingModule.register(), api]);
  carrier = at.stage.world.app.get<SimulatedCarrier>(SIM_CARRIER);
});
afterAll(() => at.close());

const shown = async (deviceId: string, serviceId: string): Promise<ShownService | undefined> =>
  (await at.tile(deviceId)).services.find((each) => each.serviceId === serviceId);

describe('5E: stopping', () => {
  it.each(['active', 'expires-soon'])(
    'AJ-31, AJ-32, AJ-33: at once, from %s, and the SIM with it',
    async (from) => {
      const { deviceId, serviceId, iccid } = await at.active();
      if (from === 'expires-soon') await at.command(at.ivo, serviceId, 'deactivate');
      expect((await at.tile(deviceId)).label).toBe(from);
      expect(carrier.isOn(iccid)).toBe(true);
      expect((await at.command(at.sam, serviceId, 'stop')).body).toMatchObject({
        label: 'activation-required',
      });
      expect(carrier.isOn(iccid)).toBe(false);
      expect(await at.tile(deviceId)).toMatchObject({ label: 'activation-required', services: [] });
      expect((await at.screen(deviceId)).sim?.state).toBe('off');
      expect(problemOf(await at.command(at.ivo, serviceId, 'stop'))).toBe('service-over');
      expect((await at.activate(at.ivo, deviceId)).status).toBe(201);
    },
  );

  it('AJ-31, AJ-32: waits as stopping while the carrier is down, and is over when it confirms', async () => {
    const { deviceId, serviceId, iccid } = await at.active();
    carrier.down = true;
    try {
      expect((await at.command(at.ivo, serviceId, 'stop')).body).toMatchObject({ label: 'stopping' });
      expect([(await at.tile(deviceId)).label, (await at.screen(deviceId)).sim?.state]).toEqual([
        'stopping',
        'switching-off',
      ]);
      expect(problemOf(await at.command(at.ivo, serviceId, 'resume'))).toBe('service-not-expiring');
      expect(problemOf(await at.command(at.ivo, serviceId, 'deactivate'))).toBe('service-not-active');
      expect(problemOf(await at.activate(at.ivo, deviceId))).toBe('service-active');
      expect(carrier.isOn(iccid)).toBe(true);
    } finally {
      carrier.down = false;
    }
    await at.stage.pass(3_600_000);
    await waitFor('the confirmation', async () => (await at.tile(deviceId)).label === 'activation-required');
    expect(carrier.isOn(iccid)).toBe(false);
    expect((await at.activate(at.ivo, deviceId)).body).toMatchObject({ label: 'active' });
    expect(carrier.isOn(iccid)).toBe(true);
  });

  it('AJ-32: also when the carrier never heard that the service began', async () => {
    const { deviceId, iccid } = await at.hub();
    carrier.down = true;
    const { serviceId } = (await at.activate(at.ivo, deviceId)).as<ShownService>(201);
    expect((await at.screen(deviceId)).sim?.state).toBe('switching-on');
    expect((await at.command(at.ivo, serviceId, 'stop')).body).toMatchObject({ label: 'stopping' });
    carrier.down = false;
    await at.stage.pass(3_600_000);
    await waitFor('the confirmation', async () => (await at.tile(deviceId)).label === 'activation-required');
    expect(carrier.isOn(iccid)).toBe(false);
  });

  it('AJ-31: a package without a SIM stops without the carrier; a SIM that another package needs stays on', async () => {
    const plain = await offer(at.rita, at.reseller, { name: 'Plain', withSim: false });
    const { deviceId, iccid } = await at.hub();
    const first = (await at.activate(at.ivo, deviceId, { packageId: at.packageId })).as<ShownService>(201);
    const second = (await at.activate(at.ivo, deviceId, { packageId: plain })).as<ShownService>(201);
    carrier.down = true;
    const stopped = await at.command(at.ivo, second.serviceId, 'stop');
    carrier.down = false;
    expect(stopped.body).toMatchObject({ label: 'activation-required' });
    expect(carrier.isOn(iccid)).toBe(true);
    await at.rita.delete(`/v1/organisations/${at.reseller}/packages/${plain}`);
    const again = await offer(at.rita, at.reseller, { name: 'Second SIM' });
    const third = (await at.activate(at.ivo, deviceId, { packageId: again })).as<ShownService>(201);
    await at.command(at.ivo, first.serviceId, 'stop');
    expect(carrier.isOn(iccid)).toBe(true);
    await at.command(at.ivo, third.serviceId, 'stop');
    expect(carrier.isOn(iccid)).toBe(false);
    await at.rita.delete(`/v1/organisations/${at.reseller}/packages/${again}`);
  });
});

describe('what services hold back', () => {
  it('AJ-35, 5F: a place is not handed over while services are active, expiring or stopping', async () => {
    const { locationId, serviceId } = await at.active();
    const owner = await at.stage.world.signUp('Olga');
    const handOn = () => at.ivo.post(`/v1/locations/${locationId}/transfer`, { email: owner.email });
    expect(problemOf(await handOn())).toBe('services-active');
    await at.command(at.ivo, serviceId, 'deactivate');
    expect(problemOf(await handOn())).toBe('services-active');
    carrier.down = true;
    await at.command(at.ivo, serviceId, 'stop');
    expect(problemOf(await handOn())).toBe('services-active');
    carrier.down = false;
    await at.stage.pass(3_600_000);
    await waitFor('the end', async () => (await handOn()).status === 202);
  });

  it('AJ-35: nor when one was activated after the offer', async () => {
    const { locationId, deviceId } = await at.hub();
    const owner = await at.stage.world.signUp('Otto');
    const offered = await at.ivo.post(`/v1/locations/${locationId}/transfer`, { email: owner.email });
    const { transferId } = offered.as<{ transferId: string }>(202);
    const { serviceId } = (await at.activate(at.ivo, deviceId)).as<ShownService>(201);
    const path = `/v1/me/transfers/${transferId}/accept`;
    expect(problemOf(await owner.post(path, undefined))).toBe('services-active');
    await at.command(at.ivo, serviceId, 'stop');
    expect((await owner.post(path, undefined)).status).toBe(200);
  });

  it('AJ-34: neither the dealer nor the reseller is deleted while one is active or expiring', async () => {
    const { locationId, deviceId } = await at.hub();
    await handOver(at.ivo, locationId, await at.stage.world.signUp('Owen'));
    // The dealer keeps managing the services of a place it has handed over (AJ-31).
    const { serviceId } = (await at.activate(at.sam, deviceId)).as<ShownService>(201);
    for (const [who, company] of [
      [at.dora, at.dealer],
      [at.rita, at.reseller],
    ] as const) {
      expect(problemOf(await who.delete(`/v1/organisations/${company}`))).toBe('services-active');
    }
    await at.command(at.sam, serviceId, 'deactivate');
    expect(problemOf(await at.rita.delete(`/v1/organisations/${at.reseller}`))).toBe('services-active');
    await at.command(at.sam, serviceId, 'stop');
  });
});

/** Last, because it moves the time over the end of the month. */
describe('5E: the end of the month, in the zone of the reseller', () => {
  it('AJ-27, AJ-28, AJ-29, AJ-30: runs to its last millisecond; resumed it goes on, and after it it must be activated', async () => {
    const [ends, goesOn] = [await at.active(), await at.active()];
    for (const { serviceId, deviceId } of [ends, goesOn]) {
      const answer = await at.command(at.ivo, serviceId, 'deactivate');
      // Summer time began on the 30th: midnight of the first of April is 22 o'clock in Greenwich.
      expect(answer.body).toMatchObject({ label: 'expires-soon', endsAt: '2031-03-31T22:00:00.000Z' });
      expect([(await at.tile(deviceId)).label, (await at.screen(deviceId)).label]).toEqual([
        'expires-soon',
        'expires-soon',
      ]);
    }
    await at.at('2031-03-31T21:59:59.999Z');
    expect((await shown(ends.deviceId, ends.serviceId))?.label).toBe('expires-soon');
    expect((await at.command(at.sam, goesOn.serviceId, 'resume')).body).toMatchObject({
      label: 'active',
      endsAt: null,
    });

    await at.at('2031-03-31T22:00:00.000Z');
    expect((await at.tile(ends.deviceId)).label).toBe('activation-required');
    expect(problemOf(await at.command(at.ivo, ends.serviceId, 'resume'))).toBe('service-over');
    expect(problemOf(await at.command(at.ivo, ends.serviceId, 'stop'))).toBe('service-over');
    expect((await at.tile(goesOn.deviceId)).label).toBe('active');
    // The SIM served nothing else.
    await waitFor('the SIM to go off', () => !carrier.isOn(ends.iccid));
    expect(carrier.isOn(goesOn.iccid)).toBe(true);

    // 5E: a command in the month's first instant is one of that month.
    const late = await at.command(at.ivo, goesOn.serviceId, 'deactivate');
    expect(late.body).toMatchObject({ endsAt: '2031-04-30T22:00:00.000Z' });
    const again = (await at.activate(at.ivo, ends.deviceId)).as<ShownService>(201);
    expect(again.serviceId).not.toBe(ends.serviceId);
  });

  it('AJ-27: counts in the zone that the service began in, whatever the location’s', async () => {
    const boss = await at.stage.world.signUp('Kim');
    const far = await registerReseller(boss, 'Far Watch', 'Pacific/Kiritimati');
    await offer(boss, far);
    await connect(at.dora, at.dealer, boss, far);
    const { deviceId } = await installHub(at.ivo, at.dealer, 'America/New_York');
    await insertSim(at.ivo, deviceId);
    const { serviceId } = (await at.activate(at.ivo, deviceId, { resellerId: far })).as<ShownService>(201);
    expect((await at.command(at.ivo, serviceId, 'deactivate')).body).toMatchObject({
      timeZone: 'Pacific/Kiritimati',
      endsAt: '2031-04-30T10:00:00.000Z',
    });
  });
});
