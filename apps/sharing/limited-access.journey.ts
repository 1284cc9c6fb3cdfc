import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ApiModule } from '#apps/api/api-module.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { problemOf, redeem, sees, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOver, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ReminderWorker, reminderAfter_ms } from './reminder-worker.js';
import { SharingModule } from './sharing-module.js';

const mailbox = new Mailbox();
let stage: SharingStage;
let ada: Caller;
let pia: Caller;
let olga: Caller;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.mailingBy(mailbox),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada, pia } = stage);
  olga = await stage.world.signUp('Olga');
});
afterAll(() => stage.close());

/** A location that Olga owns and Volt installed, with a charger. */
async function cabin(name: string): Promise<{ locationId: string; deviceId: string }> {
  const locationId = await stage.install(name);
  await handOver(ada, locationId, olga);
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const registered = await ada.post(`/v1/locations/${locationId}/devices`, device);
  return { locationId, deviceId: registered.as<{ device: { deviceId: string } }>(201).device.deviceId };
}

/** One gives the other a partner's access within limits; answers the grant. */
async function limited(by: Caller, locationId: string, to: Caller, limits: object): Promise<string> {
  const body = { kind: 'person', email: to.email, role: 'partner', ...limits };
  const { invitationId } = (await by.post(`/v1/locations/${locationId}/invitations`, body)).as<{
    invitationId: string;
  }>(202);
  const accepted = await to.post(`/v1/me/invitations/${invitationId}/accept`, undefined);
  return accepted.as<{ grantId: string }>(200).grantId;
}

const command = (who: Caller, deviceId: string, request: object) =>
  who.post(`/v1/devices/${deviceId}/commands`, { request });
const allowedAt = async (who: Caller, locationId: string): Promise<readonly string[]> =>
  (await who.get(`/v1/locations/${locationId}`)).as<{ allowed: string[] }>(200).allowed;

describe('an access with limits of its own', () => {
  it('is for the named actions only', async () => {
    const { locationId, deviceId } = await cabin('Some actions');
    await limited(olga, locationId, pia, { actions: ['telemetry', 'comfort'] });
    expect(await allowedAt(pia, locationId)).toEqual(['telemetry', 'comfort']);
    expect((await command(pia, deviceId, { action: 'set-brightness', brightness_percent: 10 })).status).toBe(
      202,
    );
    expect(
      (await command(pia, deviceId, { action: 'remote-start', idToken: 'CARD', connector: 1 })).status,
    ).toBe(403);
    expect((await pia.get(`/v1/locations/${locationId}/sessions`)).status).toBe(403);
  });

  it('lets no larger current be set than it says', async () => {
    const { locationId, deviceId } = await cabin('Some current');
    await limited(olga, locationId, pia, { maximumCurrent_A: 16 });
    expect((await command(pia, deviceId, { action: 'set-max-current', current_A: 16 })).status).toBe(202);
    const more = await command(pia, deviceId, { action: 'set-max-current', current_A: 16.5 });
    expect([more.status, problemOf(more)]).toEqual([422, 'current-above-grant']);
    expect((await command(olga, deviceId, { action: 'set-max-current', current_A: 32 })).status).toBe(202);
  });

  it('AJ-42: opens and closes with the hours of the week, also for what is open', async () => {
    const { locationId } = await cabin('Some hours');
    // From the next full minute for two minutes, whatever day it is.
    const minute = (now: number) => Math.floor(now / 60_000) % 1_440;
    const from = (minute(stage.clock.now()) + 1) % 1_438;
    const ranges = [{ days: [1, 2, 3, 4, 5, 6, 7], from_min: from, to_min: from + 2 }];
    await limited(olga, locationId, pia, { hours: { timeZone: 'UTC', ranges } });
    const seen: boolean[] = [];
    const until_ms = 60_000 - (stage.clock.now() % 60_000);
    const skip_min = (from - minute(stage.clock.now()) - 1 + 1_440) % 1_440;
    for (const pass_ms of [0, skip_min * 60_000 + until_ms, 60_000, 60_000]) {
      await stage.pass(pass_ms);
      seen.push(await sees(pia, locationId));
    }
    expect(seen).toEqual([false, true, true, false]);
  });

  it('NB-40: covers devices that come later unless it says otherwise', async () => {
    const { locationId } = await cabin('No future');
    await limited(olga, locationId, pia, { includeFuture: false });
    await stage.pass(1);
    const device = { kind: 'charger', identity: randomUUID(), name: 'Later' };
    const { deviceId } = (await ada.post(`/v1/locations/${locationId}/devices`, device)).as<{
      device: { deviceId: string };
    }>(201).device;
    expect((await pia.get(`/v1/devices/${deviceId}`)).status).toBe(404);
    expect((await olga.get(`/v1/devices/${deviceId}`)).status).toBe(200);
  });

  it('shows its limits in the list of who has access, and can be given up', async () => {
    const { locationId } = await cabin('Listed');
    const grantId = await limited(olga, locationId, pia, {
      maximumCurrent_A: 10,
      actions: ['telemetry', 'use'],
    });
    const { items } = (await olga.get(`/v1/locations/${locationId}/grants`)).as<{
      items: { grantId: string | null; limits: object }[];
    }>(200);
    expect(items.find((each) => each.grantId === grantId)).toMatchObject({
      limits: { maximumCurrent_A: 10, actions: ['telemetry', 'use'] },
    });
    (await pia.delete(`/v1/me/grants/${grantId}`)).as(204);
    expect(await sees(pia, locationId)).toBe(false);
  });
});

