import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import {
  ask,
  aSim,
  connect,
  hire,
  inContext,
  insertSim,
  installHub,
  offer,
  register,
  registerDealer,
  registerReseller,
} from '#libs/testing/company-steps.js';
import { ServiceStage, type ShownService } from '#libs/testing/service-stage.js';
import { keyOf, problemOf } from '#libs/testing/sharing-stage.js';
import { handOver } from '#libs/testing/sharing-steps.js';
import { SharingModule } from '../sharing-module.js';
import { SIM_CARRIER, type SimulatedCarrier } from './sim-carrier.js';

let at: ServiceStage;
beforeAll(async () => {
  const api = ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } });
  at = await ServiceStage.open([SharingModule.register(), api]);
});
afterAll(() => at.close());

const simOn = (iccid: string): boolean => at.stage.world.app.get<SimulatedCarrier>(SIM_CARRIER).isOn(iccid);

describe('who activates a service', () => {
  it('AJ-20: installers, service managers and the owner of the dealer', async () => {
    for (const who of [at.ivo, at.sam, at.dora]) {
      const { deviceId } = await at.hub();
      expect((await at.activate(who, deviceId)).status).toBe(201);
    }
  });

  it('AJ-21: nobody else: not the reseller, the end user, another dealer, or a former employee', async () => {
    const { locationId, deviceId } = await at.hub();
    const stranger = await at.stage.world.signUp('Eve');
    const foreign = await registerDealer(stranger, 'Eve Alarm');
    await connect(stranger, foreign, at.rita, at.reseller);
    const former = await at.stage.world.signUp('Finn');
    const membership = await hire(at.dora, at.dealer, former, 'company-installer');
    await at.dora.delete(`/v1/organisations/${at.dealer}/members/${membership}`);
    const owner = await at.stage.world.signUp('Olga');
    await handOver(at.ivo, locationId, owner);

    const body = { confirmed: true };
    const by = (company: string) => `/v1/organisations/${company}/hubs/${deviceId}/services`;
    expect((await at.rita.post(by(at.reseller), body)).status).toBe(404);
    expect((await at.rita.post(by(at.dealer), body)).status).toBe(404);
    expect((await stranger.post(by(foreign), body)).status).toBe(404);
    expect((await former.post(by(at.dealer), body)).status).toBe(404);
    expect((await owner.post(by(at.dealer), body)).status).toBe(404);
    // The owner sees the hub, and still may not, at the hub's own screen.
    expect((await owner.post(`/v1/hubs/${deviceId}/services`, body)).status).toBe(403);
    expect((await at.activate(at.sam, deviceId)).status).toBe(201);
  });

  it('AJ-21: an employee of two dealers acts for the one that looks after the hub', async () => {
    const { deviceId } = await at.hub();
    const other = await registerDealer(at.dora, 'Second Alarm');
    await connect(at.dora, other, at.rita, at.reseller);
    await hire(at.dora, other, at.ivo, 'company-installer');
    const wrong = await at.ivo.post(`/v1/organisations/${other}/hubs/${deviceId}/services`, {
      confirmed: true,
    });
    expect(wrong.status).toBe(403);
  });
});

describe('two dealers at one hub', () => {
  it('AJ-21, AJ-40: each manages the services it activated, and not the other’s', async () => {
    const { locationId, deviceId } = await at.hub();
    const { serviceId } = (await at.activate(at.ivo, deviceId)).as<ShownService>(201);
    await at.command(at.ivo, serviceId, 'stop');
    const owner = await at.stage.world.signUp('Olga');
    await handOver(at.ivo, locationId, owner);
    const boss = await at.stage.world.signUp('Bo');
    const second = await registerDealer(boss, 'Second Alarm');
    await connect(boss, second, at.rita, at.reseller);
    const key = await keyOf(boss, second);
    const invitation = { kind: 'organisation', key, role: 'professional' };
    expect((await owner.post(`/v1/locations/${locationId}/invitations`, invitation)).status).toBe(202);
    const { locations } = (await boss.get('/v1/me/invitations')).as<{
      locations: { invitationId: string; organisationName: string }[];
    }>(200);
    expect(locations).toMatchObject([{ organisationName: 'Second Alarm', role: 'professional' }]);
    await boss.post(`/v1/me/invitations/${locations[0]?.invitationId}/accept`, undefined);

    const first = (await at.activate(at.ivo, deviceId)).as<ShownService>(201);
    const path = `/v1/organisations/${second}`;
    expect((await boss.get(`${path}/hubs`)).body).toMatchObject({ items: [{ deviceId, label: 'active' }] });
    const stop = `${path}/services/${first.serviceId}/stop`;
    expect((await boss.post(stop, { confirmed: true })).status).toBe(403);
    expect((await at.tile(deviceId)).label).toBe('active');
    const again = await boss.post(`${path}/hubs/${deviceId}/services`, { confirmed: true });
    expect(problemOf(again)).toBe('service-active');
    expect((await at.command(at.ivo, first.serviceId, 'stop')).status).toBe(200);
    const own = await boss.post(`${path}/hubs/${deviceId}/services`, { confirmed: true });
    expect(own.body).toMatchObject({ dealerId: second, label: 'active' });
  });
});

