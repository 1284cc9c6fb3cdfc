import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import type { RouteContract } from '#libs/contracts/http/route.js';
import { allRoutes } from '#libs/contracts/http/routes.js';
import type { LocationAction } from '#libs/entitlements/action.js';
import type { GrantRole } from '#libs/entitlements/role.js';
import type { Gate } from '#libs/gate/gate.js';
import { GATE } from '#libs/platform/tokens.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import { insertGrant, unlimited, wholeLocation } from '#libs/store/grants.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { handOver, join, share } from '#libs/testing/sharing-steps.js';
import { ApiModule } from './api-module.js';

/** The rows of section 6 that have a route: T H E U C L W, I K O, V, then what members may do to their organisation. */
const rights: Record<string, string> = {
  owner: 'yyyyynn yyy n nnnnnnnnn',
  administrator: 'yyyyyyy yyy n yyyyyynyn',
  installer: 'yyyyyyy yoy n ynyynnnnn',
  partner: 'yyyyyyy nnn n nnnnnnnnn',
  guest: 'yooynnn nnn n nnnnnnnnn',
  technician: 'ynyynny nnn n nnynnnnnn',
  'installation-manager': 'yyyyyyy yon n nnnnnnnnn',
  subcontractor: 'yyyyyyy yon n nnnnnnnnn',
  borrower: 'yyyynny nnn n nnnnnnnnn',
  stranger: 'nnnnnnn nnn n nnnnnnnnn',
  // Who runs the cloud has no right at anybody's location.
  operator: 'nnnnnnn nnn n nnnnnnnnn',
};
const actions: readonly string[] = `
  telemetry history events use comfort electrical work
  share revoke transfer services
  see-members manage-members see-organisation manage-customers
  manage-connections evaluate-shares manage-services see-billing enrol`
  .trim()
  .split(/\s+/);
const right = (who: string, action: string): string =>
  rights[who]?.replaceAll(' ', '')[actions.indexOf(action)] ?? 'n';

type Ids = Record<string, string>;
let world: HttpWorld;
const callers: Record<string, Caller> = {};
/** Where the codes of customer portals are read; their sessions are no people, whatever they ask for. */
const portals: Record<string, string> = {};
const visitors = ['portal-customer', 'portal-location'];
let own: Ids;
let foreign: Ids;

/** A location that somebody owns and an organisation installed, with a device and a command. */
async function site(administrator: Caller, owner: Caller): Promise<Ids> {
  const { organisationId } = (await administrator.post('/v1/organisations', { name: 'Volt' })).as<Ids>(201);
  const location = { name: 'Site', timeZone: 'Europe/Oslo', organisationId };
  const { locationId } = (await administrator.post('/v1/locations', location)).as<Ids>(201);
  await handOver(administrator, locationId ?? '', owner);
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const registered = await administrator.post(`/v1/locations/${locationId}/devices`, device);
  const { deviceId } = registered.as<{ device: { deviceId: string } }>(201).device;
  const books = `/v1/organisations/${organisationId}`;
  const building = await administrator.post(`${books}/locations/${locationId}/buildings`, { name: 'Hall' });
  const { buildingId } = building.as<Ids>(201);
  const wanted = { name: 'Row', buildingId };
  const entered = await administrator.post(`${books}/locations/${locationId}/installations`, wanted);
  const { installationId } = entered.as<Ids>(201);
  await administrator.put(`/v1/installations/${installationId}/devices`, { deviceIds: [deviceId] });
  const request = { request: { action: 'reset', type: 'Soft' } };
  const { commandId } = (await administrator.post(`/v1/devices/${deviceId}/commands`, request)).as<Ids>(202);
  return { organisationId, locationId, buildingId, installationId, deviceId, commandId } as Ids;
}

/** A role of a share, without the connection and the request that lead there. */
async function give(by: Caller, at: Ids, to: Caller | undefined, role: GrantRole): Promise<void> {
  const now = new Date();
  const { sequence } = await changeEntitlements(
    world.database.pool,
    { actorPersonId: by.personId, at: now.getTime() },
    (change) =>
      insertGrant(
        change,
        {
          ...unlimited,
          place: wholeLocation(at['locationId'] ?? ''),
          personId: to?.personId ?? '',
          organisationId: null,
          role,
        },
        { personId: by.personId, at: now },
      ),
  );
  await world.app.get<Gate>(GATE).caughtUp(sequence);
}

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  for (const who of Object.keys(rights))
    callers[who] = who === 'operator' ? await world.signUpOperator() : await world.signUp(who);
  const { administrator, owner, installer, technician, partner, guest } = callers as Record<
    string,
    Caller
  > & {
    administrator: Caller;
    owner: Caller;
    installer: Caller;
    technician: Caller;
    partner: Caller;
    guest: Caller;
  };
  own = await site(administrator, owner);
  foreign = await site(await world.signUp('Other'), await world.signUp('Else'));
  await join(administrator, own['organisationId'] ?? '', installer, 'installer');
  await join(administrator, own['organisationId'] ?? '', technician, 'technician');
  for (const role of ['installation-manager', 'subcontractor', 'borrower'] as const) {
    await give(administrator, own, callers[role], role);
  }
  await share(owner, own['locationId'] ?? '', partner, 'partner');
  await share(owner, own['locationId'] ?? '', guest, 'guest');
  const books = `/v1/organisations/${own['organisationId']}`;
  const { customerId } = (await administrator.post(`${books}/customers`, { name: 'Customer' })).as<Ids>(201);
  const place = `${books}/locations/${own['locationId']}`;
  (await administrator.put(place, { customerId, address: null })).as(200);
  for (const [who, path] of [
    ['portal-customer', `${books}/customers/${customerId}/portal`],
    ['portal-location', `${place}/portal`],
  ] as const) {
    (await administrator.put(path, { enabled: true })).as(200);
    portals[who] = path;
  }
});

