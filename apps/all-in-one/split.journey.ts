import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noCredentialMemory } from '#firmware-sim/charger/credential-memory.js';
import type { RunningFleet } from '#firmware-sim/fleet/running-fleet.js';
import { startFleet } from '#firmware-sim/fleet/start-fleet.js';
import { ordinaryCar } from '#firmware-sim/physics/car.js';
import { parseScenario } from '#firmware-sim/scenario/load-scenario.js';
import { partitionOf } from '#libs/bus/partition.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { unwrap, type Schemas } from '#libs/sdk/client.js';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import type { ChildProgram } from '#libs/testing/child-program.js';
import { EventReader } from '#libs/testing/event-reader.js';
import { setUpSmallSite, type SmallSite } from '#libs/testing/small-site.js';
import { openSplitProduct, type SplitProduct } from '#libs/testing/split-product.js';
import { waitFor } from '#libs/testing/wait-for.js';

const fuse_A = 32;
const card = 'SIM-CARD';
/** Wants more, and for longer, than it gets. */
const hungryCar = { ...ordinaryCar, maximum_A: 16, energyWanted_Wh: 500_000 };
const scenario = `
name: split
description: three hungry cars on a small fuse
baseLoad: [{ node: root, constant_A: [4, 3, 2] }]
`;
const patience_ms = 30_000;

