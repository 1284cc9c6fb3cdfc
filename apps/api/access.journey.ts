import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import type { LiveDevice, LiveSite, LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import { EventReader } from '#libs/testing/event-reader.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { join, share as shareBy } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
/** Ada administers Volt, which installs; Pia is somebody else with an account. */
let ada: Caller;
let pia: Caller;
let organisationId: string;

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  ada = await world.signUp('Ada');
  pia = await world.signUp('Pia');
  const created = await ada.post('/v1/organisations', { name: 'Volt' });
  organisationId = created.as<{ organisationId: string }>(201).organisationId;
});
afterAll(() => world.close());

async function install(name: string): Promise<{ locationId: string; chargerId: string; zenId: string }> {
  const body = { name, timeZone: 'Europe/Oslo', organisationId };
  const { locationId } = (await ada.post('/v1/locations', body)).as<{ locationId: string }>(201);
  const add = async (kind: string): Promise<string> => {
    const device = { kind, identity: `${kind}-${randomUUID().slice(0, 8)}`, name: `The ${kind}` };
    const answer = await ada.post(`/v1/locations/${locationId}/devices`, device);
    return answer.as<{ device: { deviceId: string } }>(201).device.deviceId;
  };
  return { locationId, chargerId: await add('charger'), zenId: await add('balancer') };
}

const share = (locationId: string, to: Caller, role: 'partner' | 'guest'): Promise<string> =>
  shareBy(ada, locationId, to, role);

const namesOf = async (who: Caller): Promise<string[]> =>
  (await who.get('/v1/locations'))
    .as<{ items: { name: string }[] }>(200)
    .items.map(({ name }) => name)
    .toSorted();

