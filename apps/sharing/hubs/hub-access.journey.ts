import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { hire, installHub, registerDealer } from '#libs/testing/company-steps.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { keyOf, problemOf, sees, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from '../sharing-module.js';

const hour_ms = 3_600_000;
const mailbox = new Mailbox();
let stage: SharingStage;
let dora: Caller;
let ivo: Caller;
let dealer: string;

beforeAll(async () => {
  const api = ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } });
  stage = await SharingStage.open([SharingModule.mailingBy(mailbox), api]);
  [dora, ivo] = [await stage.world.signUp('Dora'), await stage.world.signUp('Ivo')];
  dealer = await registerDealer(dora, 'Volt Alarm');
  await hire(dora, dealer, ivo, 'company-installer');
});
afterAll(() => stage.close());

interface HubUser {
  readonly kind: string;
  readonly personId: string | null;
  readonly organisationId: string | null;
  readonly role: string;
  readonly grantId: string | null;
  readonly settings: { readonly until: string | null; readonly hours: unknown } | null;
}
const users = async (who: Caller, locationId: string) =>
  (await who.get(`/v1/locations/${locationId}/hub-users`)).as<{ count: number; items: readonly HubUser[] }>(
    200,
  );
const professional = async (who: Caller, locationId: string) =>
  (await users(who, locationId)).items.find(({ role }) => role === 'professional');

/** Whether the settings can be reached: adding a device is part of them. */
const reaches = async (who: Caller, locationId: string): Promise<boolean> => {
  const device = { kind: 'hub', identity: randomUUID(), name: 'Another' };
  return (await who.post(`/v1/locations/${locationId}/devices`, device)).status === 201;
};
/** One invites with a role of the hub and the other accepts; answers the grant. */
async function add(
  by: Caller,
  locationId: string,
  who: Caller,
  role: string,
  terms: object = {},
): Promise<string> {
  const body = { kind: 'person', email: who.email, role, ...terms };
  const invited = await by.post(`/v1/locations/${locationId}/invitations`, body);
  const { invitationId } = invited.as<{ invitationId: string }>(202);
  const accepted = await who.post(`/v1/me/invitations/${invitationId}/accept`, undefined);
  return accepted.as<{ grantId: string }>(200).grantId;
}
const requests = (locationId: string) => `/v1/locations/${locationId}/access-requests`;
const askFor = (who: Caller, locationId: string, body: object) =>
  who.post(requests(locationId), { organisationId: dealer, ...body });
const idOf = (answer: { as<Body>(status: number): Body }) => answer.as<{ requestId: string }>(201).requestId;

/** A hub that the dealer installed and Anna administers; the dealer's eight hours are over. */
async function guarded(): Promise<{ locationId: string; anna: Caller; adminGrant: string }> {
  const { locationId } = await installHub(ivo, dealer);
  const anna = await stage.world.signUp('Anna');
  const adminGrant = await add(ivo, locationId, anna, 'hub-administrator');
  await stage.pass(8 * hour_ms);
  return { locationId, anna, adminGrant };
}

