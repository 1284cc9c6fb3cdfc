import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { problemOf, sees, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOver } from '#libs/testing/sharing-steps.js';
import {
  company,
  connect,
  enterBooks,
  grantOn,
  grantShare,
  grantsOf,
  of,
  requestShare,
  shareOf,
  takeOver,
  untilShare,
  type Books,
  type Company,
  type Share,
} from '#libs/testing/share-steps.js';
import { SharingModule } from '../sharing-module.js';

const hours72_ms = 72 * 3_600_000;
let stage: SharingStage;
let volt: Company;

beforeAll(async () => {
  stage = await open('grantedAt');
  volt = { id: stage.volt, who: stage.ada };
});
afterAll(() => stage.close());

const open = (lockFrom: 'grantedAt' | 'processedAt'): Promise<SharingStage> =>
  SharingStage.open([
    SharingModule.sharing({ lockFrom }),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
const partner = async (name: string, on = stage): Promise<Company> =>
  company(await on.world.signUp(name), name);
const object = (kind: string, id: string) => ({ kind, id });
const into = (name: string) => ({ into: { create: { name } } });

interface Given {
  readonly books: Books;
  readonly ohm: Company;
  readonly shareId: string;
  readonly grantId: string;
}

/** A location of Volt's, shared with Ohm. */
async function give(role: string, taken: boolean, on = stage, by = volt): Promise<Given> {
  const ohm = await partner('Ohm', on);
  const books = await enterBooks(by, 'Hansen');
  const shareId = await requestShare(ohm, await connect(ohm, by), 'location');
  const chosen = object('location', books.locationId);
  await grantShare(by, shareId, { role, objects: [chosen] });
  if (taken) await takeOver(ohm, shareId, [{ ...chosen, ...into('Mine') }]);
  return { books, ohm, shareId, grantId: (await grantOn(ohm, books.locationId, shareId)).grantId };
}
const revoke = (by: Company, grantId: string) => by.who.delete(of(by, `grants/${grantId}`));
const revokeShare = (by: Company, shareId: string) =>
  by.who.post(of(by, `shares/${shareId}/revoke`), undefined);

describe('the 72 hours', () => {
  it('CS-21: an installation manager is taken back at 72:00:00.000, and a millisecond later not', async () => {
    const [first, second] = [
      await give('installation-manager', true),
      await give('installation-manager', true),
    ];
    await stage.pass(hours72_ms);
    const lines = await grantsOf(volt);
    const line = lines.find(({ grantId }) => grantId === first.grantId);
    expect(line?.revocableUntil).toBe(new Date(stage.clock.now()).toISOString());
    (await revoke(volt, first.grantId)).as(204);
    expect(await sees(first.ohm.who, first.books.locationId)).toBe(false);
    await stage.pass(1);
    expect(problemOf(await revoke(volt, second.grantId))).toBe('grant-locked');
    const atLocation = `/v1/locations/${second.books.locationId}/grants`;
    expect(problemOf(await volt.who.delete(`${atLocation}/${second.grantId}`))).toBe('grant-locked');
    const tab = (await volt.who.get(atLocation)).as<{ items: { grantId: string; revocable: boolean }[] }>(
      200,
    );
    expect(tab.items.find(({ grantId }) => grantId === second.grantId)?.revocable).toBe(false);
    expect(await sees(second.ohm.who, second.books.locationId)).toBe(true);
    // Its holder may leave at any time.
    (await second.ohm.who.delete(`/v1/me/grants/${second.grantId}`)).as(204);
  });

  it('CS-24, CS-29: the two others are taken back at any time, also where the location is looked at', async () => {
    const [first, second] = [await give('subcontractor', true), await give('borrower', true)];
    await stage.pass(1_000 * 3_600_000);
    (await revoke(volt, first.grantId)).as(204);
    (await volt.who.delete(`/v1/locations/${second.books.locationId}/grants/${second.grantId}`)).as(204);
    expect(await sees(first.ohm.who, first.books.locationId)).toBe(false);
    expect(await sees(second.ohm.who, second.books.locationId)).toBe(false);
  });

  it('CS-22: what nobody took over is taken back at any time', async () => {
    const { ohm, books, grantId, shareId } = await give('installation-manager', false);
    await stage.pass(10 * hours72_ms);
    (await revoke(volt, grantId)).as(204);
    expect(await sees(ohm.who, books.locationId)).toBe(false);
    expect((await shareOf(ohm, shareId)).status).toBe('revoked');
  });

  it('CS-22: they run from the taking over where the operator says so', async () => {
    const other = await open('processedAt');
    try {
      const by = { id: other.volt, who: other.ada };
      const shares: Given[] = [];
      for (let index = 0; index < 2; index++)
        shares.push(await give('installation-manager', false, other, by));
      await other.pass(hours72_ms + 1);
      for (const { ohm, shareId, books } of shares) {
        await takeOver(ohm, shareId, [{ ...object('location', books.locationId), ...into('Mine') }]);
      }
      await other.pass(hours72_ms);
      (await revoke(by, shares[0]?.grantId ?? '')).as(204);
      await other.pass(1);
      expect(problemOf(await revoke(by, shares[1]?.grantId ?? ''))).toBe('grant-locked');
    } finally {
      await other.close();
    }
  });

  it('5D: the owner of the location is bound by no lock', async () => {
    const { ohm, books, grantId } = await give('installation-manager', true);
    const olga = await stage.world.signUp('Olga');
    await handOver(volt.who, books.locationId, olga);
    await stage.pass(10 * hours72_ms);
    const path = `/v1/locations/${books.locationId}/grants`;
    const tab = (await olga.get(path)).as<{ items: { grantId: string; revocable: boolean }[] }>(200);
    expect(tab.items.find((line) => line.grantId === grantId)?.revocable).toBe(true);
    (await olga.delete(`${path}/${grantId}`)).as(204);
    expect(await sees(ohm.who, books.locationId)).toBe(false);
  });
});

describe('a grant on the customer', () => {
  it('5D: the owner of one location ends it there, whatever was passed on; the other locations keep it', async () => {
    const [ohm, watt] = [await partner('Ohm'), await partner('Watt')];
    const books = await enterBooks(volt, 'Estate', 1);
    const second = { name: 'Estate barn', timeZone: 'Europe/Oslo', organisationId: volt.id };
    const barn = (await volt.who.post('/v1/locations', second)).as<Books>(201).locationId;
    const entry = { customerId: books.customerId, address: null };
    (await volt.who.put(of(volt, `locations/${barn}`), entry)).as(200);
    const stall = (
      await volt.who.post(of(volt, `locations/${barn}/installations`), { name: 'Stall', description: null })
    ).as<{ installationId: string }>(201).installationId;
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'customer');
    const whole = object('customer', books.customerId);
    await grantShare(volt, shareId, { role: 'installation-manager', objects: [whole] });
    await takeOver(ohm, shareId, [whole]);
    const { grantId } = await grantOn(ohm, books.customerId, shareId);
    const onward = await requestShare(watt, await connect(watt, ohm), 'customer');
    const parts = [object('location', books.locationId), object('installation', stall)];
    await grantShare(ohm, onward, { role: 'borrower', objects: parts });
    const olga = await stage.world.signUp('Olga');
    await handOver(volt.who, books.locationId, olga);
    await stage.pass(10 * hours72_ms);
    const tab = (await olga.get(`/v1/locations/${books.locationId}/grants`)).as<{
      items: { grantId: string; revocable: boolean }[];
    }>(200);
    expect(tab.items.find((line) => line.grantId === grantId)?.revocable).toBe(true);
    expect((await olga.delete(`/v1/locations/${barn}/grants/${grantId}`)).status).toBe(404);
    (await olga.delete(`/v1/locations/${books.locationId}/grants/${grantId}`)).as(204);
    for (const { who } of [ohm, watt]) {
      expect(await sees(who, books.locationId)).toBe(false);
      expect((await who.get(`/v1/installations/${stall}`)).status).toBe(200);
    }
    // What stays is as old as it was: still locked, still of the share.
    const left = (await grantsOf(ohm)).filter(({ share }) => share?.shareId === shareId);
    expect(left).toMatchObject([{ object: { kind: 'location', id: barn }, role: 'installation-manager' }]);
    expect(problemOf(await revoke(volt, left[0]?.grantId ?? ''))).toBe('grant-locked');
    const placed = (await ohm.who.get(of(ohm, 'installations'))).as<{
      items: { name: string; archivedAt: string | null }[];
    }>(200).items;
    expect(placed.map(({ name, archivedAt }) => [name, archivedAt === null])).toEqual([
      ['Estate 1', false],
      ['Stall', true],
    ]);
  });
});

describe('CS-33: a whole share', () => {
  it('CS-33: after 72 hours keeps what was taken over, and stops what was not', async () => {
    const ohm = await partner('Ohm');
    const [taken, left] = [await enterBooks(volt, 'Taken'), await enterBooks(volt, 'Left')];
    const shareId = await requestShare(ohm, await connect(ohm, volt), 'location');
    const objects = [object('location', taken.locationId), object('location', left.locationId)];
    await grantShare(volt, shareId, { role: 'installation-manager', objects });
    await untilShare(ohm, shareId, 'available');
    const process = (id: string) =>
      ohm.who.post(of(ohm, `shares/${shareId}/process`), {
        objects: [{ ...object('location', id), ...into('Mine') }],
      });
    (await process(taken.locationId)).as(202);
    // Something is left to take: it is available again.
    await untilShare(ohm, shareId, 'available');
    await stage.pass(hours72_ms + 1);
    expect((await revokeShare(ohm, shareId)).status).toBe(404);
    expect((await revokeShare(volt, shareId)).as<Share>(200).status).toBe('revoked');
    expect([await sees(ohm.who, taken.locationId), await sees(ohm.who, left.locationId)]).toEqual([
      true,
      false,
    ]);
    expect(problemOf(await process(left.locationId))).toBe('share-over');
    expect((await revokeShare(volt, shareId)).as<Share>(200).status).toBe('revoked');
  });

  it('CS-33, CS-21: is refused where all of it is taken over and locked, and whole within the time', async () => {
    const locked = await give('installation-manager', true);
    await stage.pass(hours72_ms + 1);
    expect(problemOf(await revokeShare(volt, locked.shareId))).toBe('grant-locked');
    expect((await shareOf(volt, locked.shareId)).status).toBe('processed');
    const fresh = await give('installation-manager', true);
    (await revokeShare(volt, fresh.shareId)).as(200);
    expect(await sees(fresh.ohm.who, fresh.books.locationId)).toBe(false);
    const ended = await requestShare(fresh.ohm, await connect(fresh.ohm, await partner('Watt')), 'location');
    expect((await revokeShare(volt, ended)).status).toBe(404);
  });
});

describe('the role', () => {
  it('CS-30, CS-31: is never edited: whoever tries is told what to do instead', async () => {
    const { ohm, grantId } = await give('subcontractor', false);
    const edit = (by: Company) =>
      by.who.send('PATCH', of(by, `grants/${grantId}`), { role: 'installation-manager' }, {});
    for (const by of [volt, ohm]) {
      const answer = await edit(by);
      expect([answer.status, problemOf(answer)]).toEqual([409, 'role-not-editable']);
    }
    expect((await edit(await partner('Watt'))).status).toBe(404);
    expect((await volt.who.put(of(volt, `grants/${grantId}`), { role: 'borrower' })).status).toBe(404);
    expect((await grantsOf(ohm))[0]?.role).toBe('subcontractor');
  });

  it('CS-31: replacing takes the access back and opens a new request, in one step, and keeps the history', async () => {
    const { ohm, books, grantId, shareId } = await give('subcontractor', true);
    const replace = (by: Company) => by.who.post(of(by, `grants/${grantId}/replace`), undefined);
    expect((await replace(ohm)).status).toBe(403);
    const opened = (await replace(volt)).as<Share>(200);
    expect(opened).toMatchObject({ status: 'to-evaluate', name: 'Roof', replacesGrantId: grantId });
    expect(await sees(ohm.who, books.locationId)).toBe(false);
    expect((await replace(volt)).status).toBe(404);
    await grantShare(volt, opened.shareId, {
      role: 'borrower',
      objects: [object('location', books.locationId)],
    });
    expect((await grantsOf(ohm)).map(({ role }) => role)).toEqual(['borrower']);
    expect(await stage.rows('SELECT role, end_reason FROM grants WHERE id = $1', [grantId])).toEqual([
      { role: 'subcontractor', end_reason: 'replaced' },
    ]);
    expect((await shareOf(ohm, shareId)).status).toBe('revoked');
  });

  it('CS-31: a locked access is not replaced, and nothing happens where the connection is gone', async () => {
    const locked = await give('installation-manager', true);
    await stage.pass(hours72_ms + 1);
    const replace = (grantId: string) => volt.who.post(of(volt, `grants/${grantId}/replace`), undefined);
    expect(problemOf(await replace(locked.grantId))).toBe('grant-locked');
    const alone = await give('borrower', true);
    const { connectionId } = await shareOf(volt, alone.shareId);
    (await volt.who.post(of(volt, `connections/${connectionId}/close`), undefined)).as(200);
    expect(problemOf(await replace(alone.grantId))).toBe('not-connected');
    expect(await sees(alone.ohm.who, alone.books.locationId)).toBe(true);
  });
});
