import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import { giveGrant } from '#libs/testing/give-grant.js';
import type { Caller } from '#libs/testing/http-world.js';
import { Mailbox } from '#libs/testing/mailbox.js';
import { pdfText } from '#libs/testing/pdf-text.js';
import {
  enablePortal,
  enterCustomer,
  enterPortal,
  locationsIn,
  moveTo,
  portalOfCustomer,
  portalOfLocation,
  shownIn,
  tryPortal,
  type PortalAccess,
} from '#libs/testing/portal-steps.js';
import { organise, problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { certify, download, enterInstallation, orderWork } from '#libs/testing/supplier-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { SharingModule } from '../sharing-module.js';

const mailbox = new Mailbox();
let stage: SharingStage;
let ada: Caller;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.mailingBy(mailbox),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada } = stage);
});
afterAll(() => stage.close());
// Each test has its own allowance of wrong codes.
beforeEach(() => stage.pass(15 * 60_000));

const signIn = async (code: string, token: string | null) => problemOf(await tryPortal(stage, code, token));
const entered = (visitor: Caller) => visitor.get('/v1/customer-portal').then(({ status }) => status);

describe('the customer portal of a customer', () => {
  it('CP-01, CP-03, CP-04, CP-05: one code shows all its locations and installations, later ones too', async () => {
    const [house, barn, other] = [
      await stage.install('House'),
      await stage.install('Barn'),
      await stage.install('Not theirs'),
    ];
    await enterInstallation(stage, house, 'Garage');
    await enterInstallation(stage, other, 'Elsewhere');
    const customerId = await enterCustomer(stage, 'Dora', [house]);
    const path = portalOfCustomer(stage, customerId);
    expect((await ada.get(path)).body).toMatchObject({ enabled: false, code: null });
    const code = await enablePortal(stage, path);
    expect((await ada.get(path)).body).toMatchObject({ enabled: true, code, link: '/customer', tokens: [] });
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const dora = await enterPortal(stage, code.toLowerCase().replaceAll('-', ' '), null);
    expect((await dora.get('/v1/customer-portal')).body).toEqual({
      level: 'customer',
      name: 'Dora',
      supplier: 'Volt',
    });
    expect(await shownIn(dora)).toEqual(['House', 'House / Garage']);
    await moveTo(stage, barn, customerId);
    await enterInstallation(stage, barn, 'Pump');
    expect(await shownIn(dora)).toEqual(['Barn', 'Barn / Pump', 'House', 'House / Garage']);
    const first = await dora.get('/v1/customer-portal/locations?limit=1');
    const { nextCursor } = first.as<{ nextCursor: string }>(200);
    const second = await dora.get(`/v1/customer-portal/locations?limit=1&cursor=${nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ name: 'House' }], nextCursor: null });
    await moveTo(stage, barn, null);
    expect(await shownIn(dora)).toEqual(['House', 'House / Garage']);
  });

  it('CP-13, CP-14, CP-15, CP-19, CP-20: a renewed or switched-off code ends with its sessions; on again is new', async () => {
    const customerId = await enterCustomer(stage, 'Emil', []);
    const path = portalOfCustomer(stage, customerId);
    expect(problemOf(await ada.post(`${path}/code`, undefined))).toBe('portal-off');
    const first = await enablePortal(stage, path);
    expect(await enablePortal(stage, path)).toBe(first);
    const early = await enterPortal(stage, first, null);
    const renewed = (await ada.post(`${path}/code`, undefined)).as<PortalAccess>(200).code ?? '';
    expect(renewed).not.toBe(first);
    expect((await ada.get(path)).body).toMatchObject({ code: renewed });
    expect([await entered(early), await signIn(first, null)]).toEqual([401, 'unknown-code']);
    const late = await enterPortal(stage, renewed, null);
    expect((await ada.put(path, { enabled: false })).body).toMatchObject({ enabled: false, code: null });
    expect([await entered(late), await signIn(renewed, null)]).toEqual([401, 'unknown-code']);
    const again = await enablePortal(stage, path);
    expect([first, renewed]).not.toContain(again);
    expect([await entered(early), await entered(late), await signIn(renewed, null)]).toEqual([
      401,
      401,
      'unknown-code',
    ]);
    expect(await entered(await enterPortal(stage, again, null))).toBe(200);
    const audit = await stage.rows(
      `SELECT action, detail FROM audit_log WHERE subject_id = $1 AND action LIKE 'customer-portal%' ORDER BY sequence`,
      [customerId],
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'customer-portal-enabled',
      'customer-portal-code-made',
      'customer-portal-disabled',
      'customer-portal-enabled',
    ]);
  });

  it('ends a session after twelve hours, half-open, or when its holder signs out', async () => {
    const path = portalOfCustomer(stage, await enterCustomer(stage, 'Fay', []));
    const code = await enablePortal(stage, path);
    const [stays, leaves] = [await enterPortal(stage, code, null), await enterPortal(stage, code, null)];
    expect((await leaves.post('/v1/customer-portal/sign-out', undefined)).status).toBe(204);
    expect([await entered(leaves), await entered(stays)]).toEqual([401, 200]);
    await stage.pass(12 * 3_600_000 - 1);
    expect(await entered(stays)).toBe(200);
    await stage.pass(1);
    expect(await entered(stays)).toBe(401);
  });
});

describe('the customer portal of a location', () => {
  it('CP-06, CP-07, CP-08, CP-16: its code opens that location only, beside the customer’s and apart from it', async () => {
    const [north, south] = [await stage.install('North'), await stage.install('South')];
    await enterInstallation(stage, north, 'Row');
    const customerId = await enterCustomer(stage, 'Gus', [north, south]);
    const [whole, single] = [portalOfCustomer(stage, customerId), portalOfLocation(stage, north)];
    const [all, one] = [await enablePortal(stage, whole), await enablePortal(stage, single)];
    expect(all).not.toBe(one);
    const [gus, keeper] = [await enterPortal(stage, all, null), await enterPortal(stage, one, null)];
    expect((await keeper.get('/v1/customer-portal')).body).toMatchObject({
      level: 'location',
      name: 'North',
    });
    expect(await shownIn(keeper)).toEqual(['North', 'North / Row']);
    expect(await shownIn(gus)).toEqual(['North', 'North / Row', 'South']);
    await ada.put(single, { enabled: false });
    expect([await entered(keeper), await entered(gus)]).toEqual([401, 200]);
    expect([await signIn(one, null), await signIn(all, null)]).toEqual(['unknown-code', undefined]);
    const anew = await enablePortal(stage, single);
    const keeperAgain = await enterPortal(stage, anew, null);
    await ada.put(whole, { enabled: false });
    expect([await entered(keeperAgain), await entered(gus)]).toEqual([200, 401]);
    expect([await signIn(anew, null), await signIn(all, null)]).toEqual([undefined, 'unknown-code']);
  });

  it('CP-09, CP-10, CP-11, CP-12, CP-18: narrowed, it takes the code and a token of its own installations', async () => {
    const [here, there] = [await stage.install('Here'), await stage.install('There')];
    const [a] = [
      await enterInstallation(stage, here, 'A'),
      await enterInstallation(stage, here, 'B'),
      await enterInstallation(stage, there, 'C'),
    ];
    const narrowed = async (locationId: string) =>
      (
        await ada.put(portalOfLocation(stage, locationId), { enabled: true, restricted: true })
      ).as<PortalAccess>(200);
    const unnarrowed = await enablePortal(stage, portalOfLocation(stage, here));
    const wide = await enterPortal(stage, unnarrowed, null);
    const access = await narrowed(here);
    // What was opened without a token ends with the narrowing.
    expect(await entered(wide)).toBe(401);
    const code = access.code ?? '';
    expect(access.tokens.map(({ name }) => name)).toEqual(['A', 'B']);
    const tokens = [...access.tokens, ...(await narrowed(there)).tokens].map(({ token }) => token);
    expect(new Set(tokens).size).toBe(3);
    const [tokenA = '', , tokenC = ''] = tokens;
    expect(await signIn(code, null)).toBe('unknown-code');
    expect(await signIn(code, tokenC)).toBe('unknown-code');
    expect(await signIn('', tokenA)).toBe('invalid-request');
    expect(await signIn(tokenA, null)).toBe('unknown-code');
    expect(await signIn(tokenA, tokenA)).toBe('unknown-code');
    const visitor = await enterPortal(stage, code, tokenA);
    expect((await visitor.get('/v1/customer-portal')).body).toMatchObject({ level: 'installation' });
    expect(await shownIn(visitor)).toEqual(['Here', 'Here / A']);
    const [location] = await locationsIn(visitor);
    expect(location?.installations[0]?.installationId).toBe(a);
    // Made once: the same after renewing, off and on, and for what is added later there is one more.
    await ada.post(`${portalOfLocation(stage, here)}/code`, undefined);
    await ada.put(portalOfLocation(stage, here), { enabled: false });
    await enterInstallation(stage, here, 'D');
    const later = await narrowed(here);
    expect(later.tokens.slice(0, 2)).toEqual(access.tokens);
    expect(later.tokens.map(({ name }) => name)).toEqual(['A', 'B', 'D']);
    expect(await shownIn(await enterPortal(stage, later.code ?? '', later.tokens[2]?.token ?? ''))).toEqual([
      'Here',
      'Here / D',
    ]);
  });

  it('T3, NB-51: a transfer ends the location’s code and sessions, and hides it from the customer’s old code', async () => {
    const locationId = await stage.install('Sold');
    await enterInstallation(stage, locationId, 'Row');
    const [seller, buyer] = [await stage.world.signUp('Seller'), await stage.world.signUp('Buyer')];
    await handOver(ada, locationId, seller);
    const customerId = await enterCustomer(stage, 'Seller', [locationId, await stage.install('Kept')]);
    const [whole, single] = [portalOfCustomer(stage, customerId), portalOfLocation(stage, locationId)];
    const [all, one] = [await enablePortal(stage, whole), await enablePortal(stage, single)];
    const [customer, keeper] = [await enterPortal(stage, all, null), await enterPortal(stage, one, null)];
    const [sold] = (await locationsIn(customer)).filter(({ name }) => name === 'Sold');
    const logbook = `/v1/customer-portal/installations/${sold?.installations[0]?.installationId}/logbook`;
    expect((await customer.get(logbook)).status).toBe(200);
    await handOver(seller, locationId, buyer);
    expect([await entered(keeper), await signIn(one, null)]).toEqual([401, 'unknown-code']);
    expect((await ada.get(single)).body).toMatchObject({ enabled: false, code: null });
    expect(await shownIn(customer)).toEqual(['Kept']);
    expect((await customer.get(logbook)).status).toBe(404);
    // Back to the seller: what was made in his first time stays ended.
    await handOver(buyer, locationId, seller);
    expect([await entered(keeper), await signIn(one, null)]).toEqual([401, 'unknown-code']);
    expect(await shownIn(customer)).toEqual(['Kept']);
    // Whoever makes a code now means the owner of now.
    expect(await entered(await enterPortal(stage, await enablePortal(stage, single), null))).toBe(200);
    const anew = (await ada.post(`${whole}/code`, undefined)).as<PortalAccess>(200).code ?? '';
    expect(await shownIn(await enterPortal(stage, anew, null))).toEqual(['Kept', 'Sold', 'Sold / Row']);
  });
});

describe('what the portal shows and what it never does', () => {
  it('CP-17: the logbook and its PDFs with the right name, nothing else, and nobody in it', async () => {
    const locationId = await stage.install('Logged');
    const installationId = await enterInstallation(stage, locationId, 'Row');
    const second = await enterInstallation(stage, locationId, 'Second');
    const ohmster = await stage.world.signUp('Ohmster');
    await giveGrant(stage, {
      place: { locationId, part: { kind: 'installation', id: installationId } },
      organisationId: await organise(ohmster, 'Ohm'),
      role: 'subcontractor',
      grantedByOrganisationId: stage.volt,
      branded: true,
    });
    const at = new Date(stage.clock.now()).toISOString();
    const done = { state: 'done', doneAt: at, activities: [{ at, text: 'Tightened' }] };
    const ordered = await orderWork(ohmster, installationId, 'Service', done);
    const { workOrderId } = ordered.as<{ workOrderId: string }>(201);
    await certify(ada, installationId, 'Yearly', { validUntil: '2027-06-30' });
    await certify(ada, second, 'Of the other', {});
    const code = await enablePortal(stage, portalOfLocation(stage, locationId));
    const visitor = await enterPortal(stage, code, null);
    const path = `/v1/customer-portal/installations/${installationId}/logbook`;
    const logbook = await visitor.get(path);
    expect(logbook.as<{ items: unknown[] }>(200).items).toHaveLength(2);
    expect(logbook.text).toContain('"by":"Volt"');
    for (const hidden of ['Ohm', 'Ada', ohmster.personId, ada.personId, stage.volt]) {
      expect(logbook.text).not.toContain(hidden);
    }
    const url = `${stage.world.url}${path}/${workOrderId}/pdf`;
    const file = await download(url, visitor.authorization);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const text = pdfText(file.bytes);
    expect(text).toContain('Volt');
    expect(text).not.toContain('Ohm');
    // The document of another installation is not found under this one, nor anything under a foreign one.
    const foreign = await enterInstallation(stage, await stage.install('Foreign'), 'Foreign');
    expect(
      (await visitor.get(`/v1/customer-portal/installations/${second}/logbook/${workOrderId}/pdf`)).status,
    ).toBe(404);
    expect((await visitor.get(`/v1/customer-portal/installations/${foreign}/logbook`)).status).toBe(404);
    // It is nobody where people are, and a person is nobody here.
    const asPerson = [
      await visitor.get('/v1/me'),
      await visitor.get(`/v1/locations/${locationId}`),
      await visitor.get(`/v1/installations/${installationId}`),
      await visitor.delete(`/v1/installations/${installationId}/work-orders/${workOrderId}`),
      await visitor.get(portalOfLocation(stage, locationId)),
      await ada.get('/v1/customer-portal'),
    ];
    expect(asPerson.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
  });

  it('CP-17, T9: in a browser the session is a cookie that no script reads and no other site can use', async () => {
    const code = await enablePortal(stage, portalOfCustomer(stage, await enterCustomer(stage, 'Hal', [])));
    const answer = await tryPortal(stage, code, null);
    const set = answer.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^busbar\.customer_portal=[\w-]{43}; Max-Age=43200; /);
    expect(set).toContain('Path=/v1/customer-portal; HttpOnly; SameSite=Strict');
    const cookie = set.split(';')[0] ?? '';
    const { anonymous } = stage.world;
    const send = (method: string, path: string, origin: string) =>
      anonymous.send(method, `/v1/customer-portal${path}`, undefined, { cookie, origin });
    expect((await send('GET', '', stage.world.url)).status).toBe(200);
    const evil = await send('POST', '/sign-out', 'https://evil.example');
    expect([evil.status, problemOf(evil)]).toEqual([403, 'foreign-origin']);
    expect((await send('POST', '/sign-out', stage.world.url)).status).toBe(204);
    expect((await send('GET', '', stage.world.url)).status).toBe(401);
  });

  it('CP-21: only members who may edit customers switch, read or renew; nobody it is shared with, nor the owner', async () => {
    const locationId = await stage.install('Guarded');
    const customerId = await enterCustomer(stage, 'Ida', [locationId]);
    const [ina, tess, owner, partner, pia] = [
      await stage.world.signUp('Ina'),
      await stage.world.signUp('Tess'),
      await stage.world.signUp('Owner'),
      await stage.world.signUp('Partner'),
      stage.pia,
    ];
    await join(ada, stage.volt, ina, 'installer');
    const membershipId = await join(ada, stage.volt, tess, 'installer');
    await ada.put(`/v1/organisations/${stage.volt}/members/${membershipId}`, { role: 'technician' });
    await handOver(ada, locationId, owner);
    await share(owner, locationId, partner, 'partner');
    const ohm = await organise(pia, 'Ohm');
    await giveGrant(stage, {
      place: { customerId },
      organisationId: ohm,
      role: 'installation-manager',
      grantedByOrganisationId: stage.volt,
    });
    const attempts = async (who: Caller, path: string) => [
      (await who.get(path)).status,
      (await who.put(path, { enabled: true })).status,
      (await who.post(`${path}/code`, undefined)).status,
    ];
    for (const path of [portalOfCustomer(stage, customerId), portalOfLocation(stage, locationId)]) {
      expect(await attempts(tess, path)).toEqual([403, 403, 403]);
      for (const who of [owner, partner, pia]) expect(await attempts(who, path)).toEqual([404, 404, 404]);
      expect(await attempts(stage.world.anonymous, path)).toEqual([401, 401, 401]);
      expect(await attempts(ina, path)).toEqual([200, 200, 200]);
      // In his own books the customer does not exist.
      const own = path.replace(stage.volt, ohm);
      expect(await attempts(pia, own)).toEqual([404, 404, 404]);
    }
  });

  it('CP-02: nothing is mailed about it over its whole life', async () => {
    const queued = async () => (await stage.rows('SELECT count(*) FROM mail_queue', []))[0]?.['count'];
    const locationId = await stage.install('Quiet');
    await enterInstallation(stage, locationId, 'Row');
    const customerId = await enterCustomer(stage, 'Jo', [locationId]);
    await waitFor('the mail of other tests to leave', async () => {
      const [row] = await stage.rows('SELECT count(*) FROM mail_queue WHERE done_at IS NULL', []);
      return Number(row?.['count']) === 0;
    });
    const before = [await queued(), mailbox.mails.length];
    for (const path of [portalOfCustomer(stage, customerId), portalOfLocation(stage, locationId)]) {
      const code = await enablePortal(stage, path);
      const visitor = await enterPortal(stage, code, null);
      await shownIn(visitor);
      await signIn('ZZZZ-ZZZZ-ZZZZ-ZZZZ', null);
      await ada.put(path, { enabled: true, ...(path.includes('locations') ? { restricted: true } : {}) });
      await ada.post(`${path}/code`, undefined);
      await ada.put(path, { enabled: false });
    }
    await stage.pass(24 * 3_600_000);
    expect([await queued(), mailbox.mails.length]).toEqual(before);
  });
});