describe('AJ-39: the professional who installs', () => {
  it('AJ-39: has permanent access until the hub has an administrator, then eight hours to the millisecond', async () => {
    const { locationId } = await installHub(ivo, dealer);
    await stage.pass(60 * 24 * hour_ms);
    expect(await reaches(ivo, locationId)).toBe(true);
    const anna = await stage.world.signUp('Anna');
    await add(ivo, locationId, anna, 'hub-administrator');
    await stage.pass(8 * hour_ms - 1);
    expect(await reaches(ivo, locationId)).toBe(true);
    await stage.pass(1);
    expect(await reaches(ivo, locationId)).toBe(false);
    // It still sees the hub and its events; it shares nothing any more.
    expect(await sees(ivo, locationId)).toBe(true);
    expect((await ivo.get(`/v1/locations/${locationId}/invitations`)).status).toBe(403);
    expect((await dora.get(`/v1/organisations/${dealer}/hubs`)).text).toContain(locationId);
  });

  it('AJ-39: an owner of the location counts as administrator', async () => {
    const { locationId } = await installHub(ivo, dealer);
    const owner = await stage.world.signUp('Olga');
    await handOverReady(stage.world.database.pool, ivo, locationId, owner);
    expect((await professional(owner, locationId))?.settings).not.toBeNull();
    await stage.pass(8 * hour_ms);
    expect([await sees(ivo, locationId), await reaches(ivo, locationId)]).toEqual([true, false]);
    expect((await professional(owner, locationId))?.settings).toBeNull();
  });

  it('AJ-39: has it for good again when the hub is left without an administrator', async () => {
    const { locationId, anna, adminGrant } = await guarded();
    const second = await stage.world.signUp('Amy');
    const secondGrant = await add(anna, locationId, second, 'hub-administrator');
    expect((await anna.delete(`/v1/me/grants/${adminGrant}`)).status).toBe(204);
    expect(await reaches(ivo, locationId)).toBe(false);
    expect((await second.delete(`/v1/me/grants/${secondGrant}`)).status).toBe(204);
    expect(await reaches(ivo, locationId)).toBe(true);
    await stage.pass(30 * 24 * hour_ms);
    expect(await reaches(ivo, locationId)).toBe(true);
    await add(ivo, locationId, anna, 'hub-administrator');
    await stage.pass(8 * hour_ms);
    expect(await reaches(ivo, locationId)).toBe(false);
  });

  it('AJ-39: an administrator is one without an end, so that the last never goes unseen', async () => {
    const { locationId } = await installHub(ivo, dealer);
    const body = {
      kind: 'person',
      email: 'anna@example.test',
      role: 'hub-administrator',
      expiresAt: '2099-01-01T00:00:00Z',
    };
    expect(problemOf(await ivo.post(`/v1/locations/${locationId}/invitations`, body))).toBe(
      'administrator-without-end',
    );
  });
});

