import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import readExcelFile from 'read-excel-file/node';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import type { Caller } from '#libs/testing/http-world.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { handOver, share } from '#libs/testing/sharing-steps.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from '../api-module.js';
import { ExportWorker } from './export-worker.js';

interface Export {
  readonly exportId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly sessions: number;
  readonly total: number | null;
}
interface Session {
  readonly idToken: string;
  readonly energy_Wh: number | null;
  readonly cost: number | null;
  readonly currency: string | null;
  readonly tokenLabel: string | null;
  readonly personId: string | null;
}

let stage: SharingStage;
let locationId: string;
let deviceId: string;
let start: number;
const minute_ms = 60_000;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  const { ada, pia } = stage;
  locationId = await stage.install('Yard');
  const device = { kind: 'charger', identity: randomUUID(), name: '=cmd()' };
  const registered = await ada.post(`/v1/locations/${locationId}/devices`, device);
  deviceId = registered.as<{ device: { deviceId: string } }>(201).device.deviceId;
  await handOverReady(stage.world.database.pool, ada, locationId, pia);
  // What follows happens in the time of the present owner (NB-52).
  await stage.pass(3 * 86_400_000);
  start = Math.floor(stage.clock.now() / (60 * minute_ms)) * 60 * minute_ms - 24 * 60 * minute_ms;
});
afterAll(() => stage.close());

/** A session that began so many minutes after the start and ended an hour later. */
async function session(idToken: string, minutes: number, from_Wh: number, to_Wh: number): Promise<void> {
  const at = new Date(start + minutes * minute_ms);
  await stage.rows(
    `INSERT INTO charging_transactions (location_id, device_id, connector, id_token, started_at, start_received_at,
       meter_start_wh, ended_at, end_received_at, meter_stop_wh, stop_reason)
     VALUES ($1, $2, 1, $3, $4, $4, $5, $6, $6, $7, 'Local')`,
    [locationId, deviceId, idToken, at, from_Wh, new Date(at.getTime() + 60 * minute_ms), to_Wh],
  );
}
const register = (minutes: number, energy_Wh: number) =>
  stage.rows(
    `INSERT INTO readings_1m (minute, device_id, connector, samples, current_l1_a_sum, current_l2_a_sum, current_l3_a_sum,
       current_l1_a_max, current_l2_a_max, current_l3_a_max, energy_wh_last) VALUES ($1, $2, 1, 1, 0, 0, 0, 0, 0, 0, $3)`,
    [new Date(start + minutes * minute_ms), deviceId, energy_Wh],
  );
const span = () => ({
  from: new Date(start - 86_400_000).toISOString(),
  to: new Date(stage.clock.now() + 86_400_000).toISOString(),
});
const ask = async (who: Caller, format: string): Promise<string> =>
  (await who.post(`/v1/locations/${locationId}/exports`, { format, ...span() })).as<Export>(202).exportId;
const ready = (who: Caller, exportId: string): Promise<Export> =>
  waitFor('the file', async () => {
    const job = (await who.get(`/v1/exports/${exportId}`)).as<Export>(200);
    return job.state === 'ready' || job.state === 'failed' ? job : null;
  });
async function download(who: Caller, exportId: string): Promise<{ type: string; bytes: Buffer }> {
  const answer = await fetch(`${stage.world.url}/v1/exports/${exportId}/file`, {
    headers: who.authorization,
  });
  expect(answer.status).toBe(200);
  return { type: answer.headers.get('content-type') ?? '', bytes: Buffer.from(await answer.arrayBuffer()) };
}
const lines = (bytes: Buffer) =>
  parse(bytes, { bom: true, columns: true }) as Readonly<Record<string, string>>[];
const sessions = async (who: Caller, query: string) =>
  (await who.get(`/v1/locations/${locationId}/sessions?${query}`)).as<{ items: Session[] }>(200).items;

