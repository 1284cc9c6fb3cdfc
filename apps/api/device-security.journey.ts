import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { StationSecurityStore } from '#libs/store/station-security.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let ada: Caller;
let deviceId: string;
let locationId: string;
beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  ada = await world.signUp('Ada');
  const { organisationId } = (await ada.post('/v1/organisations', { name: 'Volt' })).as<{
    organisationId: string;
  }>(201);
  const place = { name: 'Harbour', timeZone: 'Europe/Oslo', organisationId };
  ({ locationId } = (await ada.post('/v1/locations', place)).as<{ locationId: string }>(201));
  const wanted = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const added = await ada.post(`/v1/locations/${locationId}/devices`, wanted);
  ({ deviceId } = added.as<{ device: { deviceId: string } }>(201).device);
});
afterAll(() => world.close());

const path = (): string => `/v1/devices/${deviceId}`;
const codeOf = (answer: { text: string }): string => (JSON.parse(answer.text) as { code: string }).code;

describe('how a charger proves who it is, over HTTP', () => {
  it('OCPP 2.0.1 A05: a profile is raised at once and lowered only by who says so; both are audited', async () => {
    const raised = await ada.put(`${path()}/security-profile`, { securityProfile: 3 });
    expect(raised.as<object>(200)).toEqual({ securityProfile: 3, rotationPending: false, certificates: [] });
    const down = await ada.put(`${path()}/security-profile`, { securityProfile: 1 });
    expect([down.status, codeOf(down)]).toEqual([409, 'security-downgrade']);
    (await ada.put(`${path()}/security-profile`, { securityProfile: 2, lower: true })).as(200);
    const audit = (await ada.get(`/v1/locations/${locationId}/audit`)).as<{
      items: { action: string; detail: object }[];
    }>(200);
    const told = audit.items.filter(({ action }) => action === 'security-profile-set');
    expect(told.map(({ detail }) => detail)).toEqual([{ securityProfile: 2 }, { securityProfile: 3 }]);
  });

  it('a certificate is revoked once and listed as such', async () => {
    await new StationSecurityStore(world.database.pool).recordCertificate(deviceId, {
      serialNumber: 'ab12',
      purpose: 'ChargingStationCertificate',
      notBefore: new Date(0),
      notAfter: new Date('2030-01-01T00:00:00Z'),
    });
    (await ada.delete(`${path()}/certificates/ab12`)).as(204);
    expect((await ada.delete(`${path()}/certificates/ab12`)).status).toBe(404);
    const { certificates } = (await ada.get(`${path()}/security`)).as<{
      certificates: { serialNumber: string; revokedAt: string | null }[];
    }>(200);
    expect(certificates).toEqual([
      expect.objectContaining({ serialNumber: 'ab12', revokedAt: expect.any(String) }),
    ]);
  });
});

describe("an operator's own OCPP message, over HTTP", () => {
  const ask = (message: string, payload: object) =>
    ada.post(`${path()}/commands`, { request: { action: 'ocpp-call', message, payload } });

  it.each([
    ['ClearCache', {}],
    ['GetVariables', { getVariableData: [{ component: { name: 'EVSE' }, variable: { name: 'Power' } }] }],
  ])('%s of any version is taken', async (message, payload) => {
    expect((await ask(message, payload)).status).toBe(202);
  });

  it.each([
    ['TransactionEvent', {}, 'no message TransactionEvent'],
    ['Reset', { type: 'Sideways' }, 'not a ocpp1.6 Reset'],
    ['ClearChargingProfile', {}, 'keep the fuses'],
  ])('%s %j is refused at once with the reason', async (message, payload, reason) => {
    const answer = await ask(message, payload);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'not-an-ocpp-call']);
    expect(answer.text).toContain(reason);
  });
});
