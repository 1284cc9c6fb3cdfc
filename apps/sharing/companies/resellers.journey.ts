import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ask,
  connect,
  hire,
  offer,
  register,
  registerDealer,
  registerReseller,
} from '#libs/testing/company-steps.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from '../sharing-module.js';

const mailbox = new Mailbox();
let stage: SharingStage;
let dora: Caller;
let rita: Caller;
let dealer: string;
let reseller: string;

beforeAll(async () => {
  stage = await SharingStage.open([SharingModule.mailingBy(mailbox)]);
  [dora, rita] = [await stage.world.signUp('Dora'), await stage.world.signUp('Rita')];
  dealer = await registerDealer(dora, 'Volt Alarm');
  reseller = await registerReseller(rita, 'Ohm Watch');
  await offer(rita, reseller);
});
afterAll(() => stage.close());

interface Listed {
  readonly resellerId: string;
  readonly name: string;
  readonly description: string;
  readonly timeZone: string;
  readonly packages: readonly { name: string; monthlyPrice_minor: number }[];
  readonly connection: { connectionId: string; state: string; dealerNumber: string | null } | null;
}
const resellers = async (who: Caller, company: string, country = 'NO'): Promise<readonly Listed[]> =>
  (await who.get(`/v1/organisations/${company}/resellers?country=${country}`)).as<{ items: Listed[] }>(200)
    .items;
const dealers = async () =>
  (await rita.get(`/v1/organisations/${reseller}/dealers`)).as<{
    items: { connectionId: string; dealerId: string; state: string; dealerNumber: string | null }[];
  }>(200).items;
const answerPath = (connectionId: string, answer: string) =>
  `/v1/organisations/${reseller}/dealers/${connectionId}/${answer}`;
const connectionPath = (company: string, connectionId: string) =>
  `/v1/organisations/${company}/reseller-connections/${connectionId}`;
const connectionOf = (answer: { as<Body>(status: number): Body }) =>
  answer.as<{ connectionId: string }>(201).connectionId;

describe('choosing a reseller', () => {
  it('AJ-16, AJ-19: goes by country, with the details before anything is sent', async () => {
    const danish = await registerReseller(
      await stage.world.signUp('Dan'),
      'Ampere Watch',
      'Europe/Copenhagen',
      'DK',
    );
    const item = (await resellers(dora, dealer)).find(({ resellerId }) => resellerId === reseller);
    expect(item).toMatchObject({
      name: 'Ohm Watch',
      description: 'Watches day and night',
      timeZone: 'Europe/Oslo',
      packages: [{ name: 'Watch', monthlyPrice_minor: 900 }],
      connection: null,
    });
    expect((await resellers(dora, dealer)).map(({ resellerId }) => resellerId)).not.toContain(danish);
    expect(await resellers(dora, dealer, 'DK')).toEqual([]);
    expect(problemOf(await dora.get(`/v1/organisations/${dealer}/resellers?country=QQ`))).toBe(
      'invalid-request',
    );
  });

  it('AJ-19: a sent request is on top of the list, whatever its name', async () => {
    const boss = await stage.world.signUp('Zoe');
    const last = await registerReseller(boss, 'Zener Watch');
    await offer(boss, last);
    const company = await registerDealer(dora, 'Kelvin Alarm');
    await ask(dora, company, last);
    const [first, second] = await resellers(dora, company);
    expect(first).toMatchObject({ resellerId: last, connection: { state: 'requested' } });
    expect(second?.connection).toBeNull();
  });

  it('AJ-19: one that is not listed gets one mail, which says who looks for it and nothing else', async () => {
    const email = `nobody-${randomUUID()}@example.test`;
    const body = { email, country: 'NO', language: 'pl' };
    const path = `/v1/organisations/${dealer}/reseller-invitations`;
    expect((await dora.post(path, body)).body).toEqual({ email });
    expect((await dora.post(path, body)).body).toEqual({ email });
    const known = { ...body, email: rita.email };
    expect((await dora.post(path, known)).body).toEqual({ email: rita.email });
    await waitFor(
      'both mails',
      () => mailbox.to(email).length > 0 && mailbox.to(rita.email).some(isInvitation),
    );
    const [mail, another] = mailbox.to(email);
    expect(another).toBeUndefined();
    expect(mail?.subject).toBe('Volt Alarm szuka Cię jako dystrybutora');
    expect(mail?.text).not.toContain(dealer);
    expect(mail?.text.replace(email, '')).toBe(
      mailbox.to(rita.email).find(isInvitation)?.text.replace(rita.email, ''),
    );
    expect(problemOf(await dora.post(path, { ...body, country: 'US' }))).toBe('country-not-served');
  });
});

const isInvitation = ({ subject }: { subject: string }): boolean => subject.includes('dystrybutora');

