import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiModule } from '#apps/api/api-module.js';
import type { OrganisationRole } from '#libs/entitlements/role.js';
import type { Caller } from '#libs/testing/http-world.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { join } from '#libs/testing/sharing-steps.js';
import { SharingModule } from './sharing-module.js';

/** CS-48, as calls: who gets what. `passes` is every answer behind the door. */
const calls: readonly (readonly [
  what: string,
  method: string,
  path: string,
  body: object | undefined,
  refused: readonly OrganisationRole[],
])[] = [
  ['see a device', 'GET', '/v1/devices/DEVICE', undefined, []],
  ['read events', 'GET', '/v1/devices/DEVICE/events', undefined, []],
  [
    'start a charge',
    'POST',
    '/v1/devices/DEVICE/commands',
    { request: { action: 'remote-start', connector: 1, idToken: 'CARD' } },
    [],
  ],
  ['export sessions', 'GET', '/v1/locations/LOCATION/sessions', undefined, ['technician']],
  [
    'export readings',
    'GET',
    '/v1/devices/DEVICE/readings?connector=1&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z',
    undefined,
    ['technician'],
  ],
  [
    'change a setting',
    'POST',
    '/v1/devices/DEVICE/commands',
    { request: { action: 'set-brightness', brightness_percent: 10 } },
    ['technician'],
  ],
  ['read the users', 'GET', '/v1/organisations/VOLT/members', undefined, ['technician']],
  [
    'invite a user',
    'POST',
    '/v1/organisations/VOLT/members',
    { email: 'next@example.test', role: 'technician' },
    ['technician', 'manager'],
  ],
  ['evaluate shares', 'GET', '/v1/organisations/VOLT/shares', undefined, ['technician', 'manager']],
  ['connect', 'GET', '/v1/organisations/VOLT/connections', undefined, ['technician', 'manager']],
  ['see the installations', 'GET', '/v1/organisations/VOLT/installations', undefined, []],
  ['read the key', 'GET', '/v1/organisations/VOLT/key', undefined, ['technician', 'manager']],
];
const roles = ['technician', 'manager', 'administrator', 'account-manager'] as const;

let stage: SharingStage;
let ids: Readonly<Record<string, string>>;
const callers = new Map<OrganisationRole, Caller>();
const memberships = new Map<OrganisationRole, string>();

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  const locationId = await stage.install('House');
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const added = await stage.ada.post(`/v1/locations/${locationId}/devices`, device);
  const { deviceId } = added.as<{ device: { deviceId: string } }>(201).device;
  ids = { VOLT: stage.volt, LOCATION: locationId, DEVICE: deviceId };
  for (const role of roles) {
    const who = await stage.world.signUp(role);
    callers.set(role, who);
    memberships.set(role, await join(stage.ada, stage.volt, who, role));
  }
});
afterAll(() => stage.close());

describe('account roles', () => {
  it.each(calls)('CS-48: %s', async (_what, method, path, body, refused) => {
    const address = path.replaceAll(/VOLT|LOCATION|DEVICE/g, (name) => ids[name] ?? '');
    for (const role of roles) {
      const answer = await callers.get(role)?.send(method, address, body, {});
      const expected = refused.includes(role) ? 403 : method === 'POST' ? 202 : 200;
      expect([role, answer?.status]).toEqual([role, expected]);
    }
  });

  it('CS-48, NB-05: an organisation of installers has these roles, and no role of another kind', async () => {
    const members = `/v1/organisations/${stage.volt}/members`;
    const email = 'somebody@example.test';
    for (const role of ['company-owner', 'service-manager', 'company-installer']) {
      expect(problemOf(await stage.ada.post(members, { email, role }))).toBe('role-not-of-kind');
      const change = await stage.ada.put(`${members}/${memberships.get('technician')}`, { role });
      expect(problemOf(change)).toBe('role-not-of-kind');
    }
  });

  it('CS-48: an account manager runs the organisation too, but it keeps an administrator', async () => {
    const members = `/v1/organisations/${stage.volt}/members`;
    const boss = callers.get('account-manager') ?? stage.pia;
    (await boss.put(`${members}/${memberships.get('administrator')}`, { role: 'manager' })).as(200);
    const { items } = (await boss.get(members)).as<{ items: { personId: string; membershipId: string }[] }>(
      200,
    );
    const last = items.find(({ personId }) => personId === stage.ada.personId)?.membershipId;
    expect(problemOf(await boss.put(`${members}/${last}`, { role: 'account-manager' }))).toBe(
      'last-administrator',
    );
    expect(problemOf(await boss.delete(`${members}/${last}`))).toBe('last-administrator');
    (await boss.put(`${members}/${memberships.get('administrator')}`, { role: 'administrator' })).as(200);
  });

  it('CS-48: an invitation lapses by itself after 168 hours, to the millisecond, whatever the clocks on the wall do', async () => {
    // From here to the end lies the Sunday on which Europe goes to summer time.
    const year = new Date(stage.clock.now()).getUTCFullYear() + 1;
    await stage.pass(Date.UTC(year, 2, 24, 12) - stage.clock.now());
    const who = await stage.world.signUp('Late');
    const invited = await stage.ada.post(`/v1/organisations/${stage.volt}/members`, {
      email: who.email,
      role: 'technician',
    });
    const { invitationId, expiresAt } = invited.as<{ invitationId: string; expiresAt: string }>(202);
    expect(Date.parse(expiresAt) - stage.clock.now()).toBe(168 * 3_600_000);
    const accept = () => who.post(`/v1/me/membership-invitations/${invitationId}/accept`, undefined);
    await stage.pass(168 * 3_600_000);
    expect((await accept()).status).toBe(404);
    const next = await stage.ada.post(`/v1/organisations/${stage.volt}/members`, {
      email: who.email,
      role: 'technician',
    });
    const again = next.as<{ invitationId: string }>(202).invitationId;
    await stage.pass(168 * 3_600_000 - 1);
    (await who.post(`/v1/me/membership-invitations/${again}/accept`, undefined)).as(200);
  });
});
