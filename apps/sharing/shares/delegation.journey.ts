import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { problemOf, sees, SharingStage } from '#libs/testing/sharing-stage.js';
import {
  company,
  connect,
  enterBooks,
  grantOn,
  grantShare,
  grantsOf,
  inbox,
  of,
  requestShare,
  shareOf,
  type Books,
  type Company,
} from '#libs/testing/share-steps.js';
import { SharingModule } from '../sharing-module.js';

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

/** One shares an object with the other over a new connection; answers the grant. */
async function pass(from: Company, to: Company, kind: string, id: string, terms: object): Promise<string> {
  const shareId = await requestShare(to, await connect(to, from), kind);
  await grantShare(from, shareId, { objects: [object(kind, id)], ...terms });
  return (await grantOn(to, id, shareId)).grantId;
}

/** The same, refused: answers why. */
async function refusal(from: Company, to: Company, kind: string, id: string, terms: object): Promise<string> {
  const shareId = await requestShare(to, await connect(to, from), kind);
  (await from.who.post(of(from, `shares/${shareId}/approve`), undefined)).as(200);
  const body = { objects: [object(kind, id)], ...terms };
  const answer = await from.who.post(of(from, `shares/${shareId}/confirm`), body);
  if (problemOf(answer) !== 'not-yours-to-share') return String(problemOf(answer));
  return (answer.body as { detail: string }).detail.replace(/^.*: (.*)\.$/, '$1');
}

const revoke = (by: Company, grantId: string) => by.who.delete(of(by, `grants/${grantId}`));

