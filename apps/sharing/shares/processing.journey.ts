import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { problemOf, sees, SharingStage } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import {
  company,
  connect,
  enterBooks,
  grantOn,
  grantShare,
  inbox,
  of,
  requestShare,
  shareOf,
  takeOver,
  untilShare,
  type Company,
  type Share,
} from '#libs/testing/share-steps.js';
import { SharingModule } from '../sharing-module.js';

interface Placed {
  readonly installationId: string;
  readonly name: string;
  readonly origin: string;
  readonly location: { readonly locationId: string; readonly name: string };
  readonly sharedBy: string | null;
  readonly archivedAt: string | null;
}
interface Item {
  readonly kind: string;
  readonly sourceId: string;
  readonly state: string;
  readonly localId: string | null;
  readonly becomes: string;
}

let stage: SharingStage;
let volt: Company;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  volt = { id: stage.volt, who: stage.ada };
});
afterAll(() => stage.close());

const partner = async (name: string): Promise<Company> => company(await stage.world.signUp(name), name);
const object = (kind: string, id: string) => ({ kind, id });

async function given(ohm: Company, kind: string, id: string, role = 'subcontractor'): Promise<string> {
  const shareId = await requestShare(ohm, await connect(ohm, volt), kind);
  await grantShare(volt, shareId, { role, objects: [object(kind, id)] });
  await untilShare(ohm, shareId, 'available');
  return shareId;
}
const process = (by: Company, shareId: string, ...objects: object[]) =>
  by.who.post(of(by, `shares/${shareId}/process`), { objects });
const preview = async (by: Company, shareId: string, ...objects: object[]): Promise<readonly Item[]> =>
  (await by.who.post(of(by, `shares/${shareId}/process/preview`), { objects })).as<{ items: Item[] }>(200)
    .items;
const items = async (by: Company, shareId: string): Promise<readonly Item[]> =>
  (await by.who.get(of(by, `shares/${shareId}/items`)))
    .as<{ objects: { items: Item[] }[] }>(200)
    .objects.flatMap((each) => each.items);
const installations = async (by: Company): Promise<readonly Placed[]> =>
  (await by.who.get(of(by, 'installations'))).as<{ items: Placed[] }>(200).items;
const customers = async (by: Company) =>
  (await by.who.get(of(by, 'customers'))).as<{ items: { customerId: string; name: string }[] }>(200).items;
const locationsOf = async (by: Company, customerId: string) =>
  (await by.who.get(of(by, `customers/${customerId}/locations`))).as<{
    items: { locationId: string; name: string; address: string | null }[];
  }>(200).items;
const ownCustomer = async (by: Company, name: string): Promise<string> =>
  (await by.who.post(of(by, 'customers'), { name })).as<{ customerId: string }>(201).customerId;