/** The body without what differs in every answer. */
const anonymised = (text: string): string => {
  const { instance: _instance, traceId: _traceId, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(rest);
};

describe('a shared location, from invitation to goodbye', () => {
  it('NB-10, NB-38, T8: appears with its live stream, and both end within 500 ms of the revoke', async () => {
    const { locationId, chargerId } = await install('Harbour');
    await install('Hidden');
    expect(await namesOf(pia)).toEqual([]);
    const grantId = await share(locationId, pia, 'partner');
    expect(await namesOf(pia)).toEqual(['Harbour']);

    const stream = await EventReader.open(
      `${world.url}/v1/locations/${locationId}/stream`,
      pia.authorization,
    );
    expect(stream.status).toBe(200);
    const snapshot = (await stream.next('snapshot', 2_000)).data as LiveSnapshot;
    expect(snapshot.devices.map((device) => [device.name, device.presence])).toEqual([
      ['The balancer', 'never-seen'],
      ['The charger', 'never-seen'],
    ]);
    const receivedAt = Date.now();
    await world.bus.publish('observations', {
      siteId: locationId,
      deviceId: chargerId,
      deviceKind: 'charger',
      deviceTime: receivedAt,
      receivedAt,
      event: { type: 'connector-status', connector: 1, status: 'Charging', errorCode: 'NoError' },
    });
    const device = await waitFor('the charger to charge', () =>
      stream.events
        .filter(({ event }) => event === 'device')
        .map(({ data }) => data as LiveDevice)
        .find(({ connectors }) => connectors[0]?.chargingStatus === 'charging'),
    );
    expect(device).toMatchObject({ deviceId: chargerId, presence: 'online' });

    const revokedAt = performance.now();
    expect((await ada.delete(`/v1/locations/${locationId}/grants/${grantId}`)).status).toBe(204);
    const end = await stream.next('end', 2_000);
    expect(end.data).toEqual({ code: 'access-ended' });
    expect(end.at - revokedAt).toBeLessThan(500);
    await waitFor('the connection to close', () => stream.ended, 1_000);
    expect(await namesOf(pia)).toEqual([]);
    expect((await pia.get(`/v1/locations/${locationId}/live`)).status).toBe(404);
  });

  it('T7, NB-11: what is not shared cannot be told from what does not exist', async () => {
    const { locationId, chargerId } = await install('Secret');
    const pairs = [
      [`/v1/locations/${locationId}`, `/v1/locations/${randomUUID()}`],
      [`/v1/locations/${locationId}/live`, `/v1/locations/${randomUUID()}/live`],
      [`/v1/locations/${locationId}/explain?action=use`, `/v1/locations/${randomUUID()}/explain?action=use`],
      [`/v1/devices/${chargerId}`, `/v1/devices/${randomUUID()}`],
      [`/v1/organisations/${organisationId}/members`, `/v1/organisations/${randomUUID()}/members`],
    ] as const;
    for (const [foreign, absent] of pairs) {
      const [a, b] = [await pia.get(foreign), await pia.get(absent)];
      expect([a.status, b.status]).toEqual([404, 404]);
      expect(anonymised(a.text)).toBe(anonymised(b.text));
    }
    const command = { request: { action: 'reset', type: 'Soft' } };
    const foreign = await pia.post(`/v1/devices/${chargerId}/commands`, command);
    const absent = await pia.post(`/v1/devices/${randomUUID()}/commands`, command);
    expect(anonymised(foreign.text)).toBe(anonymised(absent.text));
    expect((await pia.get('/v1/locations?search=Secret')).body).toEqual({ items: [], nextCursor: null });
  });

  it('NB-40: devices added after the share come with it', async () => {
    const { locationId } = await install('Growing');
    await share(locationId, pia, 'partner');
    const late = { kind: 'charger', identity: `late-${randomUUID().slice(0, 8)}`, name: 'Late' };
    const { device } = (await ada.post(`/v1/locations/${locationId}/devices`, late)).as<{
      device: { deviceId: string };
    }>(201);
    expect((await pia.get(`/v1/devices/${device.deviceId}`)).status).toBe(200);
  });

  it('NB-12, NB-13, NB-14: the permissions tab lists everyone, with origin, granter and date', async () => {
    const { locationId } = await install('Tab');
    await share(locationId, pia, 'guest');
    const { items } = (await ada.get(`/v1/locations/${locationId}/grants`)).as<{ items: unknown[] }>(200);
    expect(items).toMatchObject([
      { origin: 'membership', role: 'administrator', who: { personId: ada.personId }, revocable: false },
      {
        origin: 'grant',
        role: 'guest',
        who: { email: pia.email },
        grantedBy: { personId: ada.personId },
        revocable: true,
      },
    ]);
    // NB-16: a guest does not see it.
    expect((await pia.get(`/v1/locations/${locationId}/grants`)).body).toMatchObject({ code: 'forbidden' });
  });

  it('NB-42: giving again what is had already is answered so, and gives nothing', async () => {
    const { locationId } = await install('Twice');
    await share(locationId, pia, 'partner');
    const path = `/v1/locations/${locationId}/invitations`;
    const { key } = (await ada.get(`/v1/organisations/${organisationId}/key`)).as<{ key: string }>(200);
    for (const invitation of [
      { kind: 'person', email: pia.email, role: 'guest' },
      { kind: 'person', email: ada.email, role: 'partner' },
      { kind: 'organisation', key },
    ]) {
      const again = await ada.post(path, invitation);
      expect(again.body).toMatchObject({ status: 409, code: 'already-has-access' });
    }
    const { code } = (await ada.post(path, { kind: 'code', role: 'guest' })).as<{ code: string }>(202);
    for (const who of [ada, pia]) {
      const redeemed = await who.post('/v1/me/invitations/redeem', { code });
      expect(redeemed.body).toMatchObject({ status: 409, code: 'already-has-access' });
    }
    const { items } = (await ada.get(`/v1/locations/${locationId}/grants`)).as<{ items: unknown[] }>(200);
    expect(items).toHaveLength(2);
  });

  it('explains by which fact something is allowed, and what is missing where it is not', async () => {
    const { locationId } = await install('Why');
    const grantId = await share(locationId, pia, 'guest');
    const why = async (action: string, personId: string) =>
      (await ada.get(`/v1/locations/${locationId}/explain?action=${action}&personId=${personId}`)).body;
    expect(await why('use', pia.personId)).toMatchObject({
      allowed: true,
      by: { kind: 'grant', id: grantId, role: 'guest', extent: 'all' },
    });
    expect(await why('electrical', pia.personId)).toMatchObject({
      allowed: false,
      by: null,
      missing: [{ requirement: 'right-of-role', kind: 'grant', id: grantId }],
    });
    const eve = await world.signUp('Eve');
    expect(await why('telemetry', eve.personId)).toMatchObject({
      allowed: false,
      missing: [{ requirement: 'access-to-location' }],
    });
  });
});

describe('an organisation', () => {
  it('NB-02, NB-03, NB-04, T8: members see its locations and streams until they leave; the location stays', async () => {
    const ivo = await world.signUp('Ivo');
    const membershipId = await join(ada, organisationId, ivo, 'installer');
    const made = await ivo.post('/v1/locations', { name: 'By Ivo', timeZone: 'Europe/Oslo', organisationId });
    const { locationId } = made.as<{ locationId: string }>(201);
    const stream = await EventReader.open(
      `${world.url}/v1/locations/${locationId}/stream`,
      ivo.authorization,
    );
    await stream.next('snapshot', 2_000);
    expect((await ada.delete(`/v1/organisations/${organisationId}/members/${membershipId}`)).status).toBe(
      204,
    );
    expect((await stream.next('end', 500)).data).toEqual({ code: 'access-ended' });
    expect(await namesOf(ivo)).toEqual([]);
    expect((await ivo.get(`/v1/organisations/${organisationId}/members`)).status).toBe(404);
    expect(await namesOf(ada)).toContain('By Ivo');
  });

  it('5H: the last administrator stays; NB-07: an outsider cannot create in its name', async () => {
    const { items } = (await ada.get(`/v1/organisations/${organisationId}/members`)).as<{
      items: { membershipId: string; personId: string }[];
    }>(200);
    const self = items.find(({ personId }) => personId === ada.personId)?.membershipId ?? '';
    const leave = await ada.delete(`/v1/organisations/${organisationId}/members/${self}`);
    expect(leave.body).toMatchObject({ status: 409, code: 'last-administrator' });
    const body = { name: 'Intruder', timeZone: 'Europe/Oslo', organisationId };
    const foreign = await pia.post('/v1/locations', body);
    const absent = await pia.post('/v1/locations', { ...body, organisationId: randomUUID() });
    expect(foreign.body).toMatchObject({ code: 'unknown-organisation' });
    expect(anonymised(foreign.text)).toBe(anonymised(absent.text));
  });
});

describe('commands and topology', () => {
  it('T6: a command is a resource; a repeat with its key is the same one', async () => {
    const { locationId, chargerId } = await install('Orders');
    const stream = await EventReader.open(
      `${world.url}/v1/locations/${locationId}/stream`,
      ada.authorization,
    );
    await stream.next('snapshot', 2_000);
    const header = { 'idempotency-key': randomUUID() };
    const body = { request: { action: 'set-max-current', current_A: 10 } };
    const path = `/v1/devices/${chargerId}/commands`;
    const first = await ada.send('POST', path, body, header);
    const { commandId } = first.as<{ commandId: string }>(202);
    expect((await ada.send('POST', path, body, header)).text).toBe(first.text);
    expect((await ada.get(`/v1/commands/${commandId}`)).body).toMatchObject({
      state: 'queued',
      personId: ada.personId,
    });
    expect((await ada.get(path)).as<{ items: unknown[] }>(200).items).toHaveLength(1);
    expect((await stream.next('command', 2_000)).data).toMatchObject({ commandId, state: 'queued' });
    expect((await ada.get(`/v1/devices/${chargerId}/twin`)).body).toMatchObject({
      desired: { maxCurrent_A: 10 },
      delta: { maxCurrent_A: 10 },
    });
    expect((await pia.get(`/v1/commands/${commandId}`)).status).toBe(404);
    stream.close();
  });

  it('NB-44, NB-62: an owner asks for comfort and use, never for the electrics; T10: no credential by command', async () => {
    const own = await pia.post('/v1/locations', {
      name: 'Home',
      timeZone: 'Europe/Oslo',
      organisationId: null,
    });
    const { locationId } = own.as<{ locationId: string }>(201);
    const device = { kind: 'charger', identity: `own-${randomUUID().slice(0, 8)}`, name: 'Mine' };
    expect((await pia.post(`/v1/locations/${locationId}/devices`, device)).body).toMatchObject({
      code: 'forbidden',
    });
    const { chargerId } = await install('Keys');
    const set = { request: { action: 'change-configuration', key: 'AuthorizationKey', value: 'x' } };
    expect((await ada.post(`/v1/devices/${chargerId}/commands`, set)).body).toMatchObject({
      code: 'protected-key',
    });
  });

  it('T10: a device secret is shown once, and never by a repeat', async () => {
    const { chargerId } = await install('Credentials');
    const header = { 'idempotency-key': randomUUID() };
    const rotated = await ada.send('POST', `/v1/devices/${chargerId}/secret`, undefined, header);
    const { secret } = rotated.as<{ secret: string }>(200);
    expect(secret).toMatch(/^[0-9a-f]{40}$/);
    const again = await ada.send('POST', `/v1/devices/${chargerId}/secret`, undefined, header);
    expect(again.body).toMatchObject({ code: 'answer-not-repeated' });
    const { rows } = await world.database.pool.query('SELECT * FROM idempotency_keys');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect((await ada.get(`/v1/devices/${chargerId}`)).text).not.toContain('secret');
  });

  it('stores a sound fuse tree of own devices, refuses others, and shows the grid against its fuse', async () => {
    const { locationId, chargerId, zenId } = await install('Tree');
    const other = await install('Other tree');
    const tree = (meter: string, charger: string) => ({
      nodes: [{ nodeId: 'grid', parentId: null, name: 'Grid', fuse_A: [63, 63, 63], meterDeviceId: meter }],
      connectors: [
        {
          deviceId: charger,
          connector: 1,
          nodeId: 'grid',
          wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
          maximum_A: 32,
          minimum_A: 6,
          weight: 1,
          priority: 0,
        },
      ],
      margin_A: 1,
      assumedBase_A: [10, 10, 10],
      step_A: 0.1,
    });
    const path = `/v1/locations/${locationId}/topology`;
    const put = (version: number, topology: unknown) => ada.put(path, { version, topology });
    expect((await put(0, tree(other.zenId, chargerId))).body).toMatchObject({ code: 'unsound-topology' });
    expect((await put(0, tree(zenId, other.chargerId))).body).toMatchObject({ code: 'unsound-topology' });
    const orphan = tree(zenId, chargerId);
    const unsound = { ...orphan, nodes: [{ ...orphan.nodes[0], parentId: 'nowhere' }] };
    expect((await put(0, unsound)).body).toMatchObject({ code: 'unsound-topology' });
    expect((await put(0, tree(zenId, chargerId))).body).toMatchObject({ version: 1 });
    expect((await put(0, tree(zenId, chargerId))).body).toMatchObject({ code: 'topology-version-conflict' });

    const stream = await EventReader.open(
      `${world.url}/v1/locations/${locationId}/stream`,
      ada.authorization,
    );
    const { site } = (await stream.next('snapshot', 2_000)).data as LiveSnapshot;
    expect(site).toMatchObject({ nodeId: 'grid', fuse_A: [63, 63, 63], current_A: null });
    const now = Date.now();
    await world.bus.publish('observations', {
      siteId: locationId,
      deviceId: zenId,
      deviceKind: 'balancer',
      deviceTime: now,
      receivedAt: now,
      event: {
        type: 'balancer-reading',
        current_A: [31, 30, 29],
        voltage_V: null,
        power_W: null,
        energyImport_Wh: null,
        energyExport_Wh: null,
      },
    });
    const shown = await waitFor('the grid current', () =>
      stream.events
        .filter(({ event }) => event === 'site')
        .map(({ data }) => data as LiveSite)
        .find(({ current_A }) => current_A !== null),
    );
    expect(shown.current_A).toEqual([31, 30, 29]);
    stream.close();
  });
});
