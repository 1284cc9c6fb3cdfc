import { randomUUID } from 'node:crypto';
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
  untilShare,
  type Books,
  type Company,
  type Share,
} from '#libs/testing/share-steps.js';
import { SharingModule } from '../sharing-module.js';

interface Preview {
  readonly objects: readonly {
    readonly parentGrantId: string | null;
    readonly contains: readonly { readonly kind: string; readonly id: string; readonly name: string }[];
  }[];
}

let stage: SharingStage;
let volt: Company;
let ohm: Company;
let connection: string;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  volt = { id: stage.volt, who: stage.ada };
  ohm = await company(stage.pia, 'Ohm');
  connection = await connect(ohm, volt);
});
afterAll(() => stage.close());

const ask = (level: string, name = 'Roof') => requestShare(ohm, connection, level, name);
const step = (by: Company, shareId: string, verb: string, body?: object) =>
  by.who.post(of(by, `shares/${shareId}/${verb}`), body);
const approved = async (level: string): Promise<string> => {
  const shareId = await ask(level);
  (await step(volt, shareId, 'approve')).as(200);
  return shareId;
};
const object = (kind: string, id: string) => ({ kind, id });
const borrower = (...objects: object[]) => ({ role: 'borrower', objects });
const seesInstallation = async (by: Company, id: string): Promise<number> =>
  (await by.who.get(`/v1/installations/${id}`)).status;

describe('5C: asking for a share', () => {
  it('CS-04, CS-05, CS-06, CS-10, CS-47: the receiver asks, under a name that the other side reads at once', async () => {
    const path = of(ohm, `connections/${connection}/shares`);
    const body = { level: 'location', name: 'Roofs in town', message: 'For the winter check' };
    const share = (await ohm.who.post(path, body)).as<Share>(201);
    expect(share).toMatchObject({ status: 'requested', side: 'requester', name: 'Roofs in town' });
    expect((await inbox(volt)).find(({ subjectId }) => subjectId === share.shareId)).toMatchObject({
      kind: 'share-requested',
      detail: { name: 'Roofs in town', from: 'Ohm', level: 'location' },
    });
    expect(await shareOf(volt, share.shareId)).toMatchObject({
      status: 'to-evaluate',
      name: 'Roofs in town',
      message: 'For the winter check',
    });
    expect((await ohm.who.post(path, { ...body, name: ' ' })).status).toBe(400);
    // Nothing is pushed: who was asked can neither withdraw it nor confirm it for the other.
    expect((await step(ohm, share.shareId, 'approve')).status).toBe(404);
    expect((await step(volt, share.shareId, 'withdraw')).status).toBe(404);
    (await step(ohm, share.shareId, 'withdraw')).as(200);
    expect(problemOf(await step(volt, share.shareId, 'approve'))).toBe('share-over');
  });

  it('CS-11, CS-14: a rejection is final for the request, and another may be filed', async () => {
    const first = await ask('location');
    (await step(volt, first, 'reject')).as(200);
    expect((await shareOf(ohm, first)).status).toBe('rejected');
    for (const verb of ['approve', 'reject']) {
      expect(problemOf(await step(volt, first, verb))).toBe('share-over');
    }
    expect((await inbox(ohm)).find(({ subjectId }) => subjectId === first)?.kind).toBe('share-rejected');
    expect((await shareOf(ohm, await ask('location'))).status).toBe('requested');
  });

  it('CS-01, T7: is nothing to those who are not of the connection', async () => {
    await stage.pass(1);
    const shareId = await ask('location');
    const watt = await company(await stage.world.signUp('Wes'), 'Watt');
    expect((await watt.who.get(of(watt, `shares/${shareId}`))).status).toBe(404);
    expect((await step(watt, shareId, 'approve')).status).toBe(404);
    const path = of(watt, `connections/${connection}/shares`);
    expect((await watt.who.post(path, { level: 'location', name: 'Roof' })).status).toBe(404);
    const list = (await watt.who.get(of(watt, 'shares'))).as<{ items: Share[] }>(200);
    expect(list.items).toEqual([]);
    const mine = (await ohm.who.get(`${of(ohm, 'shares')}?connectionId=${connection}&limit=1`)).as<{
      items: Share[];
      nextCursor: string;
    }>(200);
    expect(mine.items).toMatchObject([{ shareId }]);
    const next = await ohm.who.get(`${of(ohm, 'shares')}?limit=1&cursor=${mine.nextCursor}`);
    expect(next.as<{ items: Share[] }>(200).items[0]?.shareId).not.toBe(shareId);
  });
});