describe('taking a share over', () => {
  it('CS-32, CS-38, CS-40, CS-43, CS-45: a customer is imported whole, in the background, on confirmation only', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Hansen');
    const shareId = await given(ohm, 'customer', books.customerId);
    expect((await inbox(ohm)).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['share-approved', 'share-available']),
    );
    const whole = object('customer', books.customerId);
    expect(await customers(ohm)).toEqual([]);
    expect((await preview(ohm, shareId, whole)).map(({ kind, becomes }) => [kind, becomes])).toEqual([
      ['customer', 'new'],
      ['location', 'new'],
      ['building', 'new'],
      ['installation', 'new'],
      ['installation', 'new'],
    ]);
    expect([await customers(ohm), await installations(ohm)]).toEqual([[], []]);
    const asked = (await process(ohm, shareId, whole)).as<Share>(202);
    expect(asked).toMatchObject({ status: 'processing', progress: { taken: 0, chosen: 5, total: 5 } });
    const done = await untilShare(ohm, shareId, 'processed');
    expect(done.progress).toEqual({ taken: 5, chosen: 0, total: 5 });
    const [customer] = await customers(ohm);
    expect(customer?.name).toBe('Hansen');
    const [location] = await locationsOf(ohm, customer?.customerId ?? '');
    expect(location).toMatchObject({ name: 'Hansen house', address: 'Low Street 1' });
    expect(location?.locationId).not.toBe(books.locationId);
    const buildings = await ohm.who.get(`/v1/locations/${location?.locationId}/buildings`);
    expect(buildings.body).toMatchObject({ items: [{ name: 'Hansen garage' }] });
    // CS-37: no second installation comes to be; the one there is stands in Ohm's tree.
    expect(await installations(ohm)).toMatchObject(
      books.installationIds.map((installationId) => ({
        installationId,
        origin: 'shared',
        sharedBy: 'Volt',
        location: { locationId: location?.locationId },
        archivedAt: null,
      })),
    );
    expect((await installations(volt)).find(({ name }) => name === 'Hansen 1')).toMatchObject({
      origin: 'own',
      location: { locationId: books.locationId },
    });
    expect((await items(volt, shareId)).every(({ localId }) => localId === null)).toBe(true);
  });

  it('CS-41: a location goes to a customer of one’s own, or to a new one, and must be told which', async () => {
    const ohm = await partner('Ohm');
    const berg = await ownCustomer(ohm, 'Berg');
    const foreign = await enterBooks(volt, 'Foreign');
    const targets = [{ existing: berg }, { create: { name: 'Fresh' } }];
    for (const into of targets) {
      const books = await enterBooks(volt, 'Lie');
      const shareId = await given(ohm, 'location', books.locationId);
      const location = object('location', books.locationId);
      for (const unfit of [location, { ...location, into: { existing: foreign.customerId } }]) {
        const answer = await process(ohm, shareId, unfit);
        expect([answer.status, problemOf(answer)]).toEqual([422, 'mapping-incomplete']);
      }
      await takeOver(ohm, shareId, [{ ...location, into }]);
    }
    const known = await customers(ohm);
    expect(known.map(({ name }) => name)).toEqual(['Berg', 'Fresh']);
    for (const { customerId } of known) {
      expect(await locationsOf(ohm, customerId)).toMatchObject([{ name: 'Lie house' }]);
    }
  });

  it('CS-42: an installation is placed at a location of one’s own, or at a new one', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Moen');
    const own = await enterBooks(ohm, 'Own', 0);
    const [first = '', second = ''] = books.installationIds;
    for (const [id, into] of [
      [first, { existing: own.locationId }],
      [second, { create: { name: 'New place' } }],
    ] as const) {
      const shareId = await given(ohm, 'installation', id);
      const wrong = { ...object('installation', id), into: { existing: books.locationId } };
      expect(problemOf(await process(ohm, shareId, wrong))).toBe('mapping-incomplete');
      expect(problemOf(await process(ohm, shareId, object('installation', id)))).toBe('mapping-incomplete');
      await takeOver(ohm, shareId, [{ ...object('installation', id), into }]);
    }
    expect((await installations(ohm)).map(({ name, location }) => [name, location.name])).toEqual([
      ['Moen 1', 'Own house'],
      ['Moen 2', 'New place'],
    ]);
  });

  it('CS-39: what is not selected is not taken over, and can be later', async () => {
    const ohm = await partner('Ohm');
    const [one, two] = [await enterBooks(volt, 'One'), await enterBooks(volt, 'Two')];
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'customer');
    const objects = [object('customer', one.customerId), object('customer', two.customerId)];
    await grantShare(volt, shareId, { role: 'subcontractor', objects });
    await untilShare(ohm, shareId, 'available');
    expect(problemOf(await process(ohm, shareId, object('customer', one.locationId)))).toBe(
      'mapping-incomplete',
    );
    (await process(ohm, shareId, object('customer', two.customerId))).as(202);
    await untilShare(ohm, shareId, 'available');
    expect((await customers(ohm)).map(({ name }) => name)).toEqual(['Two']);
    await takeOver(ohm, shareId, [object('customer', one.customerId)]);
    expect((await customers(ohm)).map(({ name }) => name)).toEqual(['One', 'Two']);
  });

  it('CS-44: confirmed twice, even at the same time, it is imported once', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Nes');
    const shareId = await given(ohm, 'customer', books.customerId);
    const whole = object('customer', books.customerId);
    const answers = await Promise.all([1, 2, 3].map(() => process(ohm, shareId, whole)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await untilShare(ohm, shareId, 'processed');
    expect((await process(ohm, shareId, whole)).as<Share>(202).status).toBe('processed');
    expect(await customers(ohm)).toHaveLength(1);
    expect(await installations(ohm)).toHaveLength(2);
    expect((await process(volt, shareId, whole)).status).toBe(404);
  });

  it('CS-46: what came once is met again by its source, whatever it comes with the second time', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Sand');
    const first = await given(ohm, 'customer', books.customerId);
    await takeOver(ohm, first, [object('customer', books.customerId)]);
    const before = await items(ohm, first);
    const second = await given(ohm, 'location', books.locationId);
    const again = { ...object('location', books.locationId), into: { create: { name: 'Another' } } };
    const seen = await preview(ohm, second, again);
    expect(seen.map(({ becomes }) => becomes)).toEqual(['known', 'known', 'known', 'known']);
    await takeOver(ohm, second, [again]);
    const localIds = (of_: readonly Item[]) =>
      new Map(
        of_.filter(({ kind }) => kind !== 'customer').map(({ sourceId, localId }) => [sourceId, localId]),
      );
    expect(localIds(await items(ohm, second))).toEqual(localIds(before));
    expect((await customers(ohm)).map(({ name }) => name)).toEqual(['Sand']);
    expect(await installations(ohm)).toHaveLength(2);
  });
});

