import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { PostgresTransactionJournal } from '#libs/store/journal/transaction-journal.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let ada: Caller;
let locationId: string;
let deviceId: string;
let journal: PostgresTransactionJournal;
beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  journal = new PostgresTransactionJournal(world.database.pool);
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

const at = Date.UTC(2026, 0, 5, 8);
const start = (connector: number, meterStart_Wh: number) =>
  journal.start({
    deviceId,
    siteId: locationId,
    connector,
    idToken: 'CARD',
    meterStart_Wh,
    reservationId: null,
    remoteStartSince: at,
    deviceTime: at,
    receivedAt: at + meterStart_Wh,
  });
const stop = (transactionId: number, meterStop_Wh: number) =>
  journal.stop({
    deviceId,
    siteId: locationId,
    transactionId,
    meterStop_Wh,
    reason: 'Local',
    deviceTime: at + 5_000,
    receivedAt: at + 10_000,
  });

interface Stop {
  stopId: number;
  transactionId: number;
  candidates: { transactionId: number }[];
}
const path = (): string => `/v1/locations/${locationId}/quarantined-stops`;
const open = async (): Promise<Stop[]> => (await ada.get(path())).as<{ items: Stop[] }>(200).items;
const resolve = (stopId: number, transactionId: number | null) =>
  ada.put(`${path()}/${stopId}/resolution`, { transactionId });

describe('stops that fit no transaction', () => {
  it('show what they may belong to; a match ends that session, once', async () => {
    const first = await start(1, 100);
    const second = await start(2, 900);
    await stop(-1, 500);
    const [held] = await open();
    // The meter of the second began above the stop's.
    expect(held).toMatchObject({ transactionId: -1, candidates: [{ transactionId: first.transactionId }] });

    const wrong = await resolve(held?.stopId ?? 0, 2_000_000);
    expect([wrong.status, (JSON.parse(wrong.text) as { code: string }).code]).toEqual([
      409,
      'stop-does-not-fit',
    ]);
    (await resolve(held?.stopId ?? 0, first.transactionId)).as(204);
    expect(await open()).toEqual([]);
    const { rows } = await world.database.pool.query(
      'SELECT id, meter_stop_wh, ended_at FROM charging_transactions WHERE device_id = $1 ORDER BY id',
      [deviceId],
    );
    expect(rows).toEqual([
      { id: first.transactionId, meter_stop_wh: 500, ended_at: new Date(at + 5_000) },
      { id: second.transactionId, meter_stop_wh: null, ended_at: null },
    ]);
    expect((await resolve(held?.stopId ?? 0, second.transactionId)).status).toBe(409);
    const audit = (await ada.get(`/v1/locations/${locationId}/audit`)).as<{ items: { action: string }[] }>(
      200,
    );
    expect(audit.items.map(({ action }) => action)).toContain('quarantined-stop-resolved');
  });

  it('are set aside when they belong to none', async () => {
    await stop(0, 1);
    const [held] = await open();
    expect(held?.candidates).toEqual([]);
    (await resolve(held?.stopId ?? 0, null)).as(204);
    expect(await open()).toEqual([]);
    expect((await resolve(held?.stopId ?? 0, null)).status).toBe(404);
  });
});