describe('what activation asks for', () => {
  it('AJ-22: a SIM of ours in the hub', async () => {
    const { deviceId } = await installHub(at.ivo, at.dealer);
    expect((await at.tile(deviceId)).hasSim).toBe(false);
    expect(problemOf(await at.activate(at.ivo, deviceId))).toBe('sim-missing');
    const path = `/v1/hubs/${deviceId}/sim`;
    expect(problemOf(await at.ivo.put(path, { iccid: '8947000000000000000' }))).toBe('sim-unknown');
    expect(problemOf(await at.ivo.put(path, { iccid: 'none' }))).toBe('invalid-request');
    const { iccid } = await at.hub();
    expect(problemOf(await at.ivo.put(path, { iccid }))).toBe('sim-taken');
    expect((await at.sam.put(path, { iccid: aSim() })).status).toBe(403);
    await insertSim(at.ivo, deviceId);
    expect((await at.activate(at.ivo, deviceId)).status).toBe(201);
    expect(problemOf(await at.ivo.put(path, { iccid: aSim() }))).toBe('services-active');
  });

  it('AJ-22: a hub, and no charger', async () => {
    const { locationId } = await at.hub();
    const device = { kind: 'charger', identity: aSim(), name: 'Charger' };
    const added = await at.ivo.post(`/v1/locations/${locationId}/devices`, device);
    const { deviceId } = added.as<{ device: { deviceId: string } }>(201).device;
    expect(problemOf(await at.activate(at.ivo, deviceId))).toBe('wrong-device-kind');
    expect(problemOf(await at.ivo.put(`/v1/hubs/${deviceId}/sim`, { iccid: aSim() }))).toBe(
      'wrong-device-kind',
    );
  });

  it('AJ-18, AJ-08: an approved connection to the reseller; before that, and after its end, nothing', async () => {
    const boss = await at.stage.world.signUp('Bea');
    const company = await registerDealer(boss, 'New Alarm');
    const worker = await at.stage.world.signUp('Wes');
    await hire(boss, company, worker, 'company-installer');
    const { deviceId } = await installHub(worker, company);
    await insertSim(worker, deviceId);
    const activate = () =>
      worker.post(`/v1/organisations/${company}/hubs/${deviceId}/services`, {
        confirmed: true,
        resellerId: at.reseller,
      });
    expect(problemOf(await activate())).toBe('reseller-not-connected');
    const { connectionId } = (await ask(boss, company, at.reseller)).as<{ connectionId: string }>(201);
    expect(problemOf(await activate())).toBe('reseller-not-connected');
    const path = `/v1/organisations/${at.reseller}/dealers/${connectionId}/approve`;
    await at.rita.post(path, { dealerNumber: '5' });
    const { serviceId } = (await activate()).as<ShownService>(201);

    // 5B: it is not closed while the service runs, expires or stops.
    const close = () =>
      at.rita.delete(`/v1/organisations/${at.reseller}/reseller-connections/${connectionId}`);
    expect(problemOf(await close())).toBe('services-active');
    await worker.post(`/v1/organisations/${company}/services/${serviceId}/deactivate`, { confirmed: true });
    expect(problemOf(await close())).toBe('services-active');
    await worker.post(`/v1/organisations/${company}/services/${serviceId}/stop`, { confirmed: true });
    expect((await close()).status).toBe(204);
    expect(problemOf(await activate())).toBe('reseller-not-connected');
  });

  it('AJ-01, AJ-07: a company that is enrolled', async () => {
    const boss = await at.stage.world.signUp('Ben');
    const company = await register(boss, 'Plain Alarm');
    const worker = await at.stage.world.signUp('Wim');
    await hire(boss, company, worker, 'company-installer');
    const { deviceId } = await installHub(worker, company);
    await insertSim(worker, deviceId);
    const refused = await worker.post(`/v1/organisations/${company}/hubs/${deviceId}/services`, {
      confirmed: true,
    });
    expect(problemOf(refused)).toBe('not-a-dealer');
  });

  it('AJ-26, AJ-36: a confirmation; afterwards the tile says that it is active', async () => {
    const { deviceId, iccid } = await at.hub();
    const path = `/v1/organisations/${at.dealer}/hubs/${deviceId}/services`;
    for (const body of [{}, { confirmed: false }]) {
      expect(problemOf(await at.ivo.post(path, body))).toBe('invalid-request');
    }
    // AJ-23: it starts from a tile that says what is missing, the same in the list and at the hub.
    expect([(await at.tile(deviceId)).label, (await at.screen(deviceId)).label]).toEqual([
      'activation-required',
      'activation-required',
    ]);
    expect(simOn(iccid)).toBe(false);
    expect((await at.ivo.post(path, { confirmed: true })).body).toMatchObject({
      label: 'active',
      endsAt: null,
    });
    expect([(await at.tile(deviceId)).label, (await at.screen(deviceId)).label]).toEqual([
      'active',
      'active',
    ]);
    expect(simOn(iccid)).toBe(true);
    expect(problemOf(await at.ivo.post(path, { confirmed: true }))).toBe('service-active');
  });

  it('AJ-23, AJ-36: is the same from the hub, in the context of the company', async () => {
    const { deviceId } = await at.hub();
    const path = `/v1/hubs/${deviceId}/services`;
    expect(problemOf(await at.ivo.post(path, { confirmed: true }))).toBe('company-context-needed');
    const answer = await inContext(at.ivo, at.dealer, 'POST', path, { confirmed: true });
    const { serviceId } = answer.as<ShownService>(201);
    expect((await at.tile(deviceId)).services.map((each) => each.serviceId)).toEqual([serviceId]);
    for (const [command, label] of [
      ['deactivate', 'expires-soon'],
      ['resume', 'active'],
      ['stop', 'activation-required'],
    ] as const) {
      const commandPath = `${path}/${serviceId}/${command}`;
      expect(problemOf(await inContext(at.ivo, at.dealer, 'POST', commandPath, {}))).toBe('invalid-request');
      expect(
        (await inContext(at.ivo, at.dealer, 'POST', commandPath, { confirmed: true })).body,
      ).toMatchObject({
        label,
      });
      expect((await at.tile(deviceId)).label).toBe(label);
    }
    const { deviceId: another } = await at.hub();
    const elsewhere = `/v1/hubs/${another}/services/${serviceId}/stop`;
    expect((await inContext(at.ivo, at.dealer, 'POST', elsewhere, { confirmed: true })).status).toBe(404);
  });

  it('AJ-36: given from the list and from the hub at the same time, it happens once', async () => {
    const { deviceId } = await at.hub();
    const answers = await Promise.all([
      at.activate(at.ivo, deviceId),
      inContext(at.sam, at.dealer, 'POST', `/v1/hubs/${deviceId}/services`, { confirmed: true }),
      at.activate(at.dora, deviceId),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect((await at.tile(deviceId)).services).toHaveLength(1);
  });

  it('AJ-36: deactivate, resume and stop ask for a confirmation too', async () => {
    const { serviceId } = await at.active();
    for (const command of ['deactivate', 'resume', 'stop']) {
      const path = `/v1/organisations/${at.dealer}/services/${serviceId}/${command}`;
      expect(problemOf(await at.ivo.post(path, {}))).toBe('invalid-request');
    }
  });
});

describe('AJ-24: what there is to choose', () => {
  it('AJ-24: one package and one reseller are chosen already; among several somebody must choose', async () => {
    const boss = await at.stage.world.signUp('Ria');
    const company = await registerDealer(at.dora, 'Choice Alarm');
    await hire(at.dora, company, at.ivo, 'company-installer');
    const one = await registerReseller(boss, 'One Watch');
    const two = await registerReseller(boss, 'Two Watch');
    const only = await offer(boss, one);
    await connect(at.dora, company, boss, one);
    const { deviceId } = await installHub(at.ivo, company);
    await insertSim(at.ivo, deviceId);
    const activate = (choice: object) =>
      at.ivo.post(`/v1/organisations/${company}/hubs/${deviceId}/services`, { confirmed: true, ...choice });
    const stop = (serviceId: string) =>
      at.ivo.post(`/v1/organisations/${company}/services/${serviceId}/stop`, { confirmed: true });

    const first = (await activate({})).as<ShownService>(201);
    expect(first).toMatchObject({ packageId: only, reseller: { organisationId: one } });
    await stop(first.serviceId);

    const more = await offer(boss, one, { name: 'More' });
    expect(problemOf(await activate({}))).toBe('choose-package');
    const second = (await activate({ packageId: more })).as<ShownService>(201);
    expect(second.packageId).toBe(more);
    await stop(second.serviceId);

    const others = await offer(boss, two);
    await connect(at.dora, company, boss, two);
    expect(problemOf(await activate({ packageId: only }))).toBe('choose-reseller');
    expect(problemOf(await activate({ resellerId: one, packageId: others }))).toBe('choose-package');
    expect((await activate({ resellerId: two })).body).toMatchObject({ packageId: others });
  });

  it('AJ-06, AJ-24: a package of another country is no choice, and named it is refused', async () => {
    const swedish = await offer(at.rita, at.reseller, { name: 'Swedish', countries: ['SE'] });
    const { deviceId } = await at.hub();
    expect(problemOf(await at.activate(at.ivo, deviceId, { packageId: swedish }))).toBe('country-not-served');
    expect((await at.activate(at.ivo, deviceId)).body).toMatchObject({ packageId: at.packageId });
  });
});