describe('AJ-39: access on request', () => {
  it.each([1, 2, 4, 8] as const)('AJ-39: for %s hours, from the approval and at once', async (duration_h) => {
    const { locationId, anna } = await guarded();
    const asked = await askFor(ivo, locationId, { kind: 'settings', duration_h });
    expect(asked.body).toMatchObject({
      state: 'requested',
      duration_h,
      by: { organisation: { organisationId: dealer } },
    });
    expect(await reaches(ivo, locationId)).toBe(false);
    await stage.pass(hour_ms);
    const path = `${requests(locationId)}/${idOf(asked)}`;
    expect((await anna.post(`${path}/approve`, undefined)).body).toMatchObject({ state: 'approved' });
    expect(await reaches(ivo, locationId)).toBe(true);
    expect(problemOf(await anna.post(`${path}/approve`, undefined))).toBe('request-answered');
    await stage.pass(duration_h * hour_ms - 1);
    expect(await reaches(ivo, locationId)).toBe(true);
    await stage.pass(1);
    expect(await reaches(ivo, locationId)).toBe(false);
  });

  it('AJ-39: or for good, and administrators are told by mail', async () => {
    const { locationId, anna } = await guarded();
    const requestId = idOf(
      await askFor(ivo, locationId, { kind: 'settings', duration_h: null, language: 'da' }),
    );
    const mail = await waitFor('the mail', () =>
      mailbox.to(anna.email).find(({ subject }) => subject.includes('beder')),
    );
    expect(mail.subject).toContain('Volt Alarm beder om adgang til Home');
    expect((await anna.get(requests(locationId))).body).toMatchObject({
      items: [{ requestId, state: 'requested' }],
    });
    await anna.post(`${requests(locationId)}/${requestId}/approve`, undefined);
    await stage.pass(60 * 24 * hour_ms);
    expect(await reaches(ivo, locationId)).toBe(true);
  });

  it('AJ-39: is answered by an administrator or the owner, once, and by nobody else', async () => {
    const { locationId, anna } = await guarded();
    const limited = await stage.world.signUp('Lea');
    await add(anna, locationId, limited, 'hub-limited-administrator');
    const ask = async () => idOf(await askFor(ivo, locationId, { kind: 'settings', duration_h: 8 }));
    const first = await ask();
    for (const who of [limited, ivo]) {
      expect((await who.post(`${requests(locationId)}/${first}/approve`, undefined)).status).toBe(403);
      expect((await who.get(requests(locationId))).status).toBe(403);
    }
    expect((await stage.pia.post(`${requests(locationId)}/${first}/approve`, undefined)).status).toBe(404);
    expect((await anna.post(`${requests(locationId)}/${first}/decline`, undefined)).status).toBe(204);
    expect(problemOf(await anna.post(`${requests(locationId)}/${first}/approve`, undefined))).toBe(
      'request-answered',
    );
    const second = await ask();
    expect((await dora.delete(`${requests(locationId)}/${second}`)).status).toBe(404);
    expect((await ivo.delete(`${requests(locationId)}/${second}`)).status).toBe(204);
    expect(problemOf(await anna.post(`${requests(locationId)}/${second}/approve`, undefined))).toBe(
      'request-answered',
    );
    const third = await ask();
    await stage.pass(168 * hour_ms);
    expect(problemOf(await anna.post(`${requests(locationId)}/${third}/approve`, undefined))).toBe(
      'request-answered',
    );
    expect(await reaches(ivo, locationId)).toBe(false);
  });

  it('AJ-39: only who looks after the hub asks', async () => {
    const { locationId, anna } = await guarded();
    const user = await stage.world.signUp('Uma');
    await add(anna, locationId, user, 'hub-user');
    const body = { kind: 'settings', duration_h: 1 };
    expect((await user.post(requests(locationId), body)).status).toBe(403);
    expect((await anna.post(requests(locationId), body)).status).toBe(403);
    // An employee's own request is not the company's, and another company's name is no help.
    expect((await ivo.post(requests(locationId), body)).status).toBe(403);
    expect((await user.post(requests(locationId), { ...body, organisationId: dealer })).status).toBe(404);
    expect((await stage.pia.post(requests(locationId), body)).status).toBe(404);
  });
});