describe('5B: the connection of dealer and reseller', () => {
  it('AJ-17: is asked for by the dealer, only once per reseller, whatever became of it', async () => {
    const company = await registerDealer(dora, 'Weber Alarm');
    const first = connectionOf(await ask(dora, company, reseller));
    expect(problemOf(await ask(dora, company, reseller))).toBe('reseller-asked-before');
    expect((await dora.delete(connectionPath(company, first))).status).toBe(204);
    expect(problemOf(await ask(dora, company, reseller))).toBe('reseller-asked-before');
    expect((await resellers(dora, company))[0]).toMatchObject({ connection: { state: 'withdrawn' } });

    const refused = await registerDealer(dora, 'Farad Alarm');
    const second = connectionOf(await ask(dora, refused, reseller));
    expect((await rita.post(answerPath(second, 'reject'), undefined)).status).toBe(204);
    expect(problemOf(await rita.post(answerPath(second, 'approve'), { dealerNumber: '1' }))).toBe(
      'request-answered',
    );
    expect(problemOf(await ask(dora, refused, reseller))).toBe('reseller-asked-before');
    // The reseller asks nobody: that is the dealer's part.
    expect(problemOf(await ask(rita, reseller, dealer))).toBe('not-a-dealer');
  });

  it('AJ-17, NB-07: tells no company from nothing that is no reseller, and nobody asks himself', async () => {
    const plain = await register(stage.pia, 'Plain Alarm');
    for (const named of [plain, stage.volt, randomUUID()]) {
      expect(problemOf(await ask(dora, dealer, named))).toBe('unknown-organisation');
    }
    const both = await registerDealer(stage.pia, 'Both Alarm');
    expect(problemOf(await ask(stage.pia, both, both))).toBe('unknown-organisation');
    expect(problemOf(await ask(stage.pia, plain, reseller))).toBe('not-a-dealer');
  });

  it('AJ-18, AJ-37: becomes active when the reseller approves, who gives the dealer a number', async () => {
    const company = await registerDealer(dora, 'Henry Alarm');
    const connectionId = connectionOf(await ask(dora, company, reseller));
    expect((await dealers())[0]).toMatchObject({ connectionId, dealerId: company, state: 'requested' });
    // The dealer cannot approve itself, nor a stranger.
    const own = `/v1/organisations/${company}/dealers/${connectionId}/approve`;
    expect((await dora.post(own, { dealerNumber: '7' })).status).toBe(403);
    expect((await stage.pia.post(answerPath(connectionId, 'approve'), { dealerNumber: '7' })).status).toBe(
      404,
    );
    expect((await rita.post(answerPath(connectionId, 'approve'), {})).status).toBe(400);
    expect((await rita.post(answerPath(connectionId, 'approve'), { dealerNumber: 'N-77' })).status).toBe(204);
    expect((await resellers(dora, company))[0]?.connection).toMatchObject({
      state: 'active',
      dealerNumber: 'N-77',
    });
    const path = `/v1/organisations/${reseller}/dealers/${connectionId}`;
    expect((await rita.put(path, { dealerNumber: 'N-78' })).status).toBe(204);
    expect((await dealers()).find((each) => each.connectionId === connectionId)?.dealerNumber).toBe('N-78');
  });

  it('AJ-09, AJ-18, AJ-20: service managers of either side do it too, installers do not', async () => {
    const company = await registerDealer(dora, 'Lenz Alarm');
    const [asking, answering, installer] = [
      await stage.world.signUp('Sue'),
      await stage.world.signUp('Sol'),
      await stage.world.signUp('Isa'),
    ];
    await hire(dora, company, asking, 'service-manager');
    await hire(dora, company, installer, 'company-installer');
    await hire(rita, reseller, answering, 'senior-service-manager');
    expect((await ask(installer, company, reseller)).status).toBe(403);
    const connectionId = connectionOf(await ask(asking, company, reseller));
    expect((await answering.post(answerPath(connectionId, 'approve'), { dealerNumber: '8' })).status).toBe(
      204,
    );
    expect((await asking.delete(connectionPath(company, connectionId))).status).toBe(204);
    expect(problemOf(await asking.delete(connectionPath(company, connectionId)))).toBe('request-answered');
  });

  it('5B: either side closes it; to others it does not exist', async () => {
    const company = await registerDealer(dora, 'Gauss Alarm');
    const connectionId = await connect(dora, company, rita, reseller);
    const foreign = await registerDealer(stage.pia, 'Nosy Alarm');
    expect((await stage.pia.delete(connectionPath(foreign, connectionId))).status).toBe(404);
    expect((await rita.delete(connectionPath(reseller, connectionId))).status).toBe(204);
    expect((await resellers(dora, company))[0]?.connection).toMatchObject({ state: 'closed' });
  });
});

describe('packages', () => {
  it('AJ-16: are offered by resellers, in countries that are served, and can be withdrawn', async () => {
    const path = `/v1/organisations/${reseller}/packages`;
    const body = {
      name: 'Far',
      monthlyPrice_minor: 1,
      currency: 'EUR',
      withSim: false,
      countries: ['NO', 'US'],
    };
    expect(problemOf(await rita.post(path, body))).toBe('country-not-served');
    expect(
      problemOf(await dora.post(`/v1/organisations/${dealer}/packages`, { ...body, countries: ['NO'] })),
    ).toBe('not-a-reseller');
    const packageId = await offer(rita, reseller, { name: 'Brief' });
    const names = async () => (await resellers(dora, dealer))[0]?.packages.map(({ name }) => name);
    expect(await names()).toContain('Brief');
    expect((await rita.delete(`${path}/${packageId}`)).status).toBe(204);
    expect(await names()).not.toContain('Brief');
    expect((await rita.delete(`${path}/${packageId}`)).status).toBe(404);
  });
});
