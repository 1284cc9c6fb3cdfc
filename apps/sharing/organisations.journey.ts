import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { startHttpWorld, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from './sharing-module.js';

interface Ids {
  readonly organisationId: string;
  readonly membershipId: string;
  readonly invitationId: string;
  readonly locationId: string;
  readonly device: { readonly deviceId: string };
}

const mailbox = new Mailbox();
let world: HttpWorld;
let ada: Caller;
let volt: string;
let own: string;

beforeAll(async () => {
  world = await startHttpWorld(
    [
      SharingModule.mailingBy(mailbox),
      ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
    ],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  ada = await world.signUp('Ada');
  const created = (await ada.post('/v1/organisations', { name: 'Volt' })).as<Ids>(201);
  [volt, own] = [created.organisationId, created.membershipId];
});
afterAll(() => world.close());

const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
const namesOf = async (who: Caller, search: string): Promise<string[]> =>
  (await who.get(`/v1/locations?search=${search}`))
    .as<{ items: { name: string }[] }>(200)
    .items.map(({ name }) => name);
const install = async (who: Caller, name: string): Promise<string> =>
  (await who.post('/v1/locations', { name, timeZone: 'Europe/Oslo', organisationId: volt })).as<Ids>(201)
    .locationId;
const invite = (email: string, role: string): Promise<Answer> =>
  ada.post(`/v1/organisations/${volt}/members`, { email, role, language: 'nl' });

describe('5H: an organisation and its members', () => {
  it('NB-01, NB-08, NB-83, NB-65: is created, invites and is joined; then all see what each installs', async () => {
    const [ivo, ida] = [await world.signUp('Ivo'), await world.signUp('Ida')];
    const { invitationId } = (await invite(ivo.email, 'installer')).as<Ids>(202);
    const mail = await waitFor('the mail', () =>
      mailbox.to(ivo.email).find(({ subject }) => subject.includes('Volt')),
    );
    expect(mail.subject).toBe('Ada nodigt u uit voor Volt');
    expect((await ivo.get(`/v1/organisations/${volt}/members`)).status).toBe(404);
    expect((await ivo.get('/v1/me/invitations')).body).toMatchObject({
      organisations: [{ invitationId, organisationName: 'Volt', role: 'installer' }],
    });
    const path = `/v1/me/membership-invitations/${invitationId}/accept`;
    expect((await ida.post(path, undefined)).status).toBe(404);
    expect((await ivo.post(path, undefined)).body).toMatchObject({ name: 'Volt', role: 'installer' });
    expect((await ivo.post(path, undefined)).status).toBe(404);
    await join(ada, volt, ida, 'installer');
    await install(ivo, 'Made by Ivo');
    expect(await namesOf(ida, 'Made by')).toEqual(['Made by Ivo']);
  });

  it('T2, NB-09, NB-87: whether an address has an account shows nowhere; nobody is a member twice', async () => {
    const [with_, without] = [(await world.signUp('With')).email, `nobody-${randomUUID()}@example.test`];
    const bodies = [];
    for (const email of [with_, without]) {
      const {
        invitationId,
        email: told,
        expiresAt,
        ...rest
      } = (await invite(email, 'installer')).as<Record<string, string>>(202);
      expect([typeof invitationId, told, typeof expiresAt]).toEqual(['string', email, 'string']);
      bodies.push(JSON.stringify(rest));
    }
    expect(bodies[0]).toBe(bodies[1]);
    expect(codeOf(await invite(ada.email, 'installer'))).toBe('already-member');
  });

  it('NB-08: is declined, withdrawn, and replaced by a later invitation of the same address', async () => {
    const eve = await world.signUp('Eve');
    const answer = (id: string, verb: string): Promise<Answer> =>
      eve.post(`/v1/me/membership-invitations/${id}/${verb}`, undefined);
    const first = (await invite(eve.email, 'installer')).as<Ids>(202).invitationId;
    const second = (await invite(eve.email, 'installer')).as<Ids>(202).invitationId;
    expect((await answer(first, 'accept')).status).toBe(404);
    (await answer(second, 'decline')).as(204);
    expect((await answer(second, 'accept')).status).toBe(404);
    const third = (await invite(eve.email, 'installer')).as<Ids>(202).invitationId;
    const path = `/v1/organisations/${volt}/invitations`;
    expect(JSON.stringify((await ada.get(path)).body)).toContain(third);
    (await ada.delete(`${path}/${third}`)).as(204);
    expect((await answer(third, 'accept')).status).toBe(404);
    expect(JSON.stringify((await ada.get(path)).body)).not.toContain(third);
  });

  it('NB-05: a role changes at once; the last administrator stays one', async () => {
    const ivo = await world.signUp('Ivo');
    const member = await join(ada, volt, ivo, 'installer');
    const members = `/v1/organisations/${volt}/members`;
    expect((await ivo.get(`/v1/organisations/${volt}/key`)).status).toBe(403);
    expect(codeOf(await ada.put(`${members}/${own}`, { role: 'installer' }))).toBe('last-administrator');
    expect(codeOf(await ada.delete(`/v1/me/memberships/${own}`))).toBe('last-administrator');
    (await ada.put(`${members}/${member}`, { role: 'administrator' })).as(200);
    expect((await ivo.get(`/v1/organisations/${volt}/key`)).status).toBe(200);
    (await ivo.put(`${members}/${own}`, { role: 'installer' })).as(200);
    expect((await ada.get(`/v1/organisations/${volt}/key`)).status).toBe(403);
    (await ivo.put(`${members}/${own}`, { role: 'administrator' })).as(200);
  });

  it('NB-03, NB-04: whoever leaves sees nothing any more; what he installed stays', async () => {
    const ivo = await world.signUp('Ivo');
    const member = await join(ada, volt, ivo, 'installer');
    await install(ivo, 'Left behind');
    expect((await ada.delete(`/v1/me/memberships/${member}`)).status).toBe(404);
    (await ivo.delete(`/v1/me/memberships/${member}`)).as(204);
    expect(await namesOf(ivo, '')).toEqual([]);
    expect(await namesOf(ada, 'Left')).toEqual(['Left behind']);
  });
});

describe('the effect of a share', () => {
  it('NB-38, NB-39, NB-40, NB-41, NB-66, NB-82: the recipient has what a member has, but for sharing on and ownership', async () => {
    const locationId = await install(ada, 'As if installed');
    const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
    const { deviceId } = (await ada.post(`/v1/locations/${locationId}/devices`, device)).as<Ids>(201).device;
    const [pat, ivo] = [await world.signUp('Pat'), await world.signUp('Ivo')];
    await join(ada, volt, ivo, 'installer');
    await share(ada, locationId, pat, 'partner');
    const seen = async (who: Caller) => {
      const { items } = (await who.get('/v1/locations?search=as%20if')).as<{
        items: (Record<string, unknown> & { allowed: string[] })[];
      }>(200);
      const [{ through: _, allowed, ...rest } = { allowed: [] as string[] }] = items;
      return { count: items.length, rest, allowed };
    };
    const [partner, member] = [await seen(pat), await seen(ivo)];
    expect(partner.count).toBe(1);
    expect(partner.rest).toEqual(member.rest);
    expect(partner.rest).toMatchObject({ deviceCount: 1 });
    expect(member.allowed.filter((action) => !partner.allowed.includes(action))).toEqual([
      'factory-reset',
      'share',
      'revoke',
      'transfer',
    ]);
    for (const path of [
      `/v1/locations/${locationId}`,
      `/v1/locations/${locationId}/devices`,
      `/v1/locations/${locationId}/sessions`,
      `/v1/locations/${locationId}/topology`,
      `/v1/locations/${locationId}/live`,
      `/v1/devices/${deviceId}`,
      `/v1/devices/${deviceId}/twin`,
      `/v1/devices/${deviceId}/events`,
      `/v1/devices/${deviceId}/commands`,
    ]) {
      expect([path, (await pat.get(path)).status]).toEqual([path, 200]);
    }
    expect(
      (await pat.post(`/v1/locations/${locationId}/devices`, { ...device, identity: randomUUID() })).status,
    ).toBe(201);
  });

  it('NB-55, T10: no role finds a credential in the details of a device', async () => {
    const locationId = await install(ada, 'Redacted');
    const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
    const registered = (await ada.post(`/v1/locations/${locationId}/devices`, device)).as<
      Ids & { secret: string }
    >(201);
    const [pat, gus] = [await world.signUp('Pat'), await world.signUp('Gus')];
    await share(ada, locationId, pat, 'partner');
    await share(ada, locationId, gus, 'guest');
    const fields = ['createdAt', 'deviceId', 'identity', 'kind', 'locationId', 'name'];
    for (const who of [ada, pat, gus]) {
      const one = await who.get(`/v1/devices/${registered.device.deviceId}`);
      expect(Object.keys(one.as<object>(200)).toSorted()).toEqual(fields);
      expect(one.text).not.toContain(registered.secret);
      expect((await who.get(`/v1/locations/${locationId}/devices`)).text).not.toContain(registered.secret);
    }
  });

  it('NB-68, NB-75: the wiring is for who may touch the electrics, the event list for owner and partner', async () => {
    const mine = { name: 'Wiring', timeZone: 'Europe/Oslo', organisationId: null };
    const olga = await world.signUp('Olga');
    const owned = (await olga.post('/v1/locations', mine)).as<Ids>(201).locationId;
    expect(codeOf(await olga.put(`/v1/locations/${owned}/topology`, {}))).toBe('forbidden');
    const locationId = await install(ada, 'Wiring of Volt');
    const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
    const { deviceId } = (await ada.post(`/v1/locations/${locationId}/devices`, device)).as<Ids>(201).device;
    const [pat, gus] = [await world.signUp('Pat'), await world.signUp('Gus')];
    await share(ada, locationId, pat, 'partner');
    await share(ada, locationId, gus, 'guest');
    const put = (who: Caller): Promise<Answer> => who.put(`/v1/locations/${locationId}/topology`, {});
    expect([codeOf(await put(pat)), codeOf(await put(gus))]).toEqual(['invalid-request', 'forbidden']);
    expect((await pat.get(`/v1/devices/${deviceId}/events`)).status).toBe(200);
    // A guest finds what he did himself: nothing yet.
    expect((await gus.get(`/v1/devices/${deviceId}/events`)).body).toMatchObject({ items: [] });
  });
});
