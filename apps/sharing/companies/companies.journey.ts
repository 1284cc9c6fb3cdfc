import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import {
  form,
  hire,
  inContext,
  installHub,
  register,
  registerDealer,
  resellerForm,
} from '#libs/testing/company-steps.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from '../sharing-module.js';

const mailbox = new Mailbox();
let stage: SharingStage;
let owner: Caller;
let other: Caller;
let volt: string;

beforeAll(async () => {
  const api = ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } });
  stage = await SharingStage.open([SharingModule.mailingBy(mailbox), api]);
  [owner, other] = [await stage.world.signUp('Olga'), await stage.world.signUp('Otto')];
  volt = await register(owner, 'Volt Alarm');
});
afterAll(() => stage.close());

interface Company {
  readonly features: readonly string[];
  readonly dealer: { readonly enrolledAt: string } | null;
}
const companyOf = async (who: Caller, id: string): Promise<Company> =>
  (await who.get(`/v1/organisations/${id}/company`)).as<Company>(200);
const enrol = (who: Caller, id: string, context: string | null, as = 'dealer') => {
  const path = `/v1/organisations/${id}/${as}-enrolment`;
  const body = as === 'dealer' ? form : resellerForm;
  return context === null ? who.post(path, body) : inContext(who, context, 'POST', path, body);
};
const employees = async (who: Caller, id: string) =>
  (await who.get(`/v1/organisations/${id}/employees`)).as<{
    items: { id: string; state: string; personId: string | null; email: string; role: string }[];
  }>(200).items;