describe('the apps as separate processes on Redis and PostgreSQL', () => {
  let product: SplitProduct;
  let allocator: ChildProgram;
  let ingress: ChildProgram;
  let site: SmallSite;
  let fleet: RunningFleet;
  let stream: EventReader;
  let chargers: readonly string[];
  const deviceIds = new Map<string, string>();

  beforeAll(async () => {
    product = await openSplitProduct();
    // The first migrates the database; the others find it done.
    await product.start('sharing');
    allocator = await product.start('allocator');
    [ingress] = await Promise.all([
      product.start('ingress'),
      product.start('telemetry'),
      product.start('api'),
    ]);
    site = await setUpSmallSite({ ...product, chargers: 3, fuse_A });
    await acceptIdToken(product.database.pool, site.locationId, card);
    for (const { identity, deviceId } of site.fleet.devices) deviceIds.set(identity, deviceId);
    chargers = site.fleet.devices.filter(({ kind }) => kind === 'charger').map(({ identity }) => identity);
    stream = await EventReader.open(`${product.httpUrl}/v1/locations/${site.locationId}/stream`, {
      authorization: `Bearer ${site.token}`,
    });
    fleet = await startFleet({
      fleet: site.fleet,
      scenario: parseScenario(scenario, []),
      speed: 60,
      from: null,
      seed: 1,
      clock: systemClock,
      tick_ms: 250,
      memory: noCredentialMemory,
      timing: {
        backoff: { initial_ms: 500, maximum_ms: 2_000 },
        callTimeout_ms: 10_000,
        reboot_ms: 1_000,
      },
    });
    await waitFor('the chargers', () => fleet.snapshot().chargersOnline === 3, patience_ms);
  }, 120_000);

  afterAll(async () => {
    await fleet?.stop();
    stream?.close();
    const ends = await product?.stop();
    expect(ends?.filter((end) => end !== 0)).toEqual([]);
  }, 60_000);

  /** The connector of a charger as the live stream last told it. */
  const shown = (identity: string): Schemas['LiveConnector'] | undefined => {
    const deviceId = deviceIds.get(identity);
    const event = stream.events.findLast(
      ({ event, data }) => event === 'device' && (data as Schemas['LiveDevice']).deviceId === deviceId,
    );
    return (event?.data as Schemas['LiveDevice'] | undefined)?.connectors.find(
      ({ connector }) => connector === 1,
    );
  };
  const connector = (identity: string) => fleet.charger(identity).connectors[0]!;
  const inside = (): void => {
    const summary = fleet.summary();
    expect(summary.outsideNoTripCurve_s).toBe(0);
    expect(Math.max(...summary.nodes.flatMap(({ maximumRatio }) => [...maximumRatio]))).toBeLessThanOrEqual(
      1,
    );
  };
  const sessions = async (): Promise<readonly Schemas['ChargingSession'][]> => {
    const path = { locationId: site.locationId };
    const page = await unwrap(
      site.client.GET('/v1/locations/{locationId}/sessions', { params: { path, query: { limit: 100 } } }),
    );
    return page.items;
  };
  const epoch = async (): Promise<number> => {
    const { rows } = await product.database.pool.query<{ epoch: string }>(
      `SELECT epoch FROM partition_epochs WHERE consumer_group = 'allocator' AND partition = $1`,
      [partitionOf(site.locationId)],
    );
    return Number(rows[0]?.epoch);
  };
  const allCharge = () => chargers.every((identity) => connector(identity).status() === 'Charging');

  it('I1: limits reach the chargers, share the fuse, and the live stream shows them with their reason', async () => {
    for (const identity of chargers) fleet.plugIn(identity, 1, hungryCar, card);
    await waitFor('three cars charging', allCharge, patience_ms);
    const limits = await waitFor(
      'limits that fill the fuse',
      () => {
        const limits = chargers.map((identity) => shown(identity)?.limit);
        return limits.every((limit) => limit?.reason.code === 'node-full' && limit.outcome === 'accepted')
          ? limits
          : null;
      },
      patience_ms,
    );
    // 32 A less 4 A of the house and 1 A of margin, for three that want 16 A each.
    const sum_A = limits.reduce((sum, limit) => sum + (limit?.current_A ?? 0), 0);
    expect(sum_A).toBeGreaterThanOrEqual(24);
    expect(sum_A).toBeLessThanOrEqual(27);
    expect(limits[0]?.text).toBe('Limited by the fuse of Main fuse on L1');
    await waitFor(
      'the cars to use it',
      () => Math.max(...(fleet.trueCurrents().get('grid') ?? [])) > 27,
      patience_ms,
    );
    inside();
  }, 60_000);

  it('NB-85: a command goes through the api process to the charger, and its limit follows', async () => {
    const deviceId = deviceIds.get(chargers[0]!)!;
    const command = await unwrap(
      site.client.POST('/v1/devices/{deviceId}/commands', {
        params: { path: { deviceId } },
        body: { request: { action: 'set-max-current', current_A: 6 }, timeout_s: 30 },
      }),
    );
    const path = { commandId: command.commandId };
    await waitFor('the answer of the charger', async () => {
      const { state } = await unwrap(site.client.GET('/v1/commands/{commandId}', { params: { path } }));
      return state === 'accepted';
    });
    await waitFor('its new limit', () => {
      const limit = shown(chargers[0]!)?.limit;
      return limit?.current_A === 6 && limit.reason.code === 'person-maximum';
    });
    await waitFor('the car to follow', () => (connector(chargers[0]!).car?.current_A ?? 0) <= 6, patience_ms);
    inside();
  }, 60_000);

  it('readings and sessions come back over HTTP', async () => {
    const deviceId = deviceIds.get(site.fleet.devices.at(-1)!.identity)!;
    const readings = await waitFor(
      'stored readings of the Zen',
      async () => {
        const query = {
          from: new Date(Date.now() - 60_000).toISOString(),
          to: new Date(Date.now() + 60_000).toISOString(),
          resolution: 'raw' as const,
          connector: 0,
        };
        const page = await unwrap(
          site.client.GET('/v1/devices/{deviceId}/readings', { params: { path: { deviceId }, query } }),
        );
        return page.items.length >= 5 ? page.items : null;
      },
      patience_ms,
    );
    for (const { current_A } of readings) expect(Math.max(...current_A.map(Number))).toBeLessThanOrEqual(33);
    const open = await sessions();
    expect(open.map(({ deviceId }) => deviceId).toSorted()).toEqual(
      chargers.map((identity) => deviceIds.get(identity)).toSorted(),
    );
    expect(open.every(({ endedAt, idToken }) => endedAt === null && idToken === card)).toBe(true);
  }, 60_000);

  it('I11: after kill -9 of the allocator the one standing by takes over with a higher epoch and renews the leases', async () => {
    const standby = await product.start('allocator');
    const before = await epoch();
    allocator.kill('SIGKILL');
    expect(await allocator.end).toBe('SIGKILL');
    const killedAt = Date.now();
    await waitFor('a higher epoch', async () => (await epoch()) > before, patience_ms);
    await waitFor(
      'new leases of every car',
      () =>
        chargers.every((identity) => {
          const limit = shown(identity)?.limit;
          return (
            limit?.outcome === 'accepted' &&
            Date.parse(limit.issuedAt) > killedAt &&
            Date.parse(limit.leaseUntil ?? '') > Date.now() &&
            limit.reason.code !== 'restart-unknown'
          );
        }),
      90_000,
    );
    // The new owner knows no car's draw at first and may reduce them; it must find its way back by itself.
    const takenOver_s = fleet.snapshot().elapsed_s;
    await waitFor('some seconds to pass', () => fleet.snapshot().elapsed_s > takenOver_s + 5);
    await waitFor(
      'all three to charge as before',
      () => allCharge() && Math.max(...(fleet.trueCurrents().get('grid') ?? [])) > 27,
      60_000,
    );
    inside();
    expect(standby.ended()).toBeNull();
    allocator = standby;
  }, 150_000);

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'after %s and a new start of the ingress the chargers reconnect and tell what they kept',
    async (signal) => {
      const [left, stays] = [chargers[1]!, chargers[2]!];
      const open = (await sessions()).filter(({ endedAt }) => endedAt === null);
      const leaving = open.find(({ deviceId }) => deviceId === deviceIds.get(left))!;
      ingress.kill(signal);
      expect(await ingress.end).toBe(signal === 'SIGTERM' ? 0 : signal);
      await waitFor('the chargers to notice', () => fleet.snapshot().chargersOnline === 0, patience_ms);
      fleet.unplug(left, 1);
      await waitFor('the charger to note the stop', () => connector(left).status() === 'Available');
      const meterStop_Wh = connector(left).energy_Wh;
      ingress = await product.start('ingress');
      await waitFor('all chargers back', () => fleet.snapshot().chargersOnline === 3, patience_ms);
      const ended = await waitFor(
        'the stop that was kept',
        async () =>
          (await sessions()).find(
            ({ transactionId, endedAt }) => transactionId === leaving.transactionId && endedAt !== null,
          ),
        patience_ms,
      );
      expect(Math.abs((ended.meterStop_Wh ?? 0) - meterStop_Wh)).toBeLessThanOrEqual(1);
      fleet.plugIn(left, 1, hungryCar, card);
      await waitFor('the next car', allCharge, patience_ms);
      expect(connector(stays).status()).toBe('Charging');
      inside();
    },
    120_000,
  );

  it('nothing that was acknowledged is lost or doubled: each car has its one session', async () => {
    await fleet.stop();
    const all = await waitFor(
      'every session to end',
      async () => {
        const all = await sessions();
        return all.every(({ endedAt }) => endedAt !== null) ? all : null;
      },
      patience_ms,
    );
    const count = (identity: string): number =>
      all.filter(({ deviceId }) => deviceId === deviceIds.get(identity)).length;
    // One car stayed at the first and the third; three followed each other at the second.
    expect(chargers.map(count)).toEqual([1, 3, 1]);
    for (const identity of chargers) {
      const told_Wh = all
        .filter(({ deviceId }) => deviceId === deviceIds.get(identity))
        .reduce((sum, { energy_Wh }) => sum + (energy_Wh ?? 0), 0);
      expect(Math.abs(told_Wh - connector(identity).energy_Wh)).toBeLessThanOrEqual(3);
    }
    const { rowCount } = await product.database.pool.query('SELECT 1 FROM quarantined_stops');
    expect(rowCount).toBe(0);
    inside();
  }, 60_000);
});