describe('5D: a partner who shares on', () => {
  it('T5: may do so only where the location says so, only partners, within the own limits, and it ends with the own', async () => {
    const { locationId, deviceId } = await cabin('Shared on');
    const pat = await stage.world.signUp('Pat');
    const grantId = await limited(olga, locationId, pia, { maximumCurrent_A: 16 });
    const invite = (body: object) => pia.post(`/v1/locations/${locationId}/invitations`, body);
    const code = { kind: 'code', role: 'partner' };
    expect((await invite(code)).status).toBe(403);
    const policy = `/v1/locations/${locationId}/sharing-policy`;
    expect((await pia.put(policy, { partnersMayShare: true })).status).toBe(403);
    (await olga.put(policy, { partnersMayShare: true })).as(200);

    expect((await invite({ kind: 'code', role: 'guest' })).status).toBe(403);
    const wider = await invite({ ...code, maximumCurrent_A: 20 });
    expect([wider.status, problemOf(wider)]).toEqual([422, 'wider-than-yours']);
    const { code: given } = (await invite(code)).as<{ code: string }>(202);
    (await redeem(pat, given)).as(200);
    expect((await command(pat, deviceId, { action: 'set-max-current', current_A: 16.5 })).status).toBe(422);
    expect((await command(pat, deviceId, { action: 'set-max-current', current_A: 16 })).status).toBe(202);

    (await olga.delete(`/v1/locations/${locationId}/grants/${grantId}`)).as(204);
    expect([await sees(pia, locationId), await sees(pat, locationId)]).toEqual([false, false]);
  });

  it('T5: a code of a partner opens nothing once partners may not share any more', async () => {
    const { locationId } = await cabin('Policy ends');
    await share(olga, locationId, pia, 'partner');
    const policy = `/v1/locations/${locationId}/sharing-policy`;
    (await olga.put(policy, { partnersMayShare: true })).as(200);
    const made = await pia.post(`/v1/locations/${locationId}/invitations`, { kind: 'code', role: 'partner' });
    (await olga.put(policy, { partnersMayShare: false })).as(200);
    const pat = await stage.world.signUp('Patricia');
    expect((await redeem(pat, made.as<{ code: string }>(202).code)).status).toBe(404);
  });
});

describe('a reminder', () => {
  it('tells the owner of partners who still have access, each quarter of a year, and nobody else', async () => {
    const { locationId } = await cabin('Lingering');
    await share(olga, locationId, pia, 'partner');
    const worker = stage.world.app.get(ReminderWorker);
    const mails = () =>
      mailbox
        .to(olga.email)
        .filter(({ subject, text }) => `${subject}${text}`.includes('Lingering') && text.includes('Pia'));
    await stage.pass(reminderAfter_ms - 60_000);
    await worker.pass();
    await stage.pass(60_000);
    await worker.pass();
    await waitFor('the reminder', () => mails().length === 1);
    await worker.pass();
    await stage.pass(reminderAfter_ms);
    await worker.pass();
    await waitFor('the next reminder', () => mails().length === 2);
    expect(mailbox.to(pia.email).some(({ text }) => text.includes('still have access'))).toBe(false);
  });
});