describe('AJ-40: users of a hub and their administrators', () => {
  it('AJ-40: the full administrator adds professionals, people and companies, and removes them', async () => {
    const { locationId, anna } = await guarded();
    const person = await stage.world.signUp('Paul');
    const boss = await stage.world.signUp('Bea');
    const company = await registerDealer(boss, 'Other Alarm');
    await add(anna, locationId, person, 'professional');
    const key = await keyOf(boss, company);
    await anna.post(`/v1/locations/${locationId}/invitations`, {
      kind: 'organisation',
      key,
      role: 'professional',
    });
    const code = await mailbox.code(boss.email, 1);
    const accepted = (await boss.post('/v1/me/invitations/redeem', { code })).as<{ grantId: string }>(200);
    const grantId = await grantOf(anna, locationId, company);
    expect(accepted.grantId).toBe(grantId);
    // Both reach the settings for eight hours, and keep the rest.
    expect([await reaches(person, locationId), await sees(boss, locationId)]).toEqual([true, true]);
    await stage.pass(8 * hour_ms);
    expect([await reaches(person, locationId), await sees(person, locationId)]).toEqual([false, true]);

    const personal = await grantOf(anna, locationId, person.personId);
    const path = `/v1/locations/${locationId}/grants`;
    expect((await anna.delete(`${path}/${personal}`)).status).toBe(204);
    expect((await anna.delete(`${path}/${grantId}`)).status).toBe(204);
    expect([await sees(person, locationId), await sees(boss, locationId)]).toEqual([false, false]);
  });

  it('AJ-40: who is removed keeps nothing: neither settings nor cameras nor a waiting request', async () => {
    const { locationId, anna } = await guarded();
    const settings = idOf(await askFor(ivo, locationId, { kind: 'settings', duration_h: 8 }));
    await anna.post(`${requests(locationId)}/${settings}/approve`, undefined);
    const cameras = { kind: 'cameras', cameras: ['Door'], permissions: ['live'], duration_h: 8 };
    const camera = idOf(await askFor(ivo, locationId, cameras));
    await anna.post(`${requests(locationId)}/${camera}/approve`, undefined);
    const waiting = idOf(await askFor(ivo, locationId, { kind: 'settings', duration_h: null }));
    const standing = (await professional(anna, locationId))?.grantId;
    expect((await anna.delete(`/v1/locations/${locationId}/grants/${standing}`)).status).toBe(204);
    expect((await ivo.get(`/v1/locations/${locationId}`)).status).toBe(404);
    const listed = (await anna.get(requests(locationId))).as<{
      items: { requestId: string; state: string }[];
    }>(200);
    expect(listed.items.find(({ requestId }) => requestId === waiting)?.state).toBe('withdrawn');
    expect(problemOf(await anna.post(`${requests(locationId)}/${waiting}/approve`, undefined))).toBe(
      'request-answered',
    );
    expect(await professional(anna, locationId)).toBeUndefined();
  });

  it('AJ-40: limited administrators and users admit nobody; an administrator no electrical partner', async () => {
    const { locationId, anna } = await guarded();
    const [limited, user] = [await stage.world.signUp('Lea'), await stage.world.signUp('Uma')];
    await add(anna, locationId, limited, 'hub-limited-administrator');
    await add(anna, locationId, user, 'hub-user');
    const body = { kind: 'person', email: 'new@example.test', role: 'hub-user' };
    for (const who of [limited, user]) {
      expect((await who.post(`/v1/locations/${locationId}/invitations`, body)).status).toBe(403);
      expect((await who.get(`/v1/locations/${locationId}/hub-users`)).status).toBe(403);
    }
    // What is given over a connection is given by no invitation, whoever invites.
    const share = { ...body, role: 'subcontractor' };
    const place = await installHub(ivo, dealer);
    expect((await ivo.post(`/v1/locations/${place.locationId}/invitations`, share)).status).toBe(403);
    for (const role of ['partner', 'guest']) {
      expect((await anna.post(`/v1/locations/${locationId}/invitations`, { ...body, role })).status).toBe(
        403,
      );
    }
    const code = await anna.post(`/v1/locations/${locationId}/invitation-code`, { role: 'partner' });
    expect(code.status).toBe(403);
  });

  it('AJ-41: a company is one user of a hub, however many employees it has', async () => {
    const { locationId } = await installHub(ivo, dealer);
    expect(await users(ivo, locationId)).toMatchObject({
      count: 1,
      items: [{ kind: 'company', organisationId: dealer }],
    });
    const anna = await stage.world.signUp('Anna');
    await add(ivo, locationId, anna, 'hub-administrator');
    const more = await stage.world.signUp('Isa');
    await hire(dora, dealer, more, 'company-installer');
    const listed = await users(anna, locationId);
    expect(listed.count).toBe(2);
    expect(listed.items.map(({ kind, role }) => [kind, role]).toSorted()).toEqual([
      ['company', 'professional'],
      ['person', 'hub-administrator'],
    ]);
    expect([await sees(more, locationId), await sees(ivo, locationId)]).toEqual([true, true]);
  });
});