describe('registering a company', () => {
  it('AJ-01, AJ-03: makes who registers it its owner; a company names its country, others none', async () => {
    const { items } = (await owner.get('/v1/organisations')).as<{ items: object[] }>(200);
    expect(items).toMatchObject([{ organisationId: volt, kind: 'company', role: 'company-owner' }]);
    expect(await companyOf(owner, volt)).toMatchObject({ kind: 'company', country: 'NO', dealer: null });
    for (const body of [
      { name: 'Ohm', kind: 'company' },
      { name: 'Ohm', country: 'NO' },
      { name: 'Ohm', kind: 'company', country: 'XX' },
      { name: 'Ohm', kind: 'company', country: 'no' },
    ]) {
      expect(problemOf(await owner.post('/v1/organisations', body))).toBe('invalid-request');
    }
    expect((await other.get(`/v1/organisations/${volt}/company`)).status).toBe(404);
  });

  it('AJ-02: is done from the personal account; in a company’s context it is refused', async () => {
    const body = { name: 'Ampere Alarm', kind: 'company', country: 'NO' };
    const refused = await inContext(owner, volt, 'POST', '/v1/organisations', body);
    expect([refused.status, problemOf(refused)]).toEqual([409, 'personal-context-needed']);
    expect((await owner.post('/v1/organisations', body)).status).toBe(201);
  });

  it('AJ-02, NB-07: nobody acts in the name of a company he is no member of, and learns nothing of it', async () => {
    const answers = [];
    for (const named of [volt, randomUUID()]) {
      const { status, body } = await inContext(other, named, 'GET', '/v1/me');
      const { traceId, ...rest } = body as { traceId: string };
      expect(typeof traceId).toBe('string');
      answers.push([status, rest]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(404);
    expect((await inContext(owner, volt, 'GET', '/v1/me')).status).toBe(200);
    expect(problemOf(await inContext(owner, 'volt', 'GET', '/v1/me'))).toBe('invalid-request');
  });

  it('AJ-02: the same request in another context is another request', async () => {
    const [key, name] = [randomUUID(), { name: 'Kelvin' }];
    const send = (headers: Record<string, string>) =>
      owner.send('POST', '/v1/organisations', name, { 'idempotency-key': key, ...headers });
    expect((await send({})).status).toBe(201);
    expect((await send({})).headers.get('idempotent-replayed')).toBe('true');
    expect(problemOf(await send({ 'busbar-context': volt }))).toBe('idempotency-key-reused');
  });
});

describe('AJ-04: the owner of a company', () => {
  it('AJ-04, 5H: neither leaves nor is removed, and keeps the role; nobody else gets it', async () => {
    const company = await register(owner, 'Weber Alarm');
    const worker = await hire(owner, company, other, 'company-installer');
    const path = `/v1/organisations/${company}/members`;
    const own = (await employees(owner, company)).find(({ role }) => role === 'company-owner');
    const ownId = own?.id ?? '';
    for (const answer of [
      await owner.put(`${path}/${ownId}`, { role: 'service-manager' }),
      await owner.delete(`${path}/${ownId}`),
      await owner.delete(`/v1/me/memberships/${ownId}`),
      await owner.put(`${path}/${worker}`, { role: 'company-owner' }),
    ]) {
      expect([answer.status, problemOf(answer)]).toEqual([409, 'owner-stays']);
    }
    const invited = await owner.post(path, { email: other.email, role: 'company-owner' });
    expect(problemOf(invited)).toBe('role-not-of-kind');
    expect(own?.personId).toBe(owner.personId);
  });

  it('AJ-04: the account of an owner is not deleted', async () => {
    for (const path of ['/api/auth/delete-user', '/api/auth/delete-user/callback']) {
      expect((await owner.post(path, { password: 'correct horse' })).status).toBe(404);
    }
    expect((await owner.get('/v1/me')).as<{ personId: string }>(200).personId).toBe(owner.personId);
  });
});

describe('enrolling', () => {
  it('AJ-05, AJ-07, AJ-08: is the owner’s alone, in the company’s context; then the tabs appear', async () => {
    const company = await register(owner, 'Tesla Alarm');
    const manager = await stage.world.signUp('Mona');
    await hire(owner, company, manager, 'senior-service-manager');
    expect((await enrol(manager, company, company)).status).toBe(403);
    expect((await enrol(other, company, null)).status).toBe(404);
    expect(problemOf(await enrol(owner, company, null))).toBe('company-context-needed');
    expect(problemOf(await enrol(owner, company, volt))).toBe('company-context-needed');
    expect((await companyOf(owner, company)).features).toEqual([]);
    for (const path of ['resellers?country=NO', 'hubs']) {
      const hidden = await owner.get(`/v1/organisations/${company}/${path}`);
      expect([hidden.status, problemOf(hidden)]).toEqual([409, 'not-a-dealer']);
    }
    const first = (await enrol(owner, company, company)).as<Company>(200);
    expect(first.features).toEqual(['services', 'reseller-connections']);
    expect((await owner.get(`/v1/organisations/${company}/resellers?country=NO`)).status).toBe(200);
    expect((await owner.get(`/v1/organisations/${company}/hubs`)).body).toEqual({ items: [] });
    expect((await enrol(owner, company, company)).as<Company>(200)).toEqual(first);
    expect(problemOf(await owner.get(`/v1/organisations/${company}/dealers`))).toBe('not-a-reseller');
  });

  it('AJ-07: is a form with a button; without it nothing is activated', async () => {
    const company = await register(owner, 'Farad Alarm');
    const path = `/v1/organisations/${company}/dealer-enrolment`;
    for (const change of [{ activate: false }, { legalName: '' }, { contactEmail: 'nobody' }]) {
      const refused = await inContext(owner, company, 'POST', path, { ...form, ...change });
      expect(problemOf(refused)).toBe('invalid-request');
    }
    expect((await companyOf(owner, company)).dealer).toBeNull();
  });

  it('AJ-06: checks that services are offered in the country of the company', async () => {
    const far = await register(owner, 'Far Alarm', 'US');
    for (const as of ['dealer', 'reseller']) {
      expect(problemOf(await enrol(owner, far, far, as))).toBe('country-not-served');
    }
  });

  it('AJ-05: an installing organisation is no company, and its administrator enrols nothing', async () => {
    const path = `/v1/organisations/${stage.volt}/dealer-enrolment`;
    expect((await inContext(stage.ada, stage.volt, 'POST', path, form)).status).toBe(403);
  });
});

describe('employees', () => {
  it('AJ-14: has an account first; an unknown address is refused, and few of them can be tried', async () => {
    const company = await register(stage.pia, 'Siemens Alarm');
    const path = `/v1/organisations/${company}/members`;
    const unknown = { email: `nobody-${randomUUID()}@example.test`, role: 'company-installer' };
    const answers = [];
    for (let tried = 0; tried < 21; tried++) answers.push(problemOf(await stage.pia.post(path, unknown)));
    expect(new Set(answers.slice(0, 20))).toEqual(new Set(['no-such-account']));
    expect(answers[20]).toBe('too-many-requests');
    expect(await employees(stage.pia, company)).toHaveLength(1);
    await stage.pass(24 * 3_600_000);
    expect(problemOf(await stage.pia.post(path, unknown))).toBe('no-such-account');
  });

  it('AJ-15, AJ-09: is in the list at once, gets a mail, signs in, and picks the company', async () => {
    const worker = await stage.world.signUp('Wim');
    const path = `/v1/organisations/${volt}/members`;
    const wish = { email: worker.email, role: 'service-manager', language: 'fr' };
    const { invitationId } = (await owner.post(path, wish)).as<{ invitationId: string }>(202);
    const line = { email: worker.email, role: 'service-manager' };
    expect(await employees(owner, volt)).toContainEqual(
      expect.objectContaining({ ...line, id: invitationId, state: 'invited', personId: null }),
    );
    const mail = await waitFor('the mail', () =>
      mailbox.to(worker.email).find(({ subject }) => subject.includes('Volt')),
    );
    expect(mail.subject).toBe('Olga vous invite à rejoindre Volt Alarm');
    expect((await worker.get(`/v1/organisations/${volt}/employees`)).status).toBe(404);
    const accepted = await worker.post(`/v1/me/membership-invitations/${invitationId}/accept`, undefined);
    expect(accepted.body).toMatchObject({ organisationId: volt, kind: 'company', role: 'service-manager' });
    expect(await employees(worker, volt)).toContainEqual(
      expect.objectContaining({ ...line, state: 'active', personId: worker.personId }),
    );
    expect((await inContext(worker, volt, 'GET', '/v1/me')).status).toBe(200);
  });

  it('AJ-10, AJ-11, AJ-12, AJ-13: only the owner makes service managers, of two kinds, and changes roles at any time', async () => {
    const company = await registerDealer(owner, 'Henry Alarm');
    const names = ['Sam', 'Sid', 'Ina', 'New'];
    const [senior, junior, installer, candidate] = await Promise.all(
      names.map((name) => stage.world.signUp(name)),
    );
    if (!senior || !junior || !installer || !candidate) throw new Error('four people signed up');
    // AJ-10: before there is any, the owner reaches all of it.
    expect((await owner.get(`/v1/organisations/${company}/resellers?country=NO`)).status).toBe(200);
    await hire(owner, company, senior, 'senior-service-manager');
    const second = await hire(owner, company, junior, 'service-manager');
    await hire(owner, company, installer, 'company-installer');
    const path = `/v1/organisations/${company}/members`;
    for (const employee of [senior, junior, installer]) {
      const body = { email: candidate.email, role: 'service-manager' };
      expect((await employee.post(path, body)).status).toBe(403);
      expect((await employee.put(`${path}/${second}`, { role: 'company-installer' })).status).toBe(403);
      expect((await employee.delete(`${path}/${second}`)).status).toBe(403);
    }
    // AJ-12: today both kinds may do the same; an installer may not deal with resellers.
    const resellers = `/v1/organisations/${company}/resellers?country=NO`;
    expect([(await senior.get(resellers)).status, (await junior.get(resellers)).status]).toEqual([200, 200]);
    expect((await installer.get(resellers)).status).toBe(403);
    for (const role of ['company-installer', 'senior-service-manager', 'service-manager']) {
      expect((await owner.put(`${path}/${second}`, { role })).body).toMatchObject({ role });
      expect((await junior.get(resellers)).status).toBe(role === 'company-installer' ? 403 : 200);
    }
    expect(problemOf(await owner.put(`${path}/${second}`, { role: 'administrator' }))).toBe(
      'role-not-of-kind',
    );
    expect((await owner.delete(`${path}/${second}`)).status).toBe(204);
    expect((await junior.get(resellers)).status).toBe(404);
  });

  it('AJ-41: one person works for many companies, in each with a role of its own', async () => {
    const [one, two] = [await register(owner, 'Gauss'), await register(owner, 'Lenz')];
    const worker = await stage.world.signUp('Vera');
    await hire(owner, one, worker, 'company-installer');
    await hire(owner, two, worker, 'service-manager');
    const { items } = (await worker.get('/v1/organisations')).as<{ items: object[] }>(200);
    expect(items).toMatchObject([
      { organisationId: one, role: 'company-installer' },
      { organisationId: two, role: 'service-manager' },
    ]);
  });

  it('an installing organisation gives its own roles only', async () => {
    const body = { email: 'somebody@example.test', role: 'service-manager' };
    expect(problemOf(await stage.ada.post(`/v1/organisations/${stage.volt}/members`, body))).toBe(
      'role-not-of-kind',
    );
  });
});

describe('deleting a company', () => {
  it('AJ-34: is the owner’s alone and waits until no location is its own; then nobody is a member', async () => {
    const company = await registerDealer(owner, 'Curie Alarm');
    const manager = await stage.world.signUp('Mara');
    await hire(owner, company, manager, 'senior-service-manager');
    const path = `/v1/organisations/${company}`;
    expect((await manager.delete(path)).status).toBe(403);
    expect((await other.delete(path)).status).toBe(404);
    const installer = await hiredInstaller(company);
    const { locationId } = await installHub(installer, company);
    expect(problemOf(await owner.delete(path))).toBe('locations-remain');
    await handOverReady(stage.world.database.pool, installer, locationId, other);
    expect((await installer.get(`/v1/locations/${locationId}`)).status).toBe(200);
    expect((await owner.delete(path)).status).toBe(204);
    expect((await owner.get(`${path}/company`)).status).toBe(404);
    expect((await manager.get(`${path}/employees`)).status).toBe(404);
    expect((await owner.delete(path)).status).toBe(404);
    // What the company was given at its customers' places ends with it.
    expect((await installer.get(`/v1/locations/${locationId}`)).status).toBe(404);
  });
});

async function hiredInstaller(company: string): Promise<Caller> {
  const installer = await stage.world.signUp('Ivar');
  await hire(owner, company, installer, 'company-installer');
  return installer;
}
