import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { startHttpWorldAt, type Answer, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { ManualClock } from '#libs/testing/manual-clock.js';
import { join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { epochMilliseconds, milliseconds } from '#libs/units/quantities.js';
import { SharingModule } from './sharing-module.js';

interface Invitation {
  readonly invitationId: string;
  readonly code: string;
  readonly expiresAt: string;
}
interface Items<Item> {
  readonly items: readonly Item[];
}

const week_ms = 168 * 3_600_000;
const clock = new ManualClock(epochMilliseconds(Date.now()));
const mailbox = new Mailbox();
let world: HttpWorld;
/** Ada administers Volt, which installs; Pia is somebody else with an account. */
let ada: Caller;
let pia: Caller;
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
  ada = await world.signUp('Ada');
  pia = await world.signUp('Pia');
  volt = await organise(ada, 'Volt');
});
afterAll(() => world.close());
afterEach(() => {
  mailbox.refuse = false;
});

const organise = async (who: Caller, name: string): Promise<string> =>
  (await who.post('/v1/organisations', { name })).as<{ organisationId: string }>(201).organisationId;
const keyOf = async (who: Caller, organisationId: string): Promise<string> =>
  (await who.get(`/v1/organisations/${organisationId}/key`)).as<{ key: string }>(200).key;
async function install(name: string): Promise<string> {
  const body = { name, timeZone: 'Europe/Oslo', organisationId: volt };
  return (await ada.post('/v1/locations', body)).as<{ locationId: string }>(201).locationId;
}
const invite = async (locationId: string, body: object): Promise<Invitation> =>
  (await ada.post(`/v1/locations/${locationId}/invitations`, body)).as<Invitation>(202);
const redeem = (who: Caller, code: string): Promise<Answer> =>
  who.post('/v1/me/invitations/redeem', { code });
const sees = async (who: Caller, locationId: string): Promise<boolean> =>
  (await who.get(`/v1/locations/${locationId}`)).status === 200;
const pending = async (locationId: string): Promise<readonly Invitation[]> =>
  (await ada.get(`/v1/locations/${locationId}/invitations`)).as<Items<Invitation>>(200).items;
const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;
/** Moves time and waits until the snapshot of rights is fresh by the new clock. */
async function pass(duration_ms: number): Promise<void> {
  clock.advance(milliseconds(duration_ms));
  await waitFor('fresh rights', () => world.app.get<Gate>(GATE).staleness_ms() < 1_000);
}