describe('a job that is interrupted', () => {
  it('CS-45: what a dead worker left is taken up when its lease is over, and nothing is done twice', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Vang', 3);
    const shareId = await given(ohm, 'customer', books.customerId);
    await takeOver(ohm, shareId, [object('customer', books.customerId)]);
    const before = await items(ohm, shareId);
    // As a process leaves it that died behind its second item: the third it had even written, the rest not.
    const lease = new Date(stage.clock.now() + 20_000);
    await stage.rows(
      `UPDATE share_items SET state = 'chosen', local_id = NULL, taken_at = NULL WHERE share_id = $1 AND position >= 2`,
      [shareId],
    );
    await stage.rows(
      `DELETE FROM installation_placements WHERE organisation_id = $1 AND installation_id = $2`,
      [ohm.id, books.installationIds[2]],
    );
    await stage.rows(`UPDATE share_requests SET state = 'processing', leased_until = $2 WHERE id = $1`, [
      shareId,
      lease,
    ]);
    const other = await partner('Watt');
    const own = await given(other, 'location', books.locationId);
    expect((await shareOf(other, own)).status).toBe('available');
    expect(await shareOf(ohm, shareId)).toMatchObject({
      status: 'processing',
      progress: { taken: 2, chosen: 4 },
    });
    await stage.pass(20_000);
    await untilShare(ohm, shareId, 'processed');
    const local = (lines: readonly Item[]) =>
      lines.filter(({ sourceId }) => sourceId !== books.installationIds[2]).map(({ localId }) => localId);
    expect(local(await items(ohm, shareId))).toEqual(local(before));
    expect(await customers(ohm)).toHaveLength(1);
    expect(await installations(ohm)).toHaveLength(3);
  });

  it('5C, CS-45: what cannot be done fails with a reason, is tried again, and may be told another place', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Lund', 1);
    const berg = await ownCustomer(ohm, 'Berg');
    const shareId = await given(ohm, 'location', books.locationId);
    // Confirmed by a process that died at once, and then the customer goes.
    const lease = new Date(stage.clock.now() + 20_000);
    await stage.rows(
      `UPDATE share_requests SET state = 'processing', processing_by = $2, leased_until = $3 WHERE id = $1`,
      [shareId, ohm.who.personId, lease],
    );
    await stage.rows(`UPDATE share_objects SET destination = $2 WHERE share_id = $1`, [
      shareId,
      JSON.stringify({ existing: berg }),
    ]);
    await stage.rows(`UPDATE share_items SET state = 'chosen' WHERE share_id = $1`, [shareId]);
    (await ohm.who.delete(of(ohm, `customers/${berg}`))).as(204);
    await stage.pass(20_000);
    const failed = await untilShare(ohm, shareId, 'failed');
    expect(failed.failure).toBe('The customer for Lund house is no longer there.');
    const retry = (by: Company) => by.who.post(of(by, `shares/${shareId}/retry`), undefined);
    expect((await retry(volt)).status).toBe(404);
    (await retry(ohm)).as(200);
    const failures = async () => (await inbox(ohm)).filter(({ kind }) => kind === 'share-failed').length;
    await waitFor('the second failure', async () => (await failures()) === 2);
    expect(await customers(ohm)).toEqual([]);
    await untilShare(ohm, shareId, 'failed');
    const location = { ...object('location', books.locationId), into: { create: { name: 'Fresh' } } };
    (await process(ohm, shareId, location)).as(202);
    expect((await untilShare(ohm, shareId, 'processed')).failure).toBeNull();
    expect((await customers(ohm)).map(({ name }) => name)).toEqual(['Fresh']);
    expect(problemOf(await retry(ohm))).toBe('share-over');
  });
});

