import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { giveGrant, takeGrant } from '#libs/testing/give-grant.js';
import type { Caller } from '#libs/testing/http-world.js';
import { organise, problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';
import { SharingModule } from '../sharing-module.js';

interface Customer {
  readonly customerId: string;
  readonly name: string;
  readonly locationCount: number;
}
interface Installation {
  readonly installationId: string;
  readonly buildingId: string | null;
  readonly deviceIds: readonly string[];
}

let stage: SharingStage;
let ada: Caller;
let pia: Caller;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada, pia } = stage);
});
afterAll(() => stage.close());

const books = (rest: string) => `/v1/organisations/${stage.volt}/${rest}`;
const customer = async (name: string): Promise<string> =>
  (await ada.post(books('customers'), { name })).as<Customer>(201).customerId;
const install = async (locationId: string, name: string): Promise<string> =>
  (await ada.post(books(`locations/${locationId}/installations`), { name })).as<Installation>(201)
    .installationId;
const register = async (locationId: string): Promise<string> => {
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const added = await ada.post(`/v1/locations/${locationId}/devices`, device);
  return added.as<{ device: { deviceId: string } }>(201).device.deviceId;
};

describe('the books of an organisation', () => {
  it('lists customers by name, page by page, and finds them by name and number', async () => {
    const mark = randomUUID().slice(0, 8);
    for (const name of ['Cell', 'Anode', 'Battery']) {
      await ada.post(books('customers'), { name: `${name} ${mark}`, reference: `${name}-${mark}-7` });
    }
    const list = async (query: string) =>
      (await ada.get(books(`customers?search=${mark}${query}`))).as<{
        items: Customer[];
        nextCursor: string | null;
      }>(200);
    const first = await list('&limit=2');
    expect(first.items.map(({ name }) => name)).toEqual([`Anode ${mark}`, `Battery ${mark}`]);
    const second = await list(`&limit=2&cursor=${first.nextCursor}`);
    expect(second.items.map(({ name }) => name)).toEqual([`Cell ${mark}`]);
    expect(second.nextCursor).toBeNull();
    const byNumber = await ada.get(books(`customers?search=cell-${mark}-7`));
    expect(byNumber.as<{ items: Customer[] }>(200).items).toHaveLength(1);
  });

  it('puts a location under a customer, keeps since when, and strikes off only what is empty', async () => {
    const [one, two] = [await customer('One'), await customer('Two')];
    const locationId = await stage.install('Booked');
    const path = books(`locations/${locationId}`);
    const put = (customerId: string | null, address: string | null) => ada.put(path, { customerId, address });
    const entered = (await put(one, 'Main Street 1')).as<{ customer: { since: string } }>(200);
    await stage.pass(60_000);
    const moved = (await put(one, 'Main Street 2')).as<{ customer: { since: string } }>(200);
    expect(moved.customer.since).toBe(entered.customer.since);
    expect(problemOf(await ada.delete(books(`customers/${one}`)))).toBe('still-in-use');
    const listed = await ada.get(books(`customers/${one}/locations`));
    expect(listed.as<{ items: unknown[] }>(200).items).toMatchObject([
      { locationId, address: 'Main Street 2' },
    ]);
    const elsewhere = (await put(two, null)).as<{ customer: { since: string } }>(200);
    expect(Date.parse(elsewhere.customer.since)).toBe(stage.clock.now());
    expect((await ada.delete(books(`customers/${one}`))).status).toBe(204);
    expect((await ada.get(books(`customers/${one}`))).status).toBe(404);
    const log = await stage.rows(
      `SELECT subject FROM entitlement_log WHERE subject_id = ANY($1) ORDER BY sequence`,
      [[one, locationId]],
    );
    expect(log.map(({ subject }) => subject)).toEqual([
      'customer',
      'location',
      'location',
      'location',
      'location',
      'customer',
    ]);
    const foreign = await organise(pia, 'Elsewhere');
    const theirs = await pia.post(`/v1/organisations/${foreign}/customers`, { name: 'Theirs' });
    expect(problemOf(await put(theirs.as<Customer>(201).customerId, null))).toBe('unknown-customer');
  });

  it('reads the books to a technician, who cannot change them, and tells strangers nothing', async () => {
    const tess = await stage.world.signUp('Tess');
    const membershipId = await join(ada, stage.volt, tess, 'installer');
    await ada.put(books(`members/${membershipId}`), { role: 'technician' });
    const id = await customer('Read');
    expect((await tess.get(books(`customers/${id}`))).status).toBe(200);
    expect((await tess.put(books(`customers/${id}`), { name: 'No' })).status).toBe(403);
    expect((await tess.post(books('customers'), { name: 'No' })).status).toBe(403);
    expect((await pia.get(books(`customers/${id}`))).status).toBe(404);
    expect((await pia.get(books('customers'))).status).toBe(404);
    const other = await organise(pia, 'Third');
    expect((await pia.get(`/v1/organisations/${other}/customers/${id}`)).status).toBe(404);
  });

  it('enters buildings and installations with devices, and keeps each in its own location', async () => {
    const [here, there] = [await stage.install('Here'), await stage.install('There')];
    const building = await ada.post(books(`locations/${here}/buildings`), { name: 'Hall' });
    const { buildingId } = building.as<{ buildingId: string }>(201);
    const installationId = await install(here, 'Row');
    const place = (id: string | null) =>
      ada.put(books(`installations/${installationId}`), { buildingId: id });
    expect((await place(buildingId)).as<Installation>(200).buildingId).toBe(buildingId);
    expect(problemOf(await ada.delete(books(`buildings/${buildingId}`)))).toBe('still-in-use');
    const other = await ada.post(books(`locations/${there}/buildings`), { name: 'Shed' });
    expect(problemOf(await place(other.as<{ buildingId: string }>(201).buildingId))).toBe('unknown-building');
    const [mine, foreign] = [await register(here), await register(there)];
    const path = `/v1/installations/${installationId}/devices`;
    expect(problemOf(await ada.put(path, { deviceIds: [foreign] }))).toBe('unknown-device');
    expect((await ada.put(path, { deviceIds: [mine] })).body).toMatchObject({ deviceIds: [mine] });
    expect(problemOf(await ada.delete(books(`installations/${installationId}`)))).toBe('still-in-use');
    expect((await ada.put(path, { deviceIds: [] })).body).toMatchObject({ deviceIds: [] });
    expect((await ada.delete(books(`installations/${installationId}`))).status).toBe(204);
    expect((await ada.get(`/v1/installations/${installationId}`)).status).toBe(404);
    expect((await ada.delete(books(`buildings/${buildingId}`))).status).toBe(204);
  });

  it('CS-35, CS-36: a grantee describes the installation, but moves nothing of the grantor’s', async () => {
    const locationId = await stage.install('Lent');
    const [installationId, next] = [await install(locationId, 'Lent row'), await install(locationId, 'Next')];
    const [inside, outside] = [await register(locationId), await register(locationId)];
    await ada.put(`/v1/installations/${installationId}/devices`, { deviceIds: [inside] });
    const ohm = await organise(pia, 'Ohm');
    const path = `/v1/installations/${installationId}`;
    expect((await pia.get(path)).status).toBe(404);
    await giveGrant(stage, {
      place: { locationId, part: { kind: 'installation', id: installationId } },
      organisationId: ohm,
      role: 'subcontractor',
      grantedByOrganisationId: stage.volt,
    });
    expect((await pia.get(path)).status).toBe(200);
    expect((await pia.get(`/v1/installations/${next}`)).status).toBe(404);
    const described = await pia.put(path, { name: 'Lent row', description: 'Six charging points' });
    expect(described.body).toMatchObject({ description: 'Six charging points' });
    expect((await ada.get(path)).body).toMatchObject({ description: 'Six charging points' });
    // Neither in the grantor's books nor in his own can he move it, its building, its location or its customer.
    for (const organisationId of [stage.volt, ohm]) {
      const at = `/v1/organisations/${organisationId}`;
      const tries = [
        await pia.put(`${at}/installations/${installationId}`, { buildingId: null }),
        await pia.delete(`${at}/installations/${installationId}`),
        await pia.put(`${at}/locations/${locationId}`, { customerId: null, address: 'Mine now' }),
        await pia.post(`${at}/locations/${locationId}/buildings`, { name: 'Mine' }),
        await pia.post(`${at}/locations/${locationId}/installations`, { name: 'Mine' }),
      ];
      expect(tries.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    }
    // He manages its components, but cannot reach for what was not shared with him.
    const devices = (deviceIds: string[]) => pia.put(`${path}/devices`, { deviceIds });
    expect(problemOf(await devices([inside, outside]))).toBe('unknown-device');
    expect((await pia.get(`/v1/devices/${outside}`)).status).toBe(404);
    expect((await devices([inside])).status).toBe(200);
  });

  it('NB-39, CS-35: one list names every installation somebody sees, whatever it was shared by, and no other', async () => {
    const eve = await stage.world.signUp('Eve');
    const watt = await organise(eve, 'Watt');
    const [single, whole, under, hidden] = [
      await stage.install('Single'),
      await stage.install('Whole'),
      await stage.install('Under'),
      await stage.install('Hidden'),
    ];
    const customerId = await customer('Shared customer');
    await ada.put(books(`locations/${under}`), { customerId, address: null });
    const part = { kind: 'installation', id: await install(single, 'Listed 1') } as const;
    for (const [at, name] of [
      [single, 'Listed but not shared'],
      [whole, 'Listed 2'],
      [under, 'Listed 3'],
      [hidden, 'Listed nowhere'],
    ] as const) {
      await install(at, name);
    }
    const terms = {
      organisationId: watt,
      role: 'subcontractor',
      grantedByOrganisationId: stage.volt,
    } as const;
    const grants = [
      await giveGrant(stage, { ...terms, place: { locationId: single, part } }),
      await giveGrant(stage, { ...terms, place: { locationId: whole, part: null } }),
      await giveGrant(stage, { ...terms, place: { customerId } }),
    ];
    const listed = async (who: Caller): Promise<string[]> => {
      const names: string[] = [];
      let cursor = '';
      do {
        const answer = await who.get(`/v1/installations?search=listed&limit=2${cursor}`);
        const page = answer.as<{ items: { name: string }[]; nextCursor: string | null }>(200);
        names.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      return names;
    };
    expect(await listed(eve)).toEqual(['Listed 1', 'Listed 2', 'Listed 3']);
    expect(await listed(ada)).toHaveLength(5);
    expect(await listed(await stage.world.signUp('Nobody'))).toEqual([]);
    for (const grantId of grants) await takeGrant(stage, grantId);
    expect(await listed(eve)).toEqual([]);
  });
});
