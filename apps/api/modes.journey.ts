import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { AllocatorMetrics } from '#apps/allocator/allocator-metrics.js';
import { AllocatorService } from '#apps/allocator/allocator-service.js';
import { storedSites } from '#apps/allocator/site-source.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { createLogger } from '#libs/platform/logger.js';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import type { Caller } from '#libs/testing/http-world.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { share } from '#libs/testing/sharing-steps.js';
import { milliseconds } from '#libs/units/quantities.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let stage: SharingStage;
let allocator: AllocatorService;
let guest: Caller;
const limits: Limit[] = [];
const metrics = new AllocatorMetrics(new Registry());
const hour_ms = 3_600_000;

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  const { bus, database } = stage.world;
  await bus.consume({
    topic: 'limits',
    partitions: allPartitions,
    group: null,
    handler: async ({ message }) => void limits.push(message),
  });
  allocator = new AllocatorService({
    bus,
    sites: storedSites(database.pool),
    clock: stage.clock,
    logger: createLogger({ name: 'test', level: 'silent', file: null }),
    metrics,
  });
  await allocator.own(allPartitions.map((partition) => ({ partition, epoch: 1 })));
  guest = await stage.world.signUp('Gus');
});
afterAll(async () => {
  await allocator?.disown();
  await stage?.close();
});

let transactions = 100;

/** A location of Pia's, which Volt installed, with one charger on an unmetered fuse of 32 A and a car that charges. */
async function charging(idToken: string, meter: 'with a Zen' | 'unmetered' = 'unmetered') {
  const { ada, pia, world, clock } = stage;
  const locationId = await stage.install('Yard');
  const wanted = { kind: 'charger', identity: `charger-${randomUUID().slice(0, 8)}`, name: 'Charger' };
  const registered = await ada.post(`/v1/locations/${locationId}/devices`, wanted);
  const { deviceId } = registered.as<{ device: { deviceId: string } }>(201).device;
  const wantedZen = { kind: 'balancer', identity: `zen-${randomUUID().slice(0, 8)}`, name: 'Zen' };
  const addZen = async (): Promise<string> => {
    const added = await ada.post(`/v1/locations/${locationId}/devices`, wantedZen);
    return added.as<{ device: { deviceId: string } }>(201).device.deviceId;
  };
  const meterDeviceId = meter === 'with a Zen' ? await addZen() : null;
  const topology = {
    nodes: [{ nodeId: 'grid', parentId: null, name: 'Main fuse', fuse_A: [32, 32, 32], meterDeviceId }],
    connectors: [
      {
        deviceId,
        connector: 1,
        nodeId: 'grid',
        wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
        maximum_A: 32,
        minimum_A: 6,
        weight: 1,
        priority: 0,
      },
    ],
    margin_A: 0,
    assumedBase_A: [0, 0, 0],
    step_A: 1,
  };
  (await ada.put(`/v1/locations/${locationId}/topology`, { version: 0, topology })).as(200);
  await handOverReady(world.database.pool, ada, locationId, pia);
  const transactionId = ++transactions;
  const say = (event: DeviceEvent): Promise<void> => {
    const at = clock.now();
    return world.bus.publish('observations', {
      siteId: locationId,
      deviceId,
      deviceKind: 'charger',
      deviceTime: at,
      receivedAt: at,
      event,
    });
  };
  await say({ type: 'connected', connectionEpoch: 1, protocol: 'ocpp1.6' });
  await say({ type: 'connector-status', connector: 1, status: 'SuspendedEVSE', errorCode: 'NoError' });
  await say({ type: 'transaction-started', connector: 1, transactionId, idToken, meterStart_Wh: 0 });
  const latest = (): Limit | undefined =>
    limits.findLast((limit) => limit.deviceId === deviceId && limit.transactionId === transactionId);
  /** The limit that is on the wire once this holds; the charger answers each, as it must. */
  const limitOnceIt = (what: string, holds: (limit: Limit) => boolean): Promise<Limit> => {
    const answered = new Set<string>();
    return waitFor(what, async () => {
      const limit = latest();
      if (!limit) return null;
      if (!answered.has(limit.limitId)) {
        answered.add(limit.limitId);
        await say({ type: 'limit-answered', connector: 1, limitId: limit.limitId, outcome: 'accepted' });
      }
      return holds(limit) ? limit : null;
    });
  };
  /** The meter shows this once a second, each reading decided upon before the next. */
  const sun = async (current_A: readonly [number, number, number], seconds: number): Promise<void> => {
    const rest = { voltage_V: null, power_W: null, energyImport_Wh: null, energyExport_Wh: null };
    const decided = async () =>
      (await metrics.frameToLimit.get()).values.find(({ metricName }) => metricName?.endsWith('_count'))
        ?.value ?? 0;
    for (let second = 0; second < seconds; second++) {
      clock.advance(milliseconds(1_000));
      const at = clock.now();
      const before = await decided();
      const event = { type: 'balancer-reading', current_A, ...rest } as const;
      const device = { deviceId: meterDeviceId ?? '', deviceKind: 'balancer' } as const;
      await world.bus.publish('observations', {
        siteId: locationId,
        ...device,
        deviceTime: at,
        receivedAt: at,
        event,
      });
      await waitFor('the decision', async () => ((await decided()) > before ? true : null));
    }
  };
  const command = async (by: Caller, request: object): Promise<number> =>
    (await by.post(`/v1/devices/${deviceId}/commands`, { request })).status;
  const shown = async () => {
    const answer = await pia.get(`/v1/locations/${locationId}/live`);
    const { devices } = answer.as<LiveSnapshot>(200);
    return devices
      .find((device) => device.deviceId === deviceId)
      ?.connectors.find(({ connector }) => connector === 1);
  };
  return { locationId, deviceId, transactionId, say, sun, limitOnceIt, command, shown };
}