describe('after a revoke', () => {
  it('CS-34: what was not taken over cannot be any more', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Hope');
    const shareId = await given(ohm, 'customer', books.customerId);
    (await volt.who.post(of(volt, `shares/${shareId}/revoke`), undefined)).as(200);
    expect((await shareOf(ohm, shareId)).status).toBe('revoked');
    expect(problemOf(await process(ohm, shareId, object('customer', books.customerId)))).toBe('share-over');
    expect((await items(ohm, shareId)).map(({ state }) => state)).toEqual(Array(5).fill('stopped'));
    expect(await installations(ohm)).toEqual([]);
  });

  it('CS-34: copies stay; a placed installation is kept as it was known at that instant, and is read-only', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Hall', 1);
    const [installation = ''] = books.installationIds;
    const shareId = await given(ohm, 'customer', books.customerId);
    await takeOver(ohm, shareId, [object('customer', books.customerId)]);
    const describeIt = (by: Company, name: string) =>
      by.who.put(`/v1/installations/${installation}`, { name, description: 'heat pump' });
    (await describeIt(volt, 'Hall at the end')).as(200);
    const attest = async (title: string) => {
      const certificate = { title, inspection: 'insulation', findings: 'sound', validUntil: null };
      (await volt.who.post(`/v1/installations/${installation}/certificates`, certificate)).as(201);
    };
    await attest('Before');
    expect(await installations(ohm)).toMatchObject([{ name: 'Hall at the end', documents: null }]);
    await stage.pass(5_000);
    const { grantId } = await grantOn(volt, books.customerId, shareId);
    (await volt.who.delete(of(volt, `grants/${grantId}`))).as(204);
    const ended = new Date(stage.clock.now()).toISOString();
    await stage.pass(5_000);
    (await describeIt(volt, 'Hall renamed')).as(200);
    await attest('After');
    expect(await installations(ohm)).toMatchObject([
      {
        installationId: installation,
        name: 'Hall at the end',
        description: 'heat pump',
        archivedAt: ended,
        documents: [{ kind: 'certificate', title: 'Before', madeBy: 'Volt' }],
      },
    ]);
    const technician = await stage.world.signUp('Tess');
    await join(ohm.who, ohm.id, technician, 'technician');
    expect(await installations({ ...ohm, who: technician })).toMatchObject([
      { archivedAt: ended, documents: null },
    ]);
    expect((await describeIt(ohm, 'Mine')).status).toBe(404);
    expect((await ohm.who.get(`/v1/installations/${installation}`)).status).toBe(404);
    expect((await customers(ohm)).map(({ name }) => name)).toEqual(['Hall']);
    const [copy] = await locationsOf(ohm, (await customers(ohm))[0]?.customerId ?? '');
    expect(await sees(ohm.who, copy?.locationId ?? '')).toBe(true);
    // Shared anew, it is the same line again.
    const anew = await given(ohm, 'installation', installation);
    const place = { existing: copy?.locationId };
    expect(await preview(ohm, anew, { ...object('installation', installation), into: place })).toMatchObject([
      { becomes: 'known' },
    ]);
    await takeOver(ohm, anew, [{ ...object('installation', installation), into: place }]);
    expect(await installations(ohm)).toMatchObject([{ name: 'Hall renamed', archivedAt: null }]);
  });

  it('CS-34: what is had by another access too goes on; the clock ends an access as a revoke does', async () => {
    const ohm = await partner('Ohm');
    const books = await enterBooks(volt, 'Haug', 1);
    const [installation = ''] = books.installationIds;
    const first = await given(ohm, 'customer', books.customerId);
    await takeOver(ohm, first, [object('customer', books.customerId)]);
    const until = new Date(stage.clock.now() + 3_600_000).toISOString();
    const second = await requestShare(ohm, await connect(ohm, volt), 'installation');
    const chosen = object('installation', installation);
    await grantShare(volt, second, { role: 'borrower', expiresAt: until, objects: [chosen] });
    await takeOver(ohm, second, [{ ...chosen, into: { create: { name: 'Elsewhere' } } }]);
    (await volt.who.post(of(volt, `shares/${first}/revoke`), undefined)).as(200);
    expect(await installations(ohm)).toMatchObject([{ archivedAt: null, role: 'borrower' }]);
    await stage.pass(3_600_000);
    expect(await installations(ohm)).toMatchObject([{ name: 'Haug 1', archivedAt: until }]);
  });
});