describe('evaluating it', () => {
  let books: Books;
  beforeAll(async () => {
    books = await enterBooks(volt, 'Hansen');
  });

  it('CS-15, CS-17: the candidates are your own, by level and place, and what is not yours cannot be selected', async () => {
    const shareId = await approved('customer');
    const foreign = await enterBooks(await company(await stage.world.signUp('Wes'), 'Watt'), 'Berg');
    const candidates = async (query: string) =>
      (await volt.who.get(of(volt, `shares/${shareId}/candidates?${query}`)))
        .as<{ items: { id: string }[] }>(200)
        .items.map(({ id }) => id);
    expect(await candidates('kind=customer')).toEqual([books.customerId]);
    expect(await candidates(`kind=location&customerId=${books.customerId}`)).toEqual([books.locationId]);
    expect(await candidates(`kind=installation&locationId=${books.locationId}`)).toEqual(
      books.installationIds,
    );
    expect(await candidates('kind=installation&search=sen%202')).toEqual([books.installationIds[1]]);
    expect((await ohm.who.get(of(ohm, `shares/${shareId}/candidates?kind=customer`))).status).toBe(404);
    for (const refused of [
      object('location', foreign.locationId),
      object('location', randomUUID()),
      object('location', books.customerId),
    ]) {
      const answer = await step(
        volt,
        shareId,
        'confirm',
        borrower(object('customer', books.customerId), refused),
      );
      expect(problemOf(answer)).toBe('not-yours-to-share');
      expect((answer.body as { detail: string }).detail).toBe(
        `${refused.kind} ${refused.id}: no such object.`,
      );
    }
    expect((await shareOf(volt, shareId)).status).toBe('approved');
    expect(await sees(ohm.who, books.locationId)).toBe(false);
  });

  it('CS-12, CS-13: the selection may be narrower than asked, and is refused when wider', async () => {
    const shareId = await approved('location');
    const wide = await step(volt, shareId, 'confirm', borrower(object('customer', books.customerId)));
    expect(problemOf(wide)).toBe('wider-than-requested');
    const candidates = await volt.who.get(of(volt, `shares/${shareId}/candidates?kind=customer`));
    expect(problemOf(candidates)).toBe('wider-than-requested');
    const [first = '', second = ''] = books.installationIds;
    (await step(volt, shareId, 'confirm', borrower(object('installation', first)))).as(200);
    expect([await seesInstallation(ohm, first), await seesInstallation(ohm, second)]).toEqual([200, 404]);
    const narrow = await approved('installation');
    const refused = await step(volt, narrow, 'preview', borrower(object('location', books.locationId)));
    expect(problemOf(refused)).toBe('wider-than-requested');
  });

  it('CS-02, CS-03, CS-07, CS-08, CS-09, CS-16: the preview is exactly what the confirmation shares, and shares nothing itself', async () => {
    const contents = {
      customer: [books.customerId, books.locationId, books.buildingId, ...books.installationIds],
      location: [books.locationId, books.buildingId, ...books.installationIds],
      installation: [books.installationIds[0]],
    };
    for (const [level, expected] of Object.entries(contents)) {
      const other = await company(await stage.world.signUp('Wes'), 'Watt');
      const shareId = await requestShare(other, await connect(other, volt), level);
      const body = borrower(object(level, expected[0] ?? ''));
      expect(problemOf(await step(volt, shareId, 'preview', body))).toBe('share-not-ready');
      expect(problemOf(await step(volt, shareId, 'confirm', body))).toBe('share-not-ready');
      (await step(volt, shareId, 'approve')).as(200);
      const preview = (await step(volt, shareId, 'preview', body)).as<Preview>(200);
      expect(preview.objects[0]?.contains.map(({ id }) => id)).toEqual(expected);
      expect(await grantsOf(other)).toEqual([]);
      expect(await seesInstallation(other, books.installationIds[0] ?? '')).toBe(404);
      (await step(volt, shareId, 'confirm', body)).as(200);
      await untilShare(other, shareId, 'available');
      const items = (await other.who.get(of(other, `shares/${shareId}/items`))).as<{
        objects: { items: { sourceId: string }[] }[];
      }>(200);
      expect(items.objects[0]?.items.map(({ sourceId }) => sourceId)).toEqual(expected);
      const seen = await Promise.all(books.installationIds.map((id) => seesInstallation(other, id)));
      expect(seen).toEqual(books.installationIds.map((id) => (expected.includes(id) ? 200 : 404)));
      expect(await sees(other.who, books.locationId)).toBe(level !== 'installation');
      expect(problemOf(await step(volt, shareId, 'preview', body))).toBe('share-over');
    }
  });

  it('CS-18, CS-19, CS-27, CS-37: the role is the approver’s to pick, branding only for the two who work for him', async () => {
    const shareId = await approved('installation');
    const [, second = ''] = books.installationIds;
    const manager = { role: 'installation-manager', objects: [object('installation', second)] };
    expect(problemOf(await step(volt, shareId, 'confirm', { ...manager, branded: true }))).toBe(
      'no-branding',
    );
    expect((await step(volt, shareId, 'confirm', { ...manager, role: 'partner' })).status).toBe(400);
    for (const role of ['subcontractor', 'borrower']) {
      const body = { ...manager, role, branded: true };
      expect((await step(volt, shareId, 'preview', body)).body).toMatchObject({
        terms: { role, branded: true },
      });
    }
    (await step(volt, shareId, 'confirm', { ...manager, role: 'subcontractor', branded: true })).as(200);
    expect(await grantOn(ohm, second, shareId)).toMatchObject({
      role: 'subcontractor',
      branded: true,
      includeFuture: false,
      parentGrantId: null,
    });
  });

  it('CS-16, CS-44: confirmed twice, even at the same time, it is shared once', async () => {
    const own = await enterBooks(volt, 'Lund', 1);
    const shareId = await approved('location');
    const body = borrower(object('location', own.locationId));
    const answers = await Promise.all([1, 2, 3].map(() => step(volt, shareId, 'confirm', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const given = (await grantsOf(volt)).filter(({ share }) => share?.shareId === shareId);
    expect(given).toHaveLength(1);
    const again = await approved('location');
    expect(problemOf(await step(volt, again, 'confirm', body))).toBe('already-has-access');
  });

  it('CS-37: what comes later is covered only where the approver said so', async () => {
    for (const includeFuture of [false, true]) {
      const own = await enterBooks(volt, 'Moe', 1);
      const shareId = await approved('customer');
      const body = { ...borrower(object('customer', own.customerId)), includeFuture };
      (await step(volt, shareId, 'confirm', body)).as(200);
      await stage.pass(1_000);
      const added = await volt.who.post(of(volt, `locations/${own.locationId}/installations`), {
        name: 'Later',
        description: null,
      });
      const { installationId } = added.as<{ installationId: string }>(201);
      expect(await seesInstallation(ohm, own.installationIds[0] ?? '')).toBe(200);
      expect(await seesInstallation(ohm, installationId)).toBe(includeFuture ? 200 : 404);
    }
  });

  it('5D: limits hold: allowed actions, and an end at the instant', async () => {
    const own = await enterBooks(volt, 'Dahl', 1);
    const at = stage.clock.now() + 60_000;
    const shareId = await approved('location');
    const body = {
      ...borrower(object('location', own.locationId)),
      actions: ['telemetry'],
      expiresAt: new Date(at).toISOString(),
    };
    const past = { ...body, expiresAt: new Date(stage.clock.now()).toISOString() };
    expect(problemOf(await step(volt, shareId, 'confirm', past))).toBe('invalid-request');
    (await step(volt, shareId, 'confirm', body)).as(200);
    expect(await sees(ohm.who, own.locationId)).toBe(true);
    expect((await ohm.who.get(`/v1/locations/${own.locationId}/sessions`)).status).toBe(403);
    await stage.pass(59_999);
    expect(await sees(ohm.who, own.locationId)).toBe(true);
    await stage.pass(1);
    expect(await sees(ohm.who, own.locationId)).toBe(false);
  });

  it('CS-02: the permissions tab shows grants on the location, on its parts and on its customer', async () => {
    const own = await enterBooks(volt, 'Vik', 1);
    const [installation = ''] = own.installationIds;
    for (const [kind, id] of [
      ['customer', own.customerId],
      ['location', own.locationId],
      ['installation', installation],
    ] as const) {
      await grantShare(volt, await ask(kind), {
        role: 'subcontractor',
        branded: true,
        objects: [object(kind, id)],
      });
    }
    const { items } = (await volt.who.get(`/v1/locations/${own.locationId}/grants`)).as<{
      items: { origin: string; scope: { kind: string; id: string } | null; revocable: boolean }[];
    }>(200);
    const grants = items.filter(({ origin }) => origin === 'grant');
    expect(grants.map(({ scope, revocable }) => [scope?.kind, scope?.id, revocable]).toSorted()).toEqual([
      ['customer', own.customerId, false],
      ['installation', installation, true],
      ['location', own.locationId, true],
    ]);
    expect(grants[0]).toMatchObject({
      role: 'subcontractor',
      grantedByOrganisation: { organisationId: volt.id, name: 'Volt' },
      who: { kind: 'organisation', name: 'Ohm' },
      branded: true,
      includeFuture: false,
      parentGrantId: null,
      revocableUntil: null,
      limits: { actions: null, hours: null, maximumCurrent_A: null },
    });
    expect(items.find(({ origin }) => origin === 'membership')?.scope).toBeNull();
  });

  it('CS-18: a customer with 300 installations is confirmed in one step, in seconds', async () => {
    const own = await enterBooks(volt, 'Large', 0);
    await stage.world.database.pool.query(
      `INSERT INTO installations (id, location_id, name, created_at, created_by)
       SELECT gen_random_uuid(), $1, 'Point ' || n, $2, $3 FROM generate_series(1, 300) n`,
      [own.locationId, new Date(stage.clock.now()), stage.ada.personId],
    );
    const ids = (
      await stage.rows('SELECT id FROM installations WHERE location_id = $1', [own.locationId])
    ).map((row) => object('installation', String(row['id'])));
    const whole = await approved('customer');
    const begun = performance.now();
    const body = { role: 'borrower', objects: [object('customer', own.customerId)] };
    (await step(volt, whole, 'confirm', body)).as(200);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect((await untilShare(ohm, whole, 'available')).progress.total).toBe(303);
    // Picked one by one it is one transaction too: all of them or none.
    const shareId = await approved('customer');
    const picked = [...ids, object('installation', randomUUID())];
    const refused = await step(volt, shareId, 'confirm', { role: 'subcontractor', objects: picked });
    expect(problemOf(refused)).toBe('not-yours-to-share');
    (await step(volt, shareId, 'confirm', { role: 'subcontractor', objects: ids })).as(200);
    expect((await grantsOf(ohm)).length).toBeGreaterThan(0);
    const count = await stage.rows('SELECT count(*) AS n FROM share_objects WHERE share_id = $1', [shareId]);
    expect(count).toEqual([{ n: 300 }]);
  });
});
