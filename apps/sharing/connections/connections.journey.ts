import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyOf, problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';
import {
  company,
  connect,
  inbox,
  of,
  requestShare,
  shareOf,
  type Company,
} from '#libs/testing/share-steps.js';
import { SharingModule } from '../sharing-module.js';

interface Line {
  readonly connectionId: string;
  readonly state: string;
  readonly side: string;
  readonly other: { readonly organisationId: string; readonly name: string } | null;
}

let stage: SharingStage;
let volt: Company;

beforeAll(async () => {
  stage = await SharingStage.open([SharingModule.register()]);
  volt = { id: stage.volt, who: stage.ada };
});
afterAll(() => stage.close());

const partner = async (name: string): Promise<Company> => company(await stage.world.signUp(name), name);
const ask = async (by: Company, key: string, name = 'Together') =>
  by.who.post(of(by, 'connections'), { key, name });
const step = (by: Company, connectionId: string, verb: string) =>
  by.who.post(of(by, `connections/${connectionId}/${verb}`), undefined);
const lines = async (by: Company): Promise<readonly Line[]> =>
  (await by.who.get(of(by, 'connections'))).as<{ items: Line[] }>(200).items;

describe('5B: a connection between two organisations', () => {
  it('5B, CS-01: is asked for by key, read in the inbox, approved, and closed by either side', async () => {
    const ohm = await partner('Ohm');
    const { connectionId, ...asked } = (await ask(ohm, await keyOf(volt.who, volt.id))).as<Line>(202);
    expect(asked).toMatchObject({ state: 'requested', side: 'requester', other: null });
    const [entry] = await inbox(volt);
    expect(entry).toMatchObject({
      kind: 'connection-requested',
      subjectId: connectionId,
      detail: { name: 'Together', from: 'Ohm' },
    });
    expect((await step(ohm, connectionId, 'approve')).status).toBe(404);
    expect((await step(volt, connectionId, 'withdraw')).status).toBe(404);
    (await step(volt, connectionId, 'approve')).as(200);
    expect(problemOf(await step(volt, connectionId, 'reject'))).toBe('connection-over');
    expect((await lines(ohm)).find((line) => line.connectionId === connectionId)).toMatchObject({
      state: 'active',
      other: { organisationId: volt.id, name: 'Volt' },
    });
    expect(await inbox(ohm)).toMatchObject([{ kind: 'connection-active', detail: { from: 'Volt' } }]);
    expect(problemOf(await ask(volt, await keyOf(ohm.who, ohm.id)))).toBe('already-connected');
    (await step(ohm, connectionId, 'close')).as(200);
    expect(problemOf(await step(volt, connectionId, 'close'))).toBe('connection-over');
    expect((await lines(volt))[0]).toMatchObject({ state: 'closed', side: 'counterparty' });
  });

  it('5B: is rejected without a word about who rejected, and asked for again', async () => {
    const ohm = await partner('Ohm');
    const key = await keyOf(volt.who, volt.id);
    const first = (await ask(ohm, key)).as<Line>(202).connectionId;
    (await step(volt, first, 'reject')).as(200);
    expect((await lines(ohm))[0]).toMatchObject({ state: 'rejected', other: null });
    expect((await inbox(ohm))[0]?.detail).toEqual({ name: 'Together' });
    const second = (await ask(ohm, key)).as<Line>(202).connectionId;
    expect(second).not.toBe(first);
    (await step(ohm, second, 'withdraw')).as(200);
    expect(problemOf(await step(volt, second, 'approve'))).toBe('connection-over');
    expect(problemOf(await ask(volt, key))).toBe('own-organisation');
  });

  it('T2, NB-07: a request by a key that nobody has looks like any other, step by step', async () => {
    const [ohm, watt] = [await partner('Ohm'), await partner('Watt')];
    const keys = [await keyOf(volt.who, volt.id), 'AAAA-BBBB-CCCC-DDDD'];
    const seen: string[] = [];
    for (const [index, by] of [ohm, watt].entries()) {
      const key = keys[index] ?? '';
      const first = await ask(by, key);
      const { connectionId } = first.as<Line>(202);
      const answers = [first, await ask(by, key, 'Again')];
      answers.push(await by.who.get(of(by, 'connections')));
      for (const verb of ['approve', 'reject', 'close', 'withdraw', 'withdraw']) {
        answers.push(await step(by, connectionId, verb));
      }
      answers.push(await by.who.get(of(by, 'connections')), await by.who.get(of(by, 'inbox')));
      seen.push(
        answers
          .map(({ status, text }) => `${status} ${text.replace(/"traceId":"[^"]*"/, '')}`)
          .join('\n')
          .replaceAll(connectionId, 'ID')
          .replaceAll(by.id, 'ORGANISATION'),
      );
    }
    expect(seen[1]).toBe(seen[0]);
    expect(seen[0]).toContain('"state":"withdrawn"');
  });

  it('CS-48, NB-05: is the affair of those who run the organisation; others see nothing of it', async () => {
    const ohm = await partner('Ohm');
    const connectionId = await connect(ohm, volt);
    const [ida, ivo] = [await stage.world.signUp('Ida'), await stage.world.signUp('Ivo')];
    await join(volt.who, volt.id, ida, 'installer');
    await join(volt.who, volt.id, ivo, 'account-manager');
    for (const [who, status] of [
      [ida, 403],
      [stage.pia, 404],
      [ivo, 200],
    ] as const) {
      expect((await who.get(of(volt, 'connections'))).status).toBe(status);
      expect((await who.get(of(volt, 'inbox'))).status).toBe(status);
    }
    expect((await step({ id: volt.id, who: ida }, connectionId, 'close')).status).toBe(403);
    const watt = await partner('Watt');
    expect((await step(watt, connectionId, 'close')).status).toBe(404);
    (await step({ id: volt.id, who: ivo }, connectionId, 'close')).as(200);
  });

  it('CS-01: with it ends what waits over it, and nothing is asked for over it any more', async () => {
    const ohm = await partner('Ohm');
    const connectionId = await connect(ohm, volt);
    const [waiting, approved] = [
      await requestShare(ohm, connectionId, 'location'),
      await requestShare(volt, connectionId, 'customer'),
    ];
    (await ohm.who.post(of(ohm, `shares/${approved}/approve`), undefined)).as(200);
    (await step(volt, connectionId, 'close')).as(200);
    expect((await shareOf(ohm, waiting)).status).toBe('withdrawn');
    expect((await shareOf(ohm, approved)).status).toBe('withdrawn');
    const path = of(ohm, `connections/${connectionId}/shares`);
    expect(problemOf(await ohm.who.post(path, { level: 'location', name: 'Roof' }))).toBe('not-connected');
  });

  it('CS-10: the inbox is read page by page, and an entry once', async () => {
    const ohm = await partner('Ohm');
    for (const name of ['One', 'Two', 'Three']) {
      const other = await partner(name);
      await ask(other, await keyOf(ohm.who, ohm.id), name);
      await stage.pass(1_000);
    }
    const path = of(ohm, 'inbox');
    const first = (await ohm.who.get(`${path}?limit=2`)).as<{
      items: { entryId: string; detail: object }[];
      nextCursor: string;
    }>(200);
    const rest = await ohm.who.get(`${path}?limit=2&cursor=${first.nextCursor}`);
    expect(first.items.map(({ detail }) => detail)).toMatchObject([{ name: 'Three' }, { name: 'Two' }]);
    expect(rest.body).toMatchObject({ items: [{ detail: { name: 'One' } }], nextCursor: null });
    const entryId = first.items[0]?.entryId ?? '';
    (await ohm.who.post(`${path}/${entryId}/read`, undefined)).as(204);
    const readAt = (await inbox(ohm))[0]?.readAt;
    expect(readAt).toBe(new Date(stage.clock.now()).toISOString());
    await stage.pass(1_000);
    (await ohm.who.post(`${path}/${entryId}/read`, undefined)).as(204);
    expect((await inbox(ohm))[0]?.readAt).toBe(readAt);
    expect((await ohm.who.post(`${path}/${randomUUID()}/read`, undefined)).status).toBe(404);
    expect((await volt.who.post(of(volt, `inbox/${entryId}/read`), undefined)).status).toBe(404);
  });
});