/** A fresh one for each call, since signing out and renewing the code are among the routes. */
async function visitor(portal: string): Promise<Caller> {
  const read = await callers['administrator']?.get(portal);
  const { code } = read?.as<{ code: string }>(200) ?? { code: '' };
  const entered = await world.anonymous.post('/v1/customer-portal/sign-in', { code });
  return world.callerWith(entered.as<{ token: string }>(200).token);
}
afterAll(() => world.close());

/** The status of a call without query and body: what passes the door is answered 2xx, or 400 and 415 for what lacks. */
async function knock(route: RouteContract, caller: Caller, ids: Ids): Promise<number> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? randomUUID());
  const abort = new AbortController();
  const response = await fetch(`${world.url}${path}`, {
    method: route.method.toUpperCase(),
    headers: caller.authorization,
    signal: abort.signal,
  });
  abort.abort();
  return response.status;
}

/** Whether the path names something besides what the site of the test has. */
const namesMore = (route: RouteContract): boolean =>
  [...route.path.matchAll(/\{(\w+)\}/g)].some(([, name]) => !(String(name) in own));

/** Seeing the command opens the door; that of what it asks, a reset, decides. */
const decidedBy: Readonly<Record<string, LocationAction>> = { cancelCommand: 'comfort' };

type Door = 'passes' | 401 | 403 | 404;

function expected(route: RouteContract, who: string, where: 'own' | 'foreign' | 'absent'): Door {
  const { access } = route;
  if (access.kind === 'public') return 'passes';
  if (access.kind === 'portal') {
    if (!visitors.includes(who)) return 401;
    return access.param === null || where === 'own' ? 'passes' : 404;
  }
  if (who === 'anonymous' || visitors.includes(who)) return 401;
  if (access.kind === 'signed-in') return 'passes';
  if (access.kind === 'operator') return who === 'operator' ? 'passes' : 403;
  if (where !== 'own') return 404;
  const has = right(who, decidedBy[route.operationId] ?? access.action);
  if (has === 'y' || (has === 'o' && access.whenOwnOnly === 'narrow')) return 'passes';
  const sees = access.resource === 'organisation' ? right(who, 'see-organisation') : right(who, 'telemetry');
  return sees === 'y' ? 403 : 404;
}

describe.each([...Object.keys(rights), ...visitors, 'anonymous'])(
  'T7, NB-03, NB-16, NB-45, CP-17: every route for %s',
  (who) => {
    it.each(allRoutes.map((route) => [route.operationId, route] as const))('%s', async (_name, route) => {
      const knocked = await Promise.all(
        (['own', 'foreign', 'absent'] as const).map(async (where) => {
          const portal = portals[who];
          const caller = portal === undefined ? (callers[who] ?? world.anonymous) : await visitor(portal);
          const ids = where === 'own' ? own : where === 'foreign' ? foreign : {};
          return { where, status: await knock(route, caller, ids) };
        }),
      );
      for (const { where, status } of knocked) {
        const door = expected(route, who, where);
        if (door !== 'passes') expect([where, status]).toEqual([where, door]);
        // A query that must be there is looked at before what the path names is.
        else if (!route.query.safeParse({}).success) expect([400, 415]).toContain(status);
        // Behind the door the installation has its device and the building its installation.
        else if (route.method === 'delete' && !namesMore(route)) expect([404, 409]).toContain(status);
        // There is no grant, member or invitation of a random id, nor a transfer to cancel.
        else if (route.method === 'delete' || (route.body === null && namesMore(route))) {
          expect([where, status]).toEqual([where, 404]);
        } else {
          // 409: the organisation is no company that enrolled (AJ-07).
          expect([200, 201, 202, 204, 400, 409, 415]).toContain(status);
        }
      }
    });
  },
);