describe('charging by price (NB-91)', () => {
  it('NB-91, NB-85: the owner imports prices and sets the mode; the car waits for the cheap hour and everybody sees until when', async () => {
    const { locationId, command, limitOnceIt, shown } = await charging('CARD');
    await limitOnceIt('charging in balanced mode', ({ current_A }) => current_A === 32);
    const nextHour = Math.ceil(stage.clock.now() / hour_ms) * hour_ms;
    const text = (at_ms: number): string => new Date(at_ms).toISOString();
    const csv = [
      'from,until,price',
      `${text(nextHour - hour_ms)},${text(nextHour + hour_ms)},300`,
      `${text(nextHour + hour_ms)},${text(nextHour + 4 * hour_ms)},100`,
      `${text(nextHour + 4 * hour_ms)},${text(nextHour + 30 * hour_ms)},200`,
    ].join('\n');
    const address = `/v1/locations/${locationId}/prices`;
    const imported = await stage.pia.send('POST', `${address}/import?currency=EUR&per=MWh`, csv, {
      'content-type': 'text/csv',
    });
    expect(imported.as<{ slots: unknown[] }>(200).slots[1]).toEqual({
      from: text(nextHour + hour_ms),
      until: text(nextHour + 4 * hour_ms),
      perKWh: 0.1,
    });

    expect(await command(stage.pia, { action: 'set-departure', departures: [], energy_kWh: 20 })).toBe(202);
    expect(await command(stage.pia, { action: 'set-mode', mode: 'price' })).toBe(202);
    const paused = await limitOnceIt('the pause', ({ current_A }) => current_A === 0);
    expect(paused.reason).toMatchObject({ code: 'price', source: 'price', until: nextHour + hour_ms });
    const view = await waitFor('the live view', async () => {
      const connector = await shown();
      return connector?.limit?.current_A === 0 ? connector : null;
    });
    expect(view).toMatchObject({
      chargingStatus: 'delayed-by-schedule',
      chargingReason: 'price',
      limit: {
        reason: { until: text(nextHour + hour_ms) },
        text: expect.stringMatching(/^Waiting for cheaper hours until about \w{3} \d\d:\d\d$/),
      },
    });

    stage.clock.advance(milliseconds(nextHour + hour_ms - stage.clock.now()));
    await limitOnceIt('the cheap hour', ({ current_A }) => current_A === 32);
  });

  it('prices lie over what was known for their time, are kept once for all that were given the same, and refuse nonsense', async () => {
    const { ada, pia } = stage;
    const [first, second] = [await stage.install('First'), await stage.install('Second')];
    const slot = (from: number, until: number, perKWh: number) => ({
      from: new Date(Date.UTC(2030, 0, 1, from)).toISOString(),
      until: new Date(Date.UTC(2030, 0, 1, until)).toISOString(),
      perKWh,
    });
    const put = (locationId: string, currency: string, ...slots: object[]) =>
      ada.put(`/v1/locations/${locationId}/prices`, { currency, slots });
    const day = '?from=2030-01-01T00:00:00Z&until=2030-01-02T00:00:00%2B00:00';
    for (const locationId of [first, second, first])
      (await put(locationId, 'EUR', slot(0, 4, 1), slot(4, 8, 2))).as(200);
    const [kept] = await stage.rows(`SELECT count(*) FROM price_series WHERE valid_from >= '2030-01-01'`, []);
    expect(Number(kept?.['count'])).toBe(1);

    (await put(first, 'EUR', slot(2, 6, 9))).as(200);
    expect((await ada.get(`/v1/locations/${first}/prices${day}`)).body).toEqual({
      currency: 'EUR',
      slots: [slot(0, 2, 1), slot(2, 6, 9), slot(6, 8, 2)],
    });
    (await put(second, 'NOK', slot(0, 1, 5))).as(200);
    expect((await ada.get(`/v1/locations/${second}/prices${day}`)).body).toEqual({
      currency: 'NOK',
      slots: [slot(0, 1, 5)],
    });

    const overlapping = await put(first, 'EUR', slot(0, 2, 1), slot(1, 3, 1));
    expect([overlapping.status, problemOf(overlapping)]).toEqual([422, 'misplaced-price']);
    const send = (body: string, type: string) =>
      ada.send('POST', `/v1/locations/${first}/prices/import?currency=EUR`, body, { 'content-type': type });
    const broken = await send(
      'from,price\n2026-10-25T02:00,1\n2026-10-25T04:00,x\n',
      'text/csv; charset=utf-8',
    );
    expect([broken.status, problemOf(broken)]).toEqual([422, 'unreadable-prices']);
    expect((broken.body as { issues: { path: string }[] }).issues.map(({ path }) => path)).toEqual([
      'line 2',
      'line 3',
    ]);
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect((await pia.get(`/v1/locations/${first}/prices`)).status).toBe(404);
    const [audit] = await stage.rows(
      `SELECT count(*) FROM audit_log WHERE location_id = $1 AND action = 'prices-given'`,
      [first],
    );
    expect(Number(audit?.['count'])).toBe(3);
  });
});

