import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { problemOf, redeem, sees, SharingStage, type Invitation } from '#libs/testing/sharing-stage.js';
import { join, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from './sharing-module.js';

const mailbox = new Mailbox();
let stage: SharingStage;
let ada: Caller;
let pia: Caller;
let volt: string;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.mailingBy(mailbox),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada, pia, volt } = stage);
});
afterAll(() => stage.close());
afterEach(() => {
  mailbox.refuse = false;
});

describe('5A, NB-15: an invitation to a person', () => {
  it('NB-17, NB-18, NB-19, NB-14: the mail says how to add the location; access begins with acceptance', async () => {
    const locationId = await stage.install('Harbour');
    const path = `/v1/locations/${locationId}/invitations`;
    expect(problemOf(await ada.post(path, { kind: 'person', role: 'partner' }))).toBe('invalid-request');
    const body = { kind: 'person', email: pia.email.toUpperCase(), role: 'partner', language: 'da' };
    const { invitationId } = await stage.invite(locationId, body);
    const code = await mailbox.code(pia.email, 1);
    expect(mailbox.to(pia.email).at(-1)).toMatchObject({ subject: 'Ada deler Harbour med dig' });
    expect(await sees(pia, locationId)).toBe(false);
    expect(await stage.pending(locationId)).toMatchObject([
      { invitationId, kind: 'person', email: pia.email, invitedBy: { name: 'Ada' }, code: null },
    ]);
    expect((await pia.get('/v1/me/invitations')).body).toMatchObject({
      locations: [{ invitationId, locationName: 'Harbour', invitedBy: 'Ada', role: 'partner' }],
    });
    expect((await redeem(pia, ` ${code.toLowerCase().replaceAll('-', ' ')} `)).status).toBe(200);
    expect(await sees(pia, locationId)).toBe(true);
    expect(await stage.pending(locationId)).toEqual([]);
  });

  it('NB-20: takes the invited address, and that confirmed by the link of the mail', async () => {
    const locationId = await stage.install('Verified');
    const email = `Nora-${randomUUID()}@example.test`.toLowerCase();
    await stage.invite(locationId, { kind: 'person', email, role: 'partner' });
    const code = await mailbox.code(email, 1);
    const nora = await stage.world.signUpUnconfirmed('Nora', email);
    expect(problemOf(await redeem(pia, code))).toBe('unknown-code');
    expect(problemOf(await redeem(nora, code))).toBe('email-not-verified');
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
    const { rows } = await stage.world.database.pool.query(
      `SELECT link FROM mail_queue WHERE link IS NOT NULL`,
    );
    expect(rows).toEqual([]);
  });

  it('NB-20, T2: the same answer for an address with an account and one without', async () => {
    const locationId = await stage.install('Same answer');
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
    const locationId = await stage.install('Again');
    const gus = await stage.world.signUp('Gus');
    const body = { kind: 'person', email: gus.email, role: 'partner' };
    const first = await stage.invite(locationId, body);
    const second = await stage.invite(locationId, body);
    expect(second.invitationId).toBe(first.invitationId);
    expect(await mailbox.code(gus.email, 2)).toBe(await mailbox.code(gus.email, 1));
    expect((await gus.post(`/v1/me/invitations/${first.invitationId}/accept`, undefined)).status).toBe(200);
    const again = await gus.post(`/v1/me/invitations/${first.invitationId}/accept`, undefined);
    expect(problemOf(again)).toBe('already-accepted');
    const { rows } = await stage.world.database.pool.query('SELECT 1 FROM grants WHERE location_id = $1', [
      locationId,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('is declined by the invited alone and revoked by the inviter; both end it', async () => {
    const locationId = await stage.install('No');
    const eve = await stage.world.signUp('Eve');
    for (const end of ['decline', 'revoke']) {
      const { invitationId } = await stage.invite(locationId, {
        kind: 'person',
        email: pia.email,
        role: 'guest',
      });
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
    const locationId = await stage.install('Only sharers');
    const [gus, pat] = [await stage.world.signUp('Gus'), await stage.world.signUp('Pat')];
    await share(ada, locationId, gus, 'guest');
    await share(ada, locationId, pat, 'partner');
    for (const who of [gus, pat]) {
      const path = `/v1/locations/${locationId}/invitations`;
      expect(problemOf(await who.get(path))).toBe('forbidden');
      expect(problemOf(await who.post(path, { kind: 'code', role: 'guest' }))).toBe('forbidden');
      expect(
        problemOf(await who.post(`/v1/locations/${locationId}/invitation-code`, { role: 'guest' })),
      ).toBe('forbidden');
    }
  });

  it('5A: an invitation whose issuer lost the right opens nothing', async () => {
    const ivo = await stage.world.signUp('Ivo');
    const membershipId = await join(ada, volt, ivo, 'installer');
    const locationId = await stage.install('Lost right');
    const path = `/v1/locations/${locationId}/invitations`;
    const { code } = (await ivo.post(path, { kind: 'code', role: 'partner' })).as<Invitation>(202);
    expect((await ada.delete(`/v1/organisations/${volt}/members/${membershipId}`)).status).toBe(204);
    expect(problemOf(await redeem(pia, code))).toBe('unknown-code');
    expect(await sees(pia, locationId)).toBe(false);
  });

  it('T9: a mail whose invitation ended before it was sent is dropped', async () => {
    const locationId = await stage.install('Dropped');
    const email = `late-${randomUUID()}@example.test`;
    mailbox.refuse = true;
    const { invitationId } = await stage.invite(locationId, { kind: 'person', email, role: 'guest' });
    const outcome = async (): Promise<{ attempts: number; outcome: string | null } | undefined> =>
      (
        await stage.world.database.pool.query<{ attempts: number; outcome: string | null }>(
          'SELECT attempts, outcome FROM mail_queue WHERE subject_id = $1',
          [invitationId],
        )
      ).rows[0];
    await waitFor('a failed attempt', async () => ((await outcome())?.attempts ?? 0) > 0);
    await ada.delete(`/v1/locations/${locationId}/invitations/${invitationId}`);
    mailbox.refuse = false;
    await stage.pass(3_600_000);
    await waitFor('the end of the mail', async () => (await outcome())?.outcome === 'dropped: over');
    expect(mailbox.to(email)).toEqual([]);
  });
});
