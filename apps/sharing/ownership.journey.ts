import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import { EventReader } from '#libs/testing/event-reader.js';
import { startHttpWorldAt, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { completeChecklist } from '#libs/testing/checklist-steps.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { SharingModule } from './sharing-module.js';

interface Ids {
  readonly locationId: string;
  readonly organisationId: string;
  readonly transferId: string;
  readonly code: string;
  readonly commandId: string;
  readonly device: { readonly deviceId: string };
}
interface Entry {
  readonly origin: string;
  readonly role: string;
  readonly grantId: string | null;
  readonly suspended: boolean;
  readonly revocable: boolean;
  readonly who: { readonly name: string };
}

const clock = new ManualClock(epochMilliseconds(Date.now()));
const mailbox = new Mailbox();
let world: HttpWorld;
/** Ada administers Volt, which installs; Olga and Nora are end users. */
let ada: Caller;
let olga: Caller;
let nora: Caller;
let volt: string;

beforeAll(async () => {
  world = await startHttpWorldAt(
    clock,
    [
      SharingModule.mailingBy(mailbox),
      ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
    ],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  [ada, olga, nora] = [await world.signUp('Ada'), await world.signUp('Olga'), await world.signUp('Nora')];
  volt = (await ada.post('/v1/organisations', { name: 'Volt' })).as<Ids>(201).organisationId;
});
afterAll(() => world.close());

async function install(name: string): Promise<{ locationId: string; deviceId: string }> {
  const body = { name, timeZone: 'Europe/Oslo', organisationId: volt };
  const { locationId } = (await ada.post('/v1/locations', body)).as<Ids>(201);
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const answer = await ada.post(`/v1/locations/${locationId}/devices`, device);
  await completeChecklist(world.database.pool, ada, locationId);
  return { locationId, deviceId: answer.as<Ids>(201).device.deviceId };
}
const statusOf = async (who: Caller, locationId: string): Promise<number> =>
  (await who.get(`/v1/locations/${locationId}`)).status;
const access = async (who: Caller, locationId: string): Promise<readonly Entry[]> =>
  (await who.get(`/v1/locations/${locationId}/grants`)).as<{ items: Entry[] }>(200).items;
const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
const transfer = (who: Caller, locationId: string, to: Caller): Promise<Answer> =>
  who.post(`/v1/locations/${locationId}/transfer`, { email: to.email });
async function pass(duration_ms: number): Promise<void> {
  clock.advance(milliseconds(duration_ms));
  await waitFor('fresh rights', () => world.app.get<Gate>(GATE).staleness_ms() < 1_000);
}
/** A session that started now. */
const charge = async (at: { locationId: string; deviceId: string }, token: string): Promise<void> => {
  await world.database.pool.query(
    `INSERT INTO charging_transactions (location_id, device_id, connector, id_token, started_at, start_received_at, meter_start_wh)
     VALUES ($1, $2, 1, $3, $4, $4, 0)`,
    [at.locationId, at.deviceId, token, new Date(clock.now())],
  );
  await world.database.pool.query(
    `INSERT INTO device_events (location_id, device_id, at, received_at, type, severity, detail, source_key)
     VALUES ($1, $2, $3, $3, 'online', 'information', '{}', $4)`,
    [at.locationId, at.deviceId, new Date(clock.now()), token],
  );
};
const tokens = (answer: Answer): string[] =>
  answer.as<{ items: { idToken: string }[] }>(200).items.map(({ idToken }) => idToken);

describe('5F: handing a location over', () => {
  it('NB-43, NB-48, NB-67, NB-80: from the installer to the customer, who owns it from the acceptance on', async () => {
    const { locationId } = await install('First hand-over');
    expect((await ada.get(`/v1/locations/${locationId}`)).body).toMatchObject({ owner: null });
    const { transferId } = (await transfer(ada, locationId, olga)).as<Ids>(202);
    const mail = await waitFor('the mail', () =>
      mailbox.to(olga.email).find(({ subject }) => subject.includes('First hand-over')),
    );
    expect(mail.subject).toBe('Ada offers you the ownership of First hand-over');
    expect(codeOf(await transfer(ada, locationId, nora))).toBe('transfer-open');
    expect(await statusOf(olga, locationId)).toBe(404);
    expect((await nora.post(`/v1/me/transfers/${transferId}/accept`, undefined)).status).toBe(404);
    expect((await olga.get('/v1/me/invitations')).body).toMatchObject({
      transfers: [{ transferId, locationName: 'First hand-over', startedBy: 'Ada' }],
    });
    (await olga.post(`/v1/me/transfers/${transferId}/accept`, undefined)).as(200);
    expect((await olga.get(`/v1/locations/${locationId}`)).body).toMatchObject({
      owner: { personId: olga.personId },
      through: 'owner',
    });
    expect((await olga.post(`/v1/me/transfers/${transferId}/accept`, undefined)).status).toBe(404);
    // NB-50: now the owner alone hands it on.
    expect(codeOf(await transfer(ada, locationId, nora))).toBe('forbidden');
    expect(codeOf(await transfer(olga, locationId, olga))).toBe('recipient-is-owner');
  });

  it('NB-49, NB-50, NB-60: between end users; until accepted the old owner keeps everything, then loses it', async () => {
    const { locationId } = await install('House move');
    await handOver(ada, locationId, olga);
    const { transferId } = (await transfer(olga, locationId, nora)).as<Ids>(202);
    expect((await olga.get(`/v1/locations/${locationId}`)).body).toMatchObject({ through: 'owner' });
    const stream = await EventReader.open(
      `${world.url}/v1/locations/${locationId}/stream`,
      olga.authorization,
    );
    await stream.next('snapshot', 2_000);
    (await nora.post(`/v1/me/transfers/${transferId}/accept`, undefined)).as(200);
    expect((await stream.next('end', 500)).data).toEqual({ code: 'access-ended' });
    expect(await statusOf(olga, locationId)).toBe(404);
    expect((await nora.get(`/v1/locations/${locationId}`)).body).toMatchObject({ through: 'owner' });
    await share(nora, locationId, olga, 'guest');
    expect(await statusOf(olga, locationId)).toBe(200);
  });

  it('is cancelled by who offers, refused by the recipient, and over after 168 hours', async () => {
    const { locationId } = await install('Offers');
    await handOver(ada, locationId, olga);
    const path = `/v1/locations/${locationId}/transfer`;
    expect((await olga.delete(path)).status).toBe(404);
    for (const end of ['cancel', 'reject', 'wait'] as const) {
      const { transferId } = (await transfer(olga, locationId, nora)).as<Ids>(202);
      expect((await olga.get(path)).body).toMatchObject({ transfer: { transferId, email: nora.email } });
      expect(codeOf(await ada.delete(path))).toBe('forbidden');
      if (end === 'cancel') (await olga.delete(path)).as(204);
      if (end === 'reject') (await nora.post(`/v1/me/transfers/${transferId}/reject`, undefined)).as(204);
      if (end === 'wait') await pass(168 * 3_600_000);
      expect((await olga.get(path)).body).toEqual({ transfer: null });
      expect((await nora.post(`/v1/me/transfers/${transferId}/accept`, undefined)).status).toBe(404);
    }
    expect((await olga.get(`/v1/locations/${locationId}`)).body).toMatchObject({ through: 'owner' });
  });

  it('NB-51, T3: ends guests, invitations, codes, cards and queued commands; partners wait for the new owner', async () => {
    const { locationId, deviceId } = await install('Clean sweep');
    await handOver(ada, locationId, olga);
    const [gus, pat, eve] = [await world.signUp('Gus'), await world.signUp('Pat'), await world.signUp('Eve')];
    await share(olga, locationId, gus, 'guest');
    const partner = await share(olga, locationId, pat, 'partner');
    await acceptIdToken(world.database.pool, locationId, 'CARD');
    const path = `/v1/locations/${locationId}/invitations`;
    const byOwner = (await olga.post(path, { kind: 'code', role: 'guest' })).as<Ids>(202).code;
    await ada.post(path, { kind: 'person', email: eve.email, role: 'partner' });
    const mailed = await mailbox.code(eve.email, 1);
    const request = { request: { action: 'set-max-current', current_A: 10 } };
    const { commandId } = (await olga.post(`/v1/devices/${deviceId}/commands`, request)).as<Ids>(202);

    await handOver(olga, locationId, nora);
    expect(await statusOf(gus, locationId)).toBe(404);
    expect(await statusOf(pat, locationId)).toBe(404);
    for (const code of [byOwner, mailed]) {
      const redeemed = await eve.post('/v1/me/invitations/redeem', { code });
      expect(codeOf(redeemed)).toBe('unknown-code');
    }
    expect((await nora.get(path)).body).toEqual({ items: [] });
    const { rows } = await world.database.pool.query('SELECT 1 FROM id_tokens WHERE location_id = $1', [
      locationId,
    ]);
    expect(rows).toEqual([]);
    const gate = world.app.get<Gate>(GATE);
    const stale = { person_id: olga.personId, entitlement: 'owner:2' };
    const command = await world.database.pool.query<typeof stale>(
      'SELECT person_id, entitlement FROM commands WHERE id = $1',
      [commandId],
    );
    expect(command.rows).toEqual([stale]);
    const message = {
      commandId,
      siteId: locationId,
      deviceId,
      request: { action: 'set-max-current', current_A: 10 } as const,
      proof: { personId: olga.personId, entitlement: 'owner:2' },
      enqueuedAt: clock.now(),
      deadline: clock.now() + 60_000,
    };
    expect(await gate.stillAllowed(message)).toBe(false);

    expect((await access(nora, locationId)).find(({ grantId }) => grantId === partner)).toMatchObject({
      suspended: true,
      revocable: true,
    });
    const confirm = `/v1/locations/${locationId}/grants/${partner}/confirm`;
    expect(codeOf(await ada.post(confirm, undefined))).toBe('forbidden');
    (await nora.post(confirm, undefined)).as(204);
    expect(await statusOf(pat, locationId)).toBe(200);
    expect((await nora.post(confirm, undefined)).status).toBe(404);

    // Back to Olga: what hung on her first time stays ended.
    await handOver(nora, locationId, olga);
    expect(await statusOf(gus, locationId)).toBe(404);
    expect(await gate.stillAllowed(message)).toBe(false);
  });

  it('NB-52: the new owner and who he lets in see no earlier history; a former owner keeps his own', async () => {
    const site = await install('Histories');
    const path = `/v1/locations/${site.locationId}/sessions`;
    const events = `/v1/devices/${site.deviceId}/events`;
    await handOver(ada, site.locationId, olga);
    await pass(1_000);
    await charge(site, 'of-olga');
    await pass(1_000);
    await handOver(olga, site.locationId, nora);
    expect(tokens(await nora.get(path))).toEqual([]);
    await charge(site, 'of-nora');
    const pat = await world.signUp('Pat');
    await share(nora, site.locationId, pat, 'partner');
    for (const who of [nora, pat]) {
      expect(tokens(await who.get(path))).toEqual(['of-nora']);
      expect((await who.get(events)).as<{ items: unknown[] }>(200).items).toHaveLength(1);
    }
    // The installing organisation keeps what it needs for service.
    expect(tokens(await ada.get(path))).toEqual(['of-nora', 'of-olga']);
    const former = (await olga.get('/v1/me/former-locations')).as<{
      items: { ownershipId: string; locationName: string }[];
    }>(200);
    const own = former.items.find(({ locationName }) => locationName === 'Histories');
    const kept = `/v1/me/former-locations/${own?.ownershipId}/sessions`;
    expect(tokens(await olga.get(kept))).toEqual(['of-olga']);
    expect((await nora.get(kept)).status).toBe(404);
  });
});

describe('the owner and the guests', () => {
  it('NB-44, NB-46, NB-47, NB-94: lets somebody with an account in by e-mail, sees everyone, removes anyone', async () => {
    const { locationId } = await install('Guests');
    await handOver(ada, locationId, olga);
    const email = `friend-${randomUUID()}@example.test`;
    const path = `/v1/locations/${locationId}/invitations`;
    (await olga.post(path, { kind: 'person', email, role: 'guest' })).as(202);
    const code = await mailbox.code(email, 1);
    expect((await world.anonymous.post('/v1/me/invitations/redeem', { code })).status).toBe(401);
    const friend = await world.signUpUnconfirmed('Friend', email);
    const link = await waitFor('the confirmation', () =>
      mailbox
        .to(email)
        .map(({ text }) => /https?:\S+/.exec(text)?.[0])
        .find(Boolean),
    );
    await fetch(link, { redirect: 'manual' });
    (await friend.post('/v1/me/invitations/redeem', { code })).as(200);
    expect(await statusOf(friend, locationId)).toBe(200);
    const pat = await world.signUp('Pat');
    await share(ada, locationId, pat, 'partner');

    const listed = await access(olga, locationId);
    expect(listed.map(({ role, who }) => `${role} ${who.name}`).toSorted()).toEqual([
      'administrator Volt',
      'guest Friend',
      'owner Olga',
      'partner Pat',
    ]);
    for (const [who, name] of [
      [friend, 'Friend'],
      [pat, 'Pat'],
    ] as const) {
      const { grantId } = listed.find((entry) => entry.who.name === name) ?? {};
      (await olga.delete(`/v1/locations/${locationId}/grants/${grantId}`)).as(204);
      expect(await statusOf(who, locationId)).toBe(404);
      expect((await who.get('/v1/locations')).body).toMatchObject({ items: [] });
    }
  });

  it('5D: a grantee gives up what he was given, an organisation by its administrators', async () => {
    const { locationId } = await install('Given up');
    const [gus, oma, oli] = [await world.signUp('Gus'), await world.signUp('Oma'), await world.signUp('Oli')];
    const grantId = await share(ada, locationId, gus, 'guest');
    expect((await oma.delete(`/v1/me/grants/${grantId}`)).status).toBe(404);
    (await gus.delete(`/v1/me/grants/${grantId}`)).as(204);
    expect(await statusOf(gus, locationId)).toBe(404);

    const ohm = (await oma.post('/v1/organisations', { name: 'Ohm' })).as<Ids>(201).organisationId;
    await join(oma, ohm, oli, 'installer');
    const { key } = (await oma.get(`/v1/organisations/${ohm}/key`)).as<{ key: string }>(200);
    await ada.post(`/v1/locations/${locationId}/invitations`, { kind: 'organisation', key });
    const code = await mailbox.code(oma.email, 1);
    const given = (await oma.post('/v1/me/invitations/redeem', { code })).as<{ grantId: string }>(200);
    expect(codeOf(await oli.delete(`/v1/me/grants/${given.grantId}`))).toBe('forbidden');
    (await oma.delete(`/v1/me/grants/${given.grantId}`)).as(204);
    for (const who of [oma, oli]) expect(await statusOf(who, locationId)).toBe(404);
  });
});