describe('limits beneath the fuses', () => {
  const agreed = (some: object) => ({
    nodeId: 'grid',
    source: 'grid-operator',
    limit_A: [12, 20, 20],
    validFrom: new Date(stage.clock.now() - 1_000).toISOString(),
    validUntil: null,
    ...some,
  });

  it('NB-85, NB-92: a limit acts at once and says whose it is; taking it away lets the car rise again', async () => {
    const { locationId, command, limitOnceIt, shown } = await charging('CARD');
    await limitOnceIt('full current', ({ current_A }) => current_A === 32);
    const address = `/v1/locations/${locationId}/limits/${randomUUID()}`;
    const given = agreed({});
    expect((await stage.ada.put(address, given)).as<object>(200)).toMatchObject({ limit_A: [12, 20, 20] });
    const limited = await limitOnceIt('the limit', ({ current_A }) => current_A === 12);
    expect(limited.reason).toMatchObject({
      code: 'node-limited',
      source: 'grid-operator',
      nodeId: 'grid',
      phase: 'L1',
    });
    // NB-92: a person's maximum above what the node holds opens nothing.
    expect(await command(stage.pia, { action: 'set-max-current', current_A: 20 })).toBe(202);
    await waitFor('the live view', async () =>
      (await shown())?.limit?.text === 'Limited by an agreed limit of Main fuse on L1' ? true : null,
    );
    (await stage.ada.delete(address)).as(204);
    await limitOnceIt('the maximum somebody set', ({ current_A }) => current_A === 20);
    expect((await stage.ada.delete(address)).status).toBe(404);
  });

  it('a limit for later begins by the clock, in the place of the one with its id', async () => {
    const { locationId, limitOnceIt } = await charging('CARD');
    await limitOnceIt('full current', ({ current_A }) => current_A === 32);
    const begins = stage.clock.now() + 20_000;
    const address = `/v1/locations/${locationId}/limits/${randomUUID()}`;
    const later = {
      validFrom: new Date(begins).toISOString(),
      validUntil: new Date(begins + hour_ms).toISOString(),
    };
    for (const limit_A of [
      [8, 8, 8],
      [16, 16, 16],
    ])
      (await stage.ada.put(address, agreed({ ...later, limit_A, source: 'contract' }))).as(200);
    const listed = await stage.ada.get(`/v1/locations/${locationId}/limits`);
    expect(listed.as<{ items: object[] }>(200).items).toMatchObject([{ limit_A: [16, 16, 16], ...later }]);
    await stage.pass(21_000);
    const limited = await limitOnceIt('the limit', ({ current_A }) => current_A === 16);
    expect(limited.reason).toMatchObject({
      code: 'node-limited',
      source: 'contract',
      until: begins + hour_ms,
    });
  });

  it('only who may change the electrical configuration gives one, of a node there is', async () => {
    const { locationId } = await charging('CARD');
    const address = `/v1/locations/${locationId}/limits/${randomUUID()}`;
    expect((await stage.pia.put(address, agreed({}))).status).toBe(403);
    expect((await guest.put(address, agreed({}))).status).toBe(404);
    const unknown = await stage.ada.put(address, agreed({ nodeId: 'cellar' }));
    expect([unknown.status, problemOf(unknown)]).toEqual([422, 'unknown-node']);
    const backwards = await stage.ada.put(address, agreed({ validUntil: '2020-01-01T00:00:00Z' }));
    expect([backwards.status, problemOf(backwards)]).toEqual([422, 'ends-before-begin']);
  });
});

