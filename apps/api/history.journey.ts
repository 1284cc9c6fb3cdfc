import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { startHttpWorld, type Caller, type HttpWorld } from '#libs/testing/http-world.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { share } from '#libs/testing/sharing-steps.js';
import { ApiModule } from './api-module.js';

let world: HttpWorld;
let ada: Caller;
let gus: Caller;
let locationId: string;
let deviceId: string;
const start = Date.UTC(2026, 5, 1, 12);

beforeAll(async () => {
  world = await startHttpWorld(
    [SharingModule.register(), ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } })],
    { attemptsPerMinute: 1_000, authEndpoint: 'here' },
  );
  ada = await world.signUp('Ada');
  gus = await world.signUp('Gus');
  const { organisationId } = (await ada.post('/v1/organisations', { name: 'Volt' })).as<{
    organisationId: string;
  }>(201);
  const location = { name: 'Garage', timeZone: 'Europe/Oslo', organisationId };
  locationId = (await ada.post('/v1/locations', location)).as<{ locationId: string }>(201).locationId;
  const device = { kind: 'charger', identity: randomUUID(), name: 'Charger' };
  const registered = await ada.post(`/v1/locations/${locationId}/devices`, device);
  deviceId = registered.as<{ device: { deviceId: string } }>(201).device.deviceId;
  await share(ada, locationId, gus, 'guest');

  const { pool } = world.database;
  const at = (minutes: number): Date => new Date(start + minutes * 60_000);
  for (let index = 0; index < 7; index++) {
    // Two start in the same instant: the cursor must tell them apart.
    await pool.query(
      `INSERT INTO charging_transactions (location_id, device_id, connector, id_token, started_at, start_received_at,
         meter_start_wh, ended_at, meter_stop_wh) VALUES ($1, $2, 1, $3, $4, $4, $5, $6, $7)`,
      [
        locationId,
        deviceId,
        `token-${index}`,
        at(index - (index % 2)),
        index * 100,
        at(index + 30),
        index * 100 + 50,
      ],
    );
    await pool.query(
      `INSERT INTO device_events (location_id, device_id, at, received_at, type, severity, detail, source_key)
       VALUES ($1, $2, $3, $3, 'online', 'information', '{}', $4)`,
      [locationId, deviceId, at(index), `key-${index}`],
    );
    await pool.query(
      `INSERT INTO readings_1m (minute, device_id, connector, samples, current_l1_a_sum, current_l2_a_sum, current_l3_a_sum,
         current_l1_a_max, current_l2_a_max, current_l3_a_max, power_w_sum) VALUES ($1, $2, 1, 2, 20, 18, 16, 11, 10, 9, 8000)`,
      [at(index), deviceId],
    );
  }
});
afterAll(() => world.close());

async function walk<Item>(who: Caller, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const link: string = `${path}&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page: { items: Item[]; nextCursor: string | null } = (await who.get(link)).as(200);
    expect(page.items.length).toBeLessThanOrEqual(2);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

describe('history', () => {
  it('walks all sessions once, newest first, with the energy each took', async () => {
    const sessions = await walk<{ idToken: string; startedAt: string; energy_Wh: number }>(
      ada,
      `/v1/locations/${locationId}/sessions?`,
    );
    expect(sessions.map(({ idToken }) => idToken)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((index) => `token-${index}`),
    );
    expect(sessions.every(({ energy_Wh }) => energy_Wh === 50)).toBe(true);
    expect((await ada.get(`/v1/locations/${locationId}/sessions?open=true`)).body).toMatchObject({
      items: [],
    });
  });

  it('NB-99: walks all events once, newest first', async () => {
    const events = await walk<{ at: string }>(ada, `/v1/devices/${deviceId}/events?`);
    expect(events).toHaveLength(7);
    expect(events.map(({ at }) => at)).toEqual(
      events
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  it('walks all minutes once, oldest first, `from` inclusive and `to` exclusive', async () => {
    const range = `from=${new Date(start).toISOString()}&to=${new Date(start + 6 * 60_000).toISOString()}`;
    const minutes = await walk<{ at: string; current_A: number[]; currentMaximum_A: number[] }>(
      ada,
      `/v1/devices/${deviceId}/readings?${range}&connector=1`,
    );
    expect(minutes.map(({ at }) => (Date.parse(at) - start) / 60_000)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(minutes[0]).toMatchObject({ current_A: [10, 9, 8], currentMaximum_A: [11, 10, 9], samples: 2 });
  });

  it('NB-45, NB-99: a guest sees the sessions that his own remote start began and their events, and no measurements', async () => {
    expect(await walk(gus, `/v1/locations/${locationId}/sessions?`)).toEqual([]);
    const begin = { request: { action: 'remote-start', connector: 1, idToken: 'gus' } };
    (await gus.post(`/v1/devices/${deviceId}/commands`, begin)).as(202);
    await world.database.pool.query(
      `INSERT INTO charging_transactions (location_id, device_id, connector, id_token, started_at, start_received_at, meter_start_wh)
       VALUES ($1, $2, 1, 'gus', now(), now(), 0)`,
      [locationId, deviceId],
    );
    expect(await walk(gus, `/v1/locations/${locationId}/sessions?`)).toMatchObject([{ idToken: 'gus' }]);
    const range = `from=${new Date(start).toISOString()}&to=${new Date().toISOString()}`;
    expect((await gus.get(`/v1/devices/${deviceId}/readings?${range}`)).status).toBe(403);
    expect(await walk(gus, `/v1/devices/${deviceId}/events?`)).toEqual([]);
    const list = (type: string, transactionId: number | null, key: string) =>
      world.database.pool.query(
        `INSERT INTO device_events (location_id, device_id, at, received_at, type, severity, detail, source_key)
         VALUES ($1, $2, now(), now(), $3, 'information', $4, $5)`,
        [locationId, deviceId, type, JSON.stringify({ transactionId }), key],
      );
    const { rows } = await world.database.pool.query<{ id: number; token: string }>(
      `SELECT id, id_token AS token FROM charging_transactions WHERE location_id = $1 AND id_token IN ('gus', 'token-1')`,
      [locationId],
    );
    for (const { id, token } of rows) await list('transaction-started', id, `of ${token}`);
    await list('fault', null, 'a fault');
    const [own, ...others] = await walk<{ type: string; detail: { transactionId: number } }>(
      gus,
      `/v1/devices/${deviceId}/events?`,
    );
    expect(others).toEqual([]);
    expect(own?.detail.transactionId).toBe(rows.find(({ token }) => token === 'gus')?.id);
  });

  it('NB-75: the owner of a device reads no security entries, who configures it does', async () => {
    const pia = await world.signUp('Pia');
    await handOverReady(world.database.pool, ada, locationId, pia);
    for (const type of ['security-notice', 'fault'])
      await world.database.pool.query(
        `INSERT INTO device_events (location_id, device_id, at, received_at, type, severity, detail, source_key)
         VALUES ($1, $2, now(), now(), $3, 'warning', '{}', $4)`,
        [locationId, deviceId, type, `told to the owner: ${type}`],
      );
    const typesFor = async (who: Caller): Promise<string[]> =>
      (await walk<{ type: string }>(who, `/v1/devices/${deviceId}/events?`)).map(({ type }) => type);
    expect(await typesFor(pia)).toEqual(['fault']);
    expect((await typesFor(ada)).slice(0, 2)).toEqual(['fault', 'security-notice']);
  });
});