describe('T5: passing a share on', () => {
  let books: Books;
  let location: string;
  beforeAll(async () => {
    books = await enterBooks(volt, 'Hansen');
    location = books.locationId;
  });

  it('CS-20: an installation manager makes each of the three, of a part as of the whole', async () => {
    const ohm = await partner('Ohm');
    const given = await pass(volt, ohm, 'customer', books.customerId, { role: 'installation-manager' });
    for (const role of ['installation-manager', 'subcontractor', 'borrower']) {
      const watt = await partner('Watt');
      const part = await pass(ohm, watt, 'installation', books.installationIds[0] ?? '', { role });
      expect((await grantsOf(watt))[0]).toMatchObject({ grantId: part, role, parentGrantId: given });
      expect(await sees(watt.who, location)).toBe(false);
      expect((await watt.who.get(`/v1/installations/${books.installationIds[0]}`)).status).toBe(200);
    }
    const { items } = (
      await ohm.who.get(of(ohm, `shares/${await approvedShare(ohm)}/candidates?kind=installation`))
    ).as<{ items: { id: string }[] }>(200);
    expect(items.map(({ id }) => id)).toEqual(books.installationIds);
  });

  const approvedShare = async (of_: Company): Promise<string> => {
    const other = await partner('Joule');
    return requestShare(other, await connect(other, of_), 'customer');
  };

  it('CS-23: a subcontractor makes subcontractors and borrowers; CS-28: a borrower nobody', async () => {
    const [ohm, watt, joule] = [await partner('Ohm'), await partner('Watt'), await partner('Joule')];
    await pass(volt, ohm, 'location', location, { role: 'subcontractor' });
    expect(await refusal(ohm, watt, 'location', location, { role: 'installation-manager' })).toBe(
      'role-not-delegable',
    );
    await pass(ohm, await partner('Next'), 'location', location, { role: 'subcontractor' });
    const lender = await partner('Lender');
    await pass(ohm, lender, 'location', location, { role: 'borrower' });
    for (const role of ['installation-manager', 'subcontractor', 'borrower']) {
      expect(await refusal(lender, await partner('Last'), 'location', location, { role })).toBe(
        'role-not-delegable',
      );
    }
    const shareId = await requestShare(joule, await connect(joule, lender), 'location');
    const none = await lender.who.get(of(lender, `shares/${shareId}/candidates?kind=location`));
    expect(none.body).toEqual({ items: [], nextCursor: null });
  });

  it('T5, CS-17: what is passed on lies within what was given, in place, time, actions, hours and current', async () => {
    const ohm = await partner('Ohm');
    const until = (ms: number) => new Date(stage.clock.now() + ms).toISOString();
    const hours = (to_min: number) => ({
      timeZone: 'Europe/Oslo',
      ranges: [{ days: [1, 2, 3, 4, 5], from_min: 480, to_min }],
    });
    const [first = '', second = ''] = books.installationIds;
    const given = {
      role: 'subcontractor',
      expiresAt: until(3_600_000),
      actions: ['telemetry', 'work'],
      hours: hours(960),
      maximumCurrent_A: 16,
    };
    await pass(volt, ohm, 'installation', first, given);
    const why = async (terms: object, id = first) =>
      refusal(ohm, await partner('Watt'), 'installation', id, { role: 'borrower', ...terms });
    expect(await why({ expiresAt: until(3_600_001) })).toBe('expires-later');
    expect(await why({ actions: ['telemetry', 'history'] })).toBe('actions-wider');
    expect(await why({ hours: hours(961) })).toBe('hours-wider');
    expect(await why({ maximumCurrent_A: 17 })).toBe('current-higher');
    expect(await why({}, second)).toBe('no such object');
    const watt = await partner('Watt');
    await pass(ohm, watt, 'installation', first, { role: 'borrower', maximumCurrent_A: 10 });
    const rows = await stage.rows(
      `SELECT expires_at, actions, hours, maximum_current_a::float8 AS current FROM grants
        WHERE grantee_organisation_id = $1`,
      [watt.id],
    );
    // What was not wished for is taken over.
    expect(rows).toEqual([
      { expires_at: new Date(given.expiresAt), actions: given.actions, hours: given.hours, current: 10 },
    ]);
  });

  it('T5: nobody of the chain gets it back, and it ends at eight', async () => {
    let holder = await partner('Holder');
    await pass(volt, holder, 'location', location, { role: 'subcontractor' });
    expect(await refusal(holder, volt, 'location', location, { role: 'borrower' })).toBe('grantee-in-chain');
    const first = holder;
    for (let depth = 1; depth <= 8; depth++) {
      const next = await partner('Next');
      await pass(holder, next, 'location', location, { role: 'subcontractor' });
      holder = next;
    }
    expect(await sees(holder.who, location)).toBe(true);
    expect(await refusal(holder, first, 'location', location, { role: 'borrower' })).toBe('grantee-in-chain');
    expect(await refusal(holder, await partner('Ninth'), 'location', location, { role: 'borrower' })).toBe(
      'chain-too-deep',
    );
  });

  it('CS-22, CS-24, CS-29: a revoke takes everything that was passed on, by the grantor or anybody further up', async () => {
    for (const by of ['root', 'middle'] as const) {
      const [ohm, watt, joule] = [await partner('Ohm'), await partner('Watt'), await partner('Joule')];
      await pass(volt, ohm, 'location', location, { role: 'subcontractor' });
      const middle = await pass(ohm, watt, 'location', location, { role: 'subcontractor' });
      const last = await pass(watt, joule, 'location', location, { role: 'borrower' });
      expect(await sees(joule.who, location)).toBe(true);
      expect((await revoke(joule, last)).status).toBe(403);
      expect((await revoke(joule, middle)).status).toBe(404);
      expect((await revoke(await partner('Else'), middle)).status).toBe(404);
      expect((await grantsOf(volt)).find(({ grantId }) => grantId === last)?.revocable).toBe(true);
      await stage.pass(73 * 3_600_000);
      (await revoke(by === 'root' ? volt : ohm, middle)).as(204);
      expect(await Promise.all([ohm, watt, joule].map(({ who }) => sees(who, location)))).toEqual([
        true,
        false,
        false,
      ]);
      const ends = await stage.rows(
        'SELECT id, end_reason FROM grants WHERE id = ANY($1) ORDER BY granted_at, end_reason DESC',
        [[middle, last]],
      );
      expect(new Map(ends.map((row) => [row['id'], row['end_reason']]))).toEqual(
        new Map([
          [middle, 'revoked'],
          [last, 'cascaded'],
        ]),
      );
      expect((await inbox(joule)).filter(({ kind }) => kind === 'access-ended')).toHaveLength(1);
      expect((await revoke(volt, middle)).status).toBe(404);
    }
  });

  it('5D: whoever has it gives it up at any time, on a customer too, with what was passed on', async () => {
    const [ohm, watt] = [await partner('Ohm'), await partner('Watt')];
    const given = await pass(volt, ohm, 'customer', books.customerId, { role: 'installation-manager' });
    await pass(ohm, watt, 'installation', books.installationIds[0] ?? '', { role: 'borrower' });
    await stage.pass(100 * 3_600_000);
    expect((await watt.who.delete(`/v1/me/grants/${given}`)).status).toBe(404);
    (await ohm.who.delete(`/v1/me/grants/${given}`)).as(204);
    expect(await sees(ohm.who, location)).toBe(false);
    expect((await watt.who.get(`/v1/installations/${books.installationIds[0]}`)).status).toBe(404);
  });

  it('5B, CS-01: with the connection closed no new grant is made, and one that was made stays', async () => {
    const ohm = await partner('Ohm');
    const connectionId = await connect(ohm, volt);
    const shareId = await requestShare(ohm, connectionId, 'location');
    await grantShare(volt, shareId, { role: 'borrower', objects: [object('location', location)] });
    const other = await requestShare(ohm, connectionId, 'location');
    (await volt.who.post(of(volt, `shares/${other}/approve`), undefined)).as(200);
    (await volt.who.post(of(volt, `connections/${connectionId}/close`), undefined)).as(200);
    const body = { role: 'borrower', objects: [object('installation', books.installationIds[0] ?? '')] };
    expect(problemOf(await volt.who.post(of(volt, `shares/${other}/confirm`), body))).toBe('share-over');
    expect((await shareOf(ohm, other)).status).toBe('withdrawn');
    expect(await sees(ohm.who, location)).toBe(true);
  });
});