describe('roles as the public device interface numbers them', () => {
  it('are told with each location: installer -1, owner 0, user 1, administrator 2', async () => {
    const { locationId, anna } = await guarded();
    const user = await stage.world.signUp('Uma');
    await add(anna, locationId, user, 'hub-user');
    const own = await installHub(ivo, dealer);
    const owner = await stage.world.signUp('Olga');
    await handOverReady(stage.world.database.pool, ivo, own.locationId, owner);
    const code = async (who: Caller, id: string) =>
      (await who.get(`/v1/locations/${id}`)).as<{ roleCode: number }>(200).roleCode;
    expect([
      await code(ivo, locationId),
      await code(owner, own.locationId),
      await code(user, locationId),
      await code(anna, locationId),
    ]).toEqual([-1, 0, 1, 2]);
  });
});

describe('AJ-42: cameras and times of the week', () => {
  it('AJ-42: a request names cameras, permissions and hours; approved, it opens that much for that long', async () => {
    const { locationId, anna } = await guarded();
    const history = async () => (await ivo.get(`/v1/locations/${locationId}/sessions`)).status;
    expect(await history()).toBe(403);
    const body = {
      kind: 'cameras',
      cameras: ['Door', 'Garden'],
      permissions: ['live', 'recordings'],
      duration_h: 2,
    };
    for (const change of [{ cameras: [] }, { permissions: [] }, { duration_h: 3 }, { duration_h: null }]) {
      expect(problemOf(await askFor(ivo, locationId, { ...body, ...change }))).toBe('invalid-request');
    }
    const asked = await askFor(ivo, locationId, body);
    expect(asked.body).toMatchObject(body);
    expect(await history()).toBe(403);
    await anna.post(`${requests(locationId)}/${idOf(asked)}/approve`, undefined);
    await stage.pass(2 * hour_ms - 1);
    expect([await history(), await reaches(ivo, locationId)]).toEqual([200, false]);
    await stage.pass(1);
    expect(await history()).toBe(403);
  });

  it('AJ-42: scheduled access opens in up to five ranges of the week, half-open', async () => {
    const { locationId, anna } = await guarded();
    const grantId = (await professional(anna, locationId))?.grantId;
    const path = `/v1/locations/${locationId}/professionals/${grantId}/schedule`;
    const range = (days: number[], from_min: number, to_min: number) => ({ days, from_min, to_min });
    const five = [1, 2, 3, 4, 5].map((day) => range([day], 480, 540));
    expect(problemOf(await anna.put(path, { timeZone: 'UTC', ranges: [...five, range([6], 0, 1)] }))).toBe(
      'invalid-request',
    );
    expect(problemOf(await anna.put(path, { timeZone: 'UTC', ranges: [range([1], 540, 480)] }))).toBe(
      'invalid-request',
    );
    expect((await ivo.put(path, { timeZone: 'UTC', ranges: five })).status).toBe(403);
    expect((await anna.put(path, { timeZone: 'UTC', ranges: five })).status).toBe(204);
    // On to a Monday, half past seven in Greenwich.
    const now = new Date(stage.clock.now());
    const monday = Date.UTC(
      now.getUTCFullYear(),
      now.getUTCMonth(),
      now.getUTCDate() + ((8 - now.getUTCDay()) % 7 || 7),
      7,
      30,
    );
    await stage.pass(monday - stage.clock.now());
    const at = async (minutes: number) => {
      await stage.pass(minutes * 60_000);
      return reaches(ivo, locationId);
    };
    // 7:30, 8:00, 8:59, 9:00
    expect([await at(0), await at(30), await at(59), await at(1)]).toEqual([false, true, true, false]);
    const missing = `/v1/locations/${locationId}/professionals/${randomUUID()}/schedule`;
    expect((await anna.put(missing, { timeZone: 'UTC', ranges: five })).status).toBe(404);
  });
});

async function grantOf(who: Caller, locationId: string, id: string): Promise<string> {
  const { items } = await users(who, locationId);
  const found = items.find((each) => each.personId === id || each.organisationId === id);
  if (!found?.grantId) throw new Error('nobody of that id looks after the hub');
  return found.grantId;
}
