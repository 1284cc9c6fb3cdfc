import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { keyOf, organise, problemOf, redeem, sees, SharingStage } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from './sharing-module.js';

interface Items<Item> {
  readonly items: readonly Item[];
}

const mailbox = new Mailbox();
let stage: SharingStage;
let ada: Caller;
let pia: Caller;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.mailingBy(mailbox),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada, pia } = stage);
});
afterAll(() => stage.close());

describe('5A, NB-15: an invitation to an organisation', () => {
  it('NB-06, NB-22, NB-23, NB-24, NB-25, NB-26: by its key; administrators of now alone decide, once', async () => {
    const [oma, ole, oli, old] = [
      await stage.world.signUp('Oma'),
      await stage.world.signUp('Ole'),
      await stage.world.signUp('Oli'),
      await stage.world.signUp('Old'),
    ];
    const ohm = await organise(oma, 'Ohm');
    const oldMembership = await join(oma, ohm, old, 'administrator');
    const oliMembership = await join(oma, ohm, oli, 'installer');
    expect((await oli.get(`/v1/organisations/${ohm}/key`)).status).toBe(403);
    const locationId = await stage.install('For Ohm');
    const path = `/v1/locations/${locationId}/invitations`;
    expect(problemOf(await ada.post(path, { kind: 'organisation' }))).toBe('invalid-request');
    await stage.invite(locationId, { kind: 'organisation', key: await keyOf(oma, ohm) });
    const code = await mailbox.code(oma.email, 1);
    expect(await mailbox.code(old.email, 1)).toBe(code);
    const withCode = mailbox.mails.filter(({ text }) => text.includes(code)).map(({ to }) => to);
    expect(withCode.toSorted()).toEqual([oma.email, old.email].toSorted());

    expect(problemOf(await redeem(oli, code))).toBe('unknown-code');
    expect((await oli.get('/v1/me/invitations')).body).toMatchObject({ locations: [] });
    // Removed before accepting; made administrator after the mail.
    (await oma.delete(`/v1/organisations/${ohm}/members/${oldMembership}`)).as(204);
    expect(problemOf(await redeem(old, code))).toBe('unknown-code');
    (await oma.put(`/v1/organisations/${ohm}/members/${oliMembership}`, { role: 'administrator' })).as(200);
    await join(oma, ohm, ole, 'installer');
    expect((await redeem(oli, code)).status).toBe(200);
    expect(problemOf(await redeem(oma, code))).toBe('already-accepted');
    expect(problemOf(await redeem(ole, code))).toBe('unknown-code');
    for (const who of [oma, oli, ole]) expect(await sees(who, locationId)).toBe(true);
    const { items } = (await ada.get(`/v1/locations/${locationId}/grants`)).as<
      Items<{ who: { name: string } }>
    >(200);
    expect(items.filter(({ who }) => who.name === 'Ohm')).toHaveLength(1);
  });

  it('NB-07, T2: an unknown key is answered and listed like a known one; a rotated key is unknown', async () => {
    const oma = await stage.world.signUp('Oma');
    const ohm = await organise(oma, 'Ohm');
    const old = await keyOf(oma, ohm);
    const rotated = (await oma.post(`/v1/organisations/${ohm}/key`, undefined)).as<{ key: string }>(200).key;
    expect(rotated).not.toBe(old);
    expect(await keyOf(oma, ohm)).toBe(rotated);
    expect((await pia.get(`/v1/organisations/${ohm}/key`)).status).toBe(404);
    const locationId = await stage.install('Keys');
    const bodies = [];
    for (const key of [old, rotated, 'no key at all']) {
      const { invitationId, ...rest } = await stage.invite(locationId, { kind: 'organisation', key });
      expect(typeof invitationId).toBe('string');
      bodies.push(JSON.stringify(rest));
    }
    expect(new Set(bodies).size).toBe(1);
    expect(await stage.pending(locationId)).toHaveLength(3);
    await mailbox.code(oma.email, 1);
    const sent = mailbox.mails.filter(({ subject }) => subject.includes('Keys'));
    expect(sent.map(({ to }) => to)).toEqual([oma.email]);
    const { rows } = await stage.world.database.pool.query('SELECT * FROM organisations WHERE id = $1', [
      ohm,
    ]);
    expect(JSON.stringify(rows)).not.toContain(rotated);
  });

  it('NB-27: without an administrator nothing is sent, its own audit says so, the answer is the same', async () => {
    const oma = await stage.world.signUp('Oma');
    const ohm = await organise(oma, 'Empty');
    const key = await keyOf(oma, ohm);
    // No command can do this (5H); an account that is deleted can.
    await stage.world.database.pool.query(
      'UPDATE memberships SET removed_at = now() WHERE organisation_id = $1',
      [ohm],
    );
    const locationId = await stage.install('For nobody');
    const { invitationId } = await stage.invite(locationId, { kind: 'organisation', key });
    const noted = await waitFor('the note', async () => {
      const sql = `SELECT action, subject_id AS "subjectId" FROM audit_log WHERE organisation_id = $1 AND actor_person_id IS NULL`;
      return (await stage.world.database.pool.query(sql, [ohm])).rows[0] as object | undefined;
    });
    expect(noted).toEqual({ action: 'invitation-without-administrator', subjectId: invitationId });
    expect(mailbox.to(oma.email).filter(({ text }) => text.includes('For nobody'))).toEqual([]);
  });
});