describe('what people set (NB-78, NB-92, NB-93)', () => {
  it('NB-92: the holder of a token has a maximum of his own; the smaller one holds', async () => {
    const { locationId, command, limitOnceIt } = await charging('LIMITED');
    await acceptIdToken(stage.world.database.pool, locationId, 'LIMITED');
    await limitOnceIt('full current', ({ current_A }) => current_A === 32);
    const address = `/v1/locations/${locationId}/tokens/LIMITED/maximum-current`;
    (await stage.pia.put(address, { current_A: 10 })).as(204);
    const limited = await limitOnceIt('the limit', ({ current_A }) => current_A === 10);
    expect(limited.reason).toMatchObject({ code: 'person-maximum', source: 'person' });
    expect(await command(stage.pia, { action: 'set-max-current', current_A: 8 })).toBe(202);
    await limitOnceIt('the smaller one', ({ current_A }) => current_A === 8);
    expect((await stage.pia.put(address.replace('LIMITED', 'OTHER'), { current_A: 10 })).status).toBe(404);
  });

  it('NB-93: a schedule pauses with its end as the reason, and a boost lifts it', async () => {
    const { command, limitOnceIt } = await charging('CARD');
    await limitOnceIt('full current', ({ current_A }) => current_A === 32);
    const opens = Math.ceil((stage.clock.now() + hour_ms) / hour_ms) * hour_ms;
    const clock = (at_ms: number): string =>
      new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', timeStyle: 'short' }).format(at_ms);
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    const windows = [{ days, from: clock(opens), to: clock(opens + hour_ms) }];
    expect(await command(stage.pia, { action: 'set-schedule', windows })).toBe(202);
    const paused = await limitOnceIt('the pause', ({ current_A }) => current_A === 0);
    expect(paused.reason).toMatchObject({ code: 'schedule', until: opens });
    const until = new Date(stage.clock.now() + hour_ms).toISOString();
    expect(await command(stage.pia, { action: 'boost', until })).toBe(202);
    await limitOnceIt('the boost', ({ current_A }) => current_A === 32);
    expect(await command(stage.pia, { action: 'boost', until: null })).toBe(202);
    await limitOnceIt('its end', ({ current_A }) => current_A === 0);
  });

  it('NB-78: on solar mode with no meter that could show a surplus, the car waits for the sun', async () => {
    const { deviceId, transactionId, command, limitOnceIt } = await charging('CARD');
    await limitOnceIt('full current', ({ current_A }) => current_A === 32);
    expect(await command(stage.pia, { action: 'set-mode', mode: 'solar' })).toBe(202);
    const paused = await limitOnceIt('the pause', ({ current_A }) => current_A === 0);
    expect(paused.reason).toMatchObject({ code: 'solar', source: 'sun' });

    const goal = { transactionId, departure: null, energy_kWh: 12 };
    expect(await command(stage.pia, { action: 'set-goal', ...goal })).toBe(202);
    expect(await command(stage.pia, { action: 'set-priority', priority: 3 })).toBe(202);
    const twin = await stage.pia.get(`/v1/devices/${deviceId}/twin`);
    expect(twin.body).toMatchObject({ desired: { mode: 'solar', goal, priority: 3 }, delta: {} });
  });

  it('NB-78: once the meter of the connection shows that the sun gives more than the house takes, the car starts', async () => {
    const { say, sun, command, limitOnceIt } = await charging('CARD', 'with a Zen');
    expect(await command(stage.pia, { action: 'set-mode', mode: 'solar' })).toBe(202);
    await say({ type: 'heard' });
    await sun([2, 2, 2], 10);
    await limitOnceIt('the pause', ({ current_A, reason }) => current_A === 0 && reason.code === 'solar');
    // The mean reaches 18 of 24 A after 48 s, the dwell takes 60 s more.
    await sun([-10, -8, -6], 140);
    const limit = await limitOnceIt('the sun', ({ current_A }) => current_A > 0);
    // 24 A over three lines are 8 A on each; the mean needs its time.
    expect(limit.current_A).toBeGreaterThanOrEqual(6);
    expect(limit.current_A).toBeLessThanOrEqual(8);
    expect(limit.reason).toMatchObject({ code: 'solar', source: 'sun' });
  });

  it('NB-45: who only uses the charger sets none of it, a stranger finds none of it', async () => {
    const { locationId, command } = await charging('CARD');
    const visitor = await stage.world.signUp('Vera');
    await share(stage.pia, locationId, visitor, 'guest');
    for (const request of [
      { action: 'set-mode', mode: 'price' },
      { action: 'set-departure', departures: [], energy_kWh: null },
      { action: 'boost', until: null },
      { action: 'set-priority', priority: 1 },
      { action: 'set-goal', transactionId: 1, departure: null, energy_kWh: null },
    ]) {
      expect([request.action, await command(visitor, request)]).toEqual([request.action, 403]);
      expect([request.action, await command(guest, request)]).toEqual([request.action, 404]);
    }
  });
});