describe('5A, NB-15: an invitation to a person', () => {
  it('NB-17, NB-18, NB-19, NB-14: the mail says how to add the location; access begins with acceptance', async () => {
    const locationId = await install('Harbour');
    const path = `/v1/locations/${locationId}/invitations`;
    expect(codeOf(await ada.post(path, { kind: 'person', role: 'partner' }))).toBe('invalid-request');
    const body = { kind: 'person', email: pia.email.toUpperCase(), role: 'partner', language: 'da' };
    const { invitationId } = await invite(locationId, body);
    const code = await mailbox.code(pia.email, 1);
    expect(mailbox.to(pia.email).at(-1)).toMatchObject({ subject: 'Ada deler Harbour med dig' });
    expect(await sees(pia, locationId)).toBe(false);
    expect(await pending(locationId)).toMatchObject([
      { invitationId, kind: 'person', email: pia.email, invitedBy: { name: 'Ada' }, code: null },
    ]);
    expect((await pia.get('/v1/me/invitations')).body).toMatchObject({
      locations: [{ invitationId, locationName: 'Harbour', invitedBy: 'Ada', role: 'partner' }],
    });
    expect((await redeem(pia, ` ${code.toLowerCase().replaceAll('-', ' ')} `)).status).toBe(200);
    expect(await sees(pia, locationId)).toBe(true);
    expect(await pending(locationId)).toEqual([]);
  });

  it('NB-20: takes the invited address, and that confirmed by the link of the mail', async () => {
    const locationId = await install('Verified');
    const email = `Nora-${randomUUID()}@example.test`.toLowerCase();
    await invite(locationId, { kind: 'person', email, role: 'partner' });
    const code = await mailbox.code(email, 1);
    const nora = await world.signUpUnconfirmed('Nora', email);
    expect(codeOf(await redeem(pia, code))).toBe('unknown-code');
    expect(codeOf(await redeem(nora, code))).toBe('email-not-verified');
    expect((await nora.get('/v1/me/invitations')).body).toMatchObject({ locations: [] });
    const link = await waitFor('the confirmation', () =>
      mailbox
        .to(email)
        .map(({ text }) => /https?:\S+/.exec(text)?.[0])
        .find(Boolean),
    );
    const confirmed = await fetch(link, { redirect: 'manual' });
    expect(confirmed.status).toBeLessThan(400);
    expect((await redeem(nora, code)).status).toBe(200);
    const { rows } = await world.database.pool.query(`SELECT link FROM mail_queue WHERE link IS NOT NULL`);
    expect(rows).toEqual([]);
  });

  it('NB-20, T2: the same answer for an address with an account and one without', async () => {
    const locationId = await install('Same answer');
    const answers = [];
    for (const email of [pia.email, `nobody-${randomUUID()}@example.test`]) {
      const path = `/v1/locations/${locationId}/invitations`;
      const answer = await ada.post(path, { kind: 'person', email, role: 'partner' });
      const { invitationId, email: told, ...rest } = answer.as<{ invitationId: string; email: string }>(202);
      expect([typeof invitationId, told]).toEqual(['string', email]);
      answers.push(JSON.stringify(rest));
    }
    expect(answers[0]).toBe(answers[1]);
  });

  it('NB-21: inviting again sends the mail again and makes no second grant', async () => {
    const locationId = await install('Again');
    const gus = await world.signUp('Gus');
    const body = { kind: 'person', email: gus.email, role: 'partner' };
    const first = await invite(locationId, body);
    const second = await invite(locationId, body);
    expect(second.invitationId).toBe(first.invitationId);
    expect(await mailbox.code(gus.email, 2)).toBe(await mailbox.code(gus.email, 1));
    expect((await gus.post(`/v1/me/invitations/${first.invitationId}/accept`, undefined)).status).toBe(200);
    const again = await gus.post(`/v1/me/invitations/${first.invitationId}/accept`, undefined);
    expect(codeOf(again)).toBe('already-accepted');
    const { rows } = await world.database.pool.query('SELECT 1 FROM grants WHERE location_id = $1', [
      locationId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('is declined by the invited alone and revoked by the inviter; both end it', async () => {
    const locationId = await install('No');
    const eve = await world.signUp('Eve');
    for (const end of ['decline', 'revoke']) {
      const { invitationId } = await invite(locationId, { kind: 'person', email: pia.email, role: 'guest' });
      const path = `/v1/me/invitations/${invitationId}`;
      expect((await eve.post(`${path}/decline`, undefined)).status).toBe(404);
      expect((await eve.post(`${path}/accept`, undefined)).status).toBe(404);
      const ended =
        end === 'decline'
          ? await pia.post(`${path}/decline`, undefined)
          : await ada.delete(`/v1/locations/${locationId}/invitations/${invitationId}`);
      expect(ended.status).toBe(204);
      expect((await pia.post(`${path}/accept`, undefined)).status).toBe(404);
    }
    expect(await sees(pia, locationId)).toBe(false);
  });

  it('NB-16: a guest and a partner neither see the invitations nor invite', async () => {
    const locationId = await install('Only sharers');
    const [gus, pat] = [await world.signUp('Gus'), await world.signUp('Pat')];
    await share(ada, locationId, gus, 'guest');
    await share(ada, locationId, pat, 'partner');
    for (const who of [gus, pat]) {
      const path = `/v1/locations/${locationId}/invitations`;
      expect(codeOf(await who.get(path))).toBe('forbidden');
      expect(codeOf(await who.post(path, { kind: 'code', role: 'guest' }))).toBe('forbidden');
      expect(codeOf(await who.post(`/v1/locations/${locationId}/invitation-code`, { role: 'guest' }))).toBe(
        'forbidden',
      );
    }
  });

  it('5A: an invitation whose issuer lost the right opens nothing', async () => {
    const ivo = await world.signUp('Ivo');
    const membershipId = await join(ada, volt, ivo, 'installer');
    const locationId = await install('Lost right');
    const path = `/v1/locations/${locationId}/invitations`;
    const { code } = (await ivo.post(path, { kind: 'code', role: 'partner' })).as<Invitation>(202);
    expect((await ada.delete(`/v1/organisations/${volt}/members/${membershipId}`)).status).toBe(204);
    expect(codeOf(await redeem(pia, code))).toBe('unknown-code');
    expect(await sees(pia, locationId)).toBe(false);
  });

  it('T9: a mail whose invitation ended before it was sent is dropped', async () => {
    const locationId = await install('Dropped');
    const email = `late-${randomUUID()}@example.test`;
    mailbox.refuse = true;
    const { invitationId } = await invite(locationId, { kind: 'person', email, role: 'guest' });
    const outcome = async (): Promise<{ attempts: number; outcome: string | null } | undefined> =>
      (
        await world.database.pool.query<{ attempts: number; outcome: string | null }>(
          'SELECT attempts, outcome FROM mail_queue WHERE subject_id = $1',
          [invitationId],
        )
      ).rows[0];
    await waitFor('a failed attempt', async () => ((await outcome())?.attempts ?? 0) > 0);
    await ada.delete(`/v1/locations/${locationId}/invitations/${invitationId}`);
    mailbox.refuse = false;
    await pass(3_600_000);
    await waitFor('the end of the mail', async () => (await outcome())?.outcome === 'dropped: over');
    expect(mailbox.to(email)).toEqual([]);
  });
});

describe('5A, NB-15: an invitation to an organisation', () => {
  it('NB-06, NB-22, NB-23, NB-24, NB-25, NB-26: by its key; administrators of now alone decide, once', async () => {
    const [oma, ole, oli, old] = [
      await world.signUp('Oma'),
      await world.signUp('Ole'),
      await world.signUp('Oli'),
      await world.signUp('Old'),
    ];
    const ohm = await organise(oma, 'Ohm');
    const oldMembership = await join(oma, ohm, old, 'administrator');
    const oliMembership = await join(oma, ohm, oli, 'installer');
    expect((await oli.get(`/v1/organisations/${ohm}/key`)).status).toBe(403);
    const locationId = await install('For Ohm');
    const path = `/v1/locations/${locationId}/invitations`;
    expect(codeOf(await ada.post(path, { kind: 'organisation' }))).toBe('invalid-request');
    await invite(locationId, { kind: 'organisation', key: await keyOf(oma, ohm) });
    const code = await mailbox.code(oma.email, 1);
    expect(await mailbox.code(old.email, 1)).toBe(code);
    const withCode = mailbox.mails.filter(({ text }) => text.includes(code)).map(({ to }) => to);
    expect(withCode.toSorted()).toEqual([oma.email, old.email].toSorted());

    expect(codeOf(await redeem(oli, code))).toBe('unknown-code');
    expect((await oli.get('/v1/me/invitations')).body).toMatchObject({ locations: [] });
    // Removed before accepting; made administrator after the mail.
    (await oma.delete(`/v1/organisations/${ohm}/members/${oldMembership}`)).as(204);
    expect(codeOf(await redeem(old, code))).toBe('unknown-code');
    (await oma.put(`/v1/organisations/${ohm}/members/${oliMembership}`, { role: 'administrator' })).as(200);
    await join(oma, ohm, ole, 'installer');
    expect((await redeem(oli, code)).status).toBe(200);
    expect(codeOf(await redeem(oma, code))).toBe('already-accepted');
    expect(codeOf(await redeem(ole, code))).toBe('unknown-code');
    for (const who of [oma, oli, ole]) expect(await sees(who, locationId)).toBe(true);
    const { items } = (await ada.get(`/v1/locations/${locationId}/grants`)).as<
      Items<{ who: { name: string } }>
    >(200);
    expect(items.filter(({ who }) => who.name === 'Ohm')).toHaveLength(1);
  });

  it('NB-07, T2: an unknown key is answered and listed like a known one; a rotated key is unknown', async () => {
    const oma = await world.signUp('Oma');
    const ohm = await organise(oma, 'Ohm');
    const old = await keyOf(oma, ohm);
    const rotated = (await oma.post(`/v1/organisations/${ohm}/key`, undefined)).as<{ key: string }>(200).key;
    expect(rotated).not.toBe(old);
    expect(await keyOf(oma, ohm)).toBe(rotated);
    expect((await pia.get(`/v1/organisations/${ohm}/key`)).status).toBe(404);
    const locationId = await install('Keys');
    const bodies = [];
    for (const key of [old, rotated, 'no key at all']) {
      const { invitationId, ...rest } = await invite(locationId, { kind: 'organisation', key });
      expect(typeof invitationId).toBe('string');
      bodies.push(JSON.stringify(rest));
    }
    expect(new Set(bodies).size).toBe(1);
    expect(await pending(locationId)).toHaveLength(3);
    await mailbox.code(oma.email, 1);
    const sent = mailbox.mails.filter(({ subject }) => subject.includes('Keys'));
    expect(sent.map(({ to }) => to)).toEqual([oma.email]);
    const { rows } = await world.database.pool.query('SELECT * FROM organisations WHERE id = $1', [ohm]);
    expect(JSON.stringify(rows)).not.toContain(rotated);
  });

  it('NB-27: without an administrator nothing is sent, its own audit says so, the answer is the same', async () => {
    const oma = await world.signUp('Oma');
    const ohm = await organise(oma, 'Empty');
    const key = await keyOf(oma, ohm);
    // No command can do this (5H); an account that is deleted can.
    await world.database.pool.query('UPDATE memberships SET removed_at = now() WHERE organisation_id = $1', [
      ohm,
    ]);
    const locationId = await install('For nobody');
    const { invitationId } = await invite(locationId, { kind: 'organisation', key });
    const noted = await waitFor('the note', async () => {
      const sql = `SELECT action, subject_id AS "subjectId" FROM audit_log WHERE organisation_id = $1 AND actor_person_id IS NULL`;
      return (await world.database.pool.query(sql, [ohm])).rows[0] as object | undefined;
    });
    expect(noted).toEqual({ action: 'invitation-without-administrator', subjectId: invitationId });
    expect(mailbox.to(oma.email).filter(({ text }) => text.includes('For nobody'))).toEqual([]);
  });
});

describe('5A, NB-15: an invitation code', () => {
  it('NB-28, NB-29, NB-30, NB-36, NB-37: whoever has it adds the location, as often as the sharer said', async () => {
    const [a, b] = [await install('Bearer A'), await install('Bearer B')];
    const { code } = await invite(a, { kind: 'code', role: 'partner', redemptions: 2 });
    const other = await invite(b, { kind: 'code', role: 'guest' });
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(other.code).not.toBe(code);
    const [x, y, z] = [await world.signUp('X'), await world.signUp('Y'), await world.signUp('Z')];
    expect((await redeem(x, code)).body).toMatchObject({ locationId: a });
    expect((await redeem(y, code)).status).toBe(200);
    expect(codeOf(await redeem(z, code))).toBe('unknown-code');
    expect((await redeem(z, other.code)).status).toBe(200);
    expect(codeOf(await redeem(x, other.code))).toBe('unknown-code');
    expect([await sees(x, a), await sees(y, a), await sees(z, a), await sees(z, b)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('NB-34: one lives per location; asking gives the same, rotating kills it', async () => {
    const locationId = await install('One');
    const wish = { kind: 'code', role: 'partner' };
    const first = await invite(locationId, wish);
    expect(await invite(locationId, wish)).toEqual(first);
    expect(await pending(locationId)).toEqual([first]);
    const path = `/v1/locations/${locationId}/invitation-code`;
    const rotated = (await ada.post(path, { role: 'partner' })).as<Invitation>(201);
    expect(rotated.code).not.toBe(first.code);
    expect(await pending(locationId)).toEqual([rotated]);
    expect(codeOf(await redeem(pia, first.code))).toBe('unknown-code');
    expect((await redeem(pia, rotated.code)).status).toBe(200);
  });

  it('NB-31, NB-32, NB-33, NB-35: lives 168 hours to the millisecond; then a new one can be made', async () => {
    const locationId = await install('Week');
    const wish = { kind: 'code', role: 'partner', redemptions: 5 };
    const first = await invite(locationId, wish);
    expect(Date.parse(first.expiresAt) - clock.now()).toBe(week_ms);
    await pass(week_ms - 1);
    expect((await redeem(await world.signUp('Last'), first.code)).status).toBe(200);
    await pass(1);
    expect(codeOf(await redeem(pia, first.code))).toBe('unknown-code');
    expect(await pending(locationId)).toEqual([]);
    const next = await invite(locationId, wish);
    expect(next.code).not.toBe(first.code);
    expect((await redeem(pia, next.code)).status).toBe(200);
  });

  it('T1: no code lies in the database, and the eleventh wrong one is not even looked at', async () => {
    const locationId = await install('Guessed');
    const { code } = await invite(locationId, { kind: 'code', role: 'partner' });
    const tables = ['invitations', 'mail_queue', 'audit_log', 'idempotency_keys', 'entitlement_log'];
    for (const table of tables) {
      const { rows } = await world.database.pool.query(`SELECT * FROM ${table}`);
      expect(JSON.stringify(rows)).not.toContain(code);
    }
    const mallory = await world.signUp('Mallory');
    // Side by side, so that counting after judging would let them slip through.
    const guesses = await Promise.all(
      Array.from({ length: 14 }, (_, index) => redeem(mallory, `0000-0000-0000-00${10 + index}`)),
    );
    const statuses = guesses.map(({ status }) => status).toSorted();
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(10);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4);
    expect((await redeem(mallory, code)).status).toBe(429);
    await pass(15 * 60_000);
    expect((await redeem(mallory, code)).status).toBe(200);
  });

  it('T1: the same answer for a code that never was, was used, or is over', async () => {
    await pass(15 * 60_000);
    const locationId = await install('One answer');
    const used = await invite(locationId, { kind: 'code', role: 'partner' });
    await redeem(pia, used.code);
    const revoked = await invite(locationId, { kind: 'code', role: 'partner' });
    await ada.delete(`/v1/locations/${locationId}/invitations/${revoked.invitationId}`);
    const eve = await world.signUp('Eve');
    const bodies = [];
    for (const code of ['ZZZZ-ZZZZ-ZZZZ-ZZZZ', used.code, revoked.code]) {
      const { traceId: _, ...rest } = (await redeem(eve, code)).as<Record<string, unknown>>(404);
      bodies.push(JSON.stringify(rest));
    }
    expect(new Set(bodies).size).toBe(1);
  });

  it('T1: the hundredth wrong holder of a mailed code ends it for the right one too', async () => {
    const locationId = await install('Tried by others');
    await invite(locationId, { kind: 'person', email: pia.email, role: 'guest' });
    const { items } = (await ada.get(`/v1/locations/${locationId}/invitations`)).as<Items<Invitation>>(200);
    const code = await waitFor('the code', () =>
      mailbox
        .to(pia.email)
        .filter(({ subject }) => subject.includes('Tried by others'))
        .map(({ text }) => /\w{4}(-\w{4}){3}/.exec(text)?.[0])
        .find(Boolean),
    );
    const mallory = await world.signUp('Mallory');
    for (let round = 0; round < 10; round++) {
      await pass(15 * 60_000);
      for (let index = 0; index < 10; index++) expect((await redeem(mallory, code)).status).toBe(404);
      expect(await pending(locationId)).toHaveLength(round < 9 ? 1 : 0);
    }
    const path = `/v1/me/invitations/${items[0]?.invitationId}/accept`;
    expect((await pia.post(path, undefined)).status).toBe(404);
  });

  it('T6: five deliveries of one acceptance have one effect', async () => {
    await pass(15 * 60_000);
    const locationId = await install('Replayed');
    const { code } = await invite(locationId, { kind: 'code', role: 'partner', redemptions: 9 });
    const eve = await world.signUp('Eve');
    await Promise.all(Array.from({ length: 5 }, () => redeem(eve, code)));
    const { rows } = await world.database.pool.query(
      'SELECT redemptions FROM invitations WHERE location_id = $1',
      [locationId],
    );
    expect(rows).toEqual([{ redemptions: 1 }]);
  });
});
