import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { noCredentialMemory } from '#firmware-sim/charger/credential-memory.js';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { realTiming, startFleet } from '#firmware-sim/fleet/start-fleet.js';
import type { RunningFleet } from '#firmware-sim/fleet/running-fleet.js';
import { loadScenario } from '#firmware-sim/scenario/load-scenario.js';
import { fleetSchema } from '#libs/contracts/fleet.js';
import { systemClock } from '#libs/platform/system-clock.js';
import { acceptIdToken } from '#libs/store/id-tokens.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#libs/store/embedded-postgres.js';
import { openPool, type Pool } from '#libs/store/pool.js';
import { startProgram, type ChildProgram } from '#libs/testing/child-program.js';
import { freePorts, portsOfTheProduct } from '#libs/testing/free-ports.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { prepareDemoSite } from './demo/demo-site.js';
import { firstLogin } from './demo/first-login.js';

/** Real seconds of undisturbed replay between two faults: 15 of them are a quarter of an hour of the garage's day. */
const calm_s = 15;

/**
 * A busy morning of the Caltech garage against the built product over real sockets. The fleet runs in this process, so it
 * survives what is done to the cloud, and it knows what really flowed.
 */
describe('Caltech garage', () => {
  let folder: string;
  let port: number;
  let cloud: ChildProgram;
  let fleet: RunningFleet;
  let server: EmbeddedPostgres;
  let pool: Pool;

  const startCloud = async (): Promise<void> => {
    cloud = startProgram(
      'apps/all-in-one/main.js',
      ['--no-sim', '--port', String(port), '--data-dir', folder],
      {},
    );
    await cloud.printed(/No simulation\./, 60_000);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'busbar-garage-'));
    await chmod(folder, 0o755);
    port = await freePorts(portsOfTheProduct);
    await startCloud();
    const site = await prepareDemoSite({
      folder,
      httpUrl: `http://127.0.0.1:${port}`,
      ocppUrl: `ws://127.0.0.1:${port + 1}/ocpp`,
      mqttUrl: `mqtt://127.0.0.1:${port + 2}`,
      login: await firstLogin(folder),
    });
    server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: true });
    pool = openPool(await server.database('busbar'), { max: 2 });
    await acceptIdToken(pool, site.locationId, 'SIM-CARD');
    fleet = await startFleet({
      fleet: fleetSchema.parse(JSON.parse(await readFile(site.fleetFile, 'utf8'))),
      scenario: await loadScenario('caltech-garage', []),
      speed: 60,
      from: '09:00',
      seed: 1,
      clock: systemClock,
      ...realTiming,
      memory: noCredentialMemory,
    });
  }, 120_000);

  afterAll(async () => {
    await fleet?.stop();
    cloud?.kill('SIGINT');
    await cloud?.end;
    await pool?.end();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const elapsed = (): number => fleet.snapshot().elapsed_s;
  const calm = async (): Promise<void> => {
    const until = elapsed() + calm_s;
    await waitFor('the replay to go on', () => elapsed() >= until, (calm_s + 5) * 1_000);
  };
  const load_A = (): number => Math.max(...(fleet.trueCurrents().get('grid') ?? [0]));
  const safe = (): void => {
    const { nodes, outsideNoTripCurve_s } = fleet.summary();
    expect({ outsideNoTripCurve_s, nodes }).toMatchObject({ outsideNoTripCurve_s: 0 });
  };

  it('balances many cars close to the fuse and never beyond the no-trip curve (I1)', async () => {
    await waitFor('the fleet', () => fleet.snapshot().chargersOnline === 54, 30_000);
    await waitFor('ten cars at once', () => fleet.snapshot().cars.charging >= 10, 30_000);
    // More cars than the 100 A fuse has room for: a balancer that works gives nearly all of it.
    await waitFor('the fuse to be used', () => load_A() > 80, 60_000);
    await calm();
    expect(load_A()).toBeLessThanOrEqual(100);
    safe();
  }, 150_000);

  it('reduces to the fallback while the Zen is silent, and comes back (I12)', async () => {
    const before_A = load_A();
    fleet.silenceZen(20_000);
    await waitFor('the fallback', () => load_A() < before_A * 0.8, 20_000);
    await waitFor('the return', () => load_A() > 75, 60_000);
    safe();
  }, 90_000);

  it('goes on with a charger that lost its network in the middle of a transaction', async () => {
    const charging = [...fleet.acknowledgements()].find(
      ([, list]) => list.at(-1)?.action === 'StartTransaction',
    )!;
    const [identity] = charging;
    await fleet.disconnect(identity, 5_000);
    await waitFor('the reconnect', () => fleet.charger(identity).online, 30_000);
    await calm();
    safe();
  }, 60_000);

  it('survives kill -9 and a start on the same data', async () => {
    cloud.kill('SIGKILL');
    await cloud.end;
    await waitFor('the chargers to notice', () => fleet.snapshot().chargersOnline === 0, 30_000);
    await calm();
    safe();
    await startCloud();
    await waitFor('all chargers back', () => fleet.snapshot().chargersOnline === 54, 60_000);
    await waitFor('the load to come back', () => load_A() > 70, 90_000);
    await calm();
    safe();
  }, 240_000);

  it('has lost and doubled no acknowledged transaction', async () => {
    await fleet.stop();
    const { rows } = await pool.query<{
      identity: string;
      id: number;
      meterStart: number;
      meterStop: number | null;
    }>(
      `SELECT identity, charging_transactions.id, meter_start_wh AS "meterStart", meter_stop_wh AS "meterStop"
       FROM charging_transactions JOIN devices ON devices.id = device_id`,
    );
    const stored = new Map(rows.map((row) => [row.id, row]));
    let starts = 0;
    for (const [identity, list] of fleet.acknowledgements())
      for (const { action, transactionId, payload } of list) {
        const row = stored.get(transactionId ?? -1);
        expect(row).toMatchObject({ identity });
        if (action === 'StartTransaction') {
          starts++;
          expect(row?.meterStart).toBe(payload['meterStart']);
        } else expect(row?.meterStop).toBe(payload['meterStop']);
      }
    // Every row belongs to a start that a charger made: none was stored twice under another id.
    expect(rows).toHaveLength(starts);
    expect(starts).toBeGreaterThan(20);
    expect((await pool.query('SELECT 1 FROM quarantined_stops')).rowCount).toBe(0);
    expect(fleet.summary().outsideNoTripCurve_s).toBe(0);
  }, 60_000);
});