describe('charging history', () => {
  it('NB-91: sessions tell what they took and cost at the prices of their time, and whose token it was', async () => {
    const { pia } = stage;
    const slot = (hour: number, perKWh: number) => ({
      from: new Date(start + hour * 60 * minute_ms).toISOString(),
      until: new Date(start + (hour + 1) * 60 * minute_ms).toISOString(),
      perKWh,
    });
    const prices = { currency: 'EUR', slots: [slot(0, 0.1), slot(1, 0.5)] };
    (await pia.put(`/v1/locations/${locationId}/prices`, prices)).as(200);
    await stage.rows(`INSERT INTO id_tokens (location_id, token, label) VALUES ($1, 'CARD', 'Blue car')`, [
      locationId,
    ]);
    // From half past to half past: three quarters of the energy before the price rises.
    await session('CARD', 30, 1_000, 5_000);
    await register(59, 4_000);
    await session('LATE', 300, 5_000, 6_000);
    const [late, priced] = await sessions(pia, '');
    expect(late).toMatchObject({ idToken: 'LATE', energy_Wh: 1_000, cost: null, currency: null });
    expect(priced).toMatchObject({
      energy_Wh: 4_000,
      currency: 'EUR',
      tokenLabel: 'Blue car',
      personId: null,
    });
    // The minute in which the price rises belongs to both.
    expect(priced?.cost).toBeCloseTo(3 * 0.1 + 0.5, 1);
  });

  it('negative energy after a roll-over: the register fell back, and what was read in between counts', async () => {
    await session('ROLLED', 600, 999_000, 1_500);
    await register(610, 999_800);
    await register(630, 500);
    const [rolled] = await sessions(stage.pia, 'idToken=ROLLED');
    expect(rolled?.energy_Wh).toBe(800 + 1_000);
    await session('BLIND', 720, 1_500, 100);
    expect((await sessions(stage.pia, 'idToken=BLIND'))[0]?.energy_Wh).toBeNull();
  });

  it('filters by charger, token, person and time, and sums by month', async () => {
    const { pia } = stage;
    expect(await sessions(pia, `deviceId=${randomUUID()}`)).toEqual([]);
    expect(await sessions(pia, `personId=${pia.personId}`)).toEqual([]);
    const early = await sessions(pia, `to=${new Date(start + 200 * minute_ms).toISOString()}`);
    expect(early.map(({ idToken }) => idToken)).toEqual(['CARD']);
    const path = `/v1/locations/${locationId}/session-totals`;
    interface Totals {
      readonly count: number;
      readonly energy_Wh: number;
      readonly withoutCost: number;
      readonly cost: Readonly<Record<string, number>>;
      readonly months: readonly { readonly count: number }[];
    }
    const totals = (await pia.get(path)).as<Totals>(200);
    expect(totals).toMatchObject({ count: 4, energy_Wh: 4_000 + 1_000 + 1_800, withoutCost: 3 });
    expect(totals.cost['EUR']).toBeCloseTo(0.8, 1);
    expect(totals.months.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect((await pia.get(`${path}?idToken=CARD`)).body).toMatchObject({ count: 1, withoutCost: 0 });
  });
});

describe('exports', () => {
  it('NB-90: the sessions of a time as CSV and as a workbook, with what a spreadsheet must not run made harmless', async () => {
    const { pia } = stage;
    await session('@SUM(1+9)*cmd', 900, 0, 1_000);
    await session('"quoted", and\r\nbroken', 1_000, 0, 1_000);
    const csv = await ask(pia, 'csv');
    expect(await ready(pia, csv)).toMatchObject({ state: 'ready', sessions: 6, total: 6 });
    const { type, bytes } = await download(pia, csv);
    expect(type).toBe('text/csv; charset=utf-8');
    const rows = lines(bytes);
    expect(rows.map((row) => row['token'])).toEqual([
      '"quoted", and\r\nbroken',
      "'@SUM(1+9)*cmd",
      'BLIND',
      'ROLLED',
      'LATE',
      'CARD',
    ]);
    expect(rows.at(-1)).toMatchObject({ charger: "'=cmd()", 'energy (kWh)': '4', currency: 'EUR' });
    expect(bytes.toString()).toContain('\r\n');

    const xlsx = await ask(pia, 'xlsx');
    await ready(pia, xlsx);
    const table = await readExcelFile((await download(pia, xlsx)).bytes);
    const rowsOfSheet = (Array.isArray(table) && 'data' in (table[0] ?? {})
      ? (table[0] as unknown as { data: unknown[][] }).data
      : table) as unknown as unknown[][];
    expect(rowsOfSheet).toHaveLength(7);
    expect(rowsOfSheet[1]?.[1]).toBe('=cmd()');
  });

  it('T9, NB-90: whoever lost the right since cannot download, and nobody else knows of the file', async () => {
    const { pia } = stage;
    const pat = await stage.world.signUp('Pat');
    const grantId = await share(pia, locationId, pat, 'partner');
    const exportId = await ask(pat, 'csv');
    await ready(pat, exportId);
    await download(pat, exportId);
    expect((await pia.get(`/v1/exports/${exportId}/file`)).status).toBe(404);
    (await pia.delete(`/v1/locations/${locationId}/grants/${grantId}`)).as(204);
    const refused = await waitFor('the revocation', async () => {
      const answer = await pat.get(`/v1/exports/${exportId}/file`);
      return answer.status === 200 ? null : answer;
    });
    expect([403, 404]).toContain(refused.status);
  });

  it('NB-90, NB-45: a guest gets only the own sessions', async () => {
    const gus = await stage.world.signUp('Gus');
    await share(stage.pia, locationId, gus, 'guest');
    const exportId = await ask(gus, 'csv');
    expect(await ready(gus, exportId)).toMatchObject({ sessions: 0 });
    expect(await sessions(gus, `personId=${stage.pia.personId}`)).toEqual([]);
  });

  it('a process that died while it wrote is followed by one that begins anew', async () => {
    const exportId = await ask(stage.pia, 'csv');
    await ready(stage.pia, exportId);
    await stage.rows(`UPDATE exports SET state = 'running', sessions = 3, touched_at = $2 WHERE id = $1`, [
      exportId,
      new Date(stage.clock.now()),
    ]);
    stage.world.app.get(ExportWorker).wake();
    expect(problemOf(await stage.pia.get(`/v1/exports/${exportId}/file`))).toBe('export-not-ready');
    await stage.pass(61_000);
    expect(await ready(stage.pia, exportId)).toMatchObject({ state: 'ready', sessions: 6 });
    expect(lines((await download(stage.pia, exportId)).bytes)).toHaveLength(6);
  });

  it('100,000 sessions leave in pieces', async () => {
    await stage.rows(
      `INSERT INTO charging_transactions (location_id, device_id, connector, id_token, started_at, start_received_at,
         meter_start_wh, ended_at, meter_stop_wh)
       SELECT $1, $2, 1, 'BULK-' || n, $3::timestamptz - n * INTERVAL '1 second', $3::timestamptz - n * INTERVAL '0.5 second',
              n, $3::timestamptz, n + 1 FROM generate_series(1, 100000) n`,
      [locationId, deviceId, new Date(start)],
    );
    const exportId = await ask(stage.pia, 'csv');
    const job = await waitFor(
      'the file',
      async () => {
        const now = (await stage.pia.get(`/v1/exports/${exportId}`)).as<Export>(200);
        return now.state === 'ready' ? now : null;
      },
      60_000,
    );
    expect(job.sessions).toBe(100_006);
    const [size] = await stage.rows(
      'SELECT count(*)::integer AS pieces, max(length(bytes)) AS largest FROM export_pieces WHERE export_id = $1',
      [exportId],
    );
    expect(size).toMatchObject({ pieces: 102 });
    expect(Number(size?.['largest'])).toBeLessThan(300_000);
    const { bytes } = await download(stage.pia, exportId);
    expect(lines(bytes)).toHaveLength(100_006);
    const workbook = await ask(stage.pia, 'xlsx');
    expect(await ready(stage.pia, workbook)).toMatchObject({ state: 'failed', reason: 'too-many-for-xlsx' });
  }, 90_000);

  it('NB-52: the new owner exports nothing from before; the former owner keeps what was made in his own time', async () => {
    const { pia } = stage;
    const nia = await stage.world.signUp('Nia');
    const kept = await ask(pia, 'csv');
    await waitFor(
      'the file',
      async () => (await pia.get(`/v1/exports/${kept}`)).as<Export>(200).state === 'ready',
      60_000,
    );
    await stage.pass(5_000);
    await handOver(pia, locationId, nia);
    const fresh = await ask(nia, 'csv');
    expect(await ready(nia, fresh)).toMatchObject({ sessions: 0 });
    expect(lines((await download(pia, kept)).bytes).length).toBe(100_006);
    expect((await pia.post(`/v1/locations/${locationId}/exports`, { format: 'csv', ...span() })).status).toBe(
      404,
    );
    // Files go after a week.
    await stage.pass(8 * 86_400_000);
    expect((await pia.get(`/v1/exports/${kept}`)).status).toBe(404);
  }, 90_000);
});
