import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { ResidualCurrentTests } from '#libs/store/residual-current-tests.js';
import { claim, manufacture } from '#libs/testing/factory-steps.js';
import type { Caller } from '#libs/testing/http-world.js';
import { problemOf, SharingStage } from '#libs/testing/sharing-stage.js';
import { handOver, share } from '#libs/testing/sharing-steps.js';
import { ApiModule } from '../api-module.js';

let stage: SharingStage;
let operator: Caller;
let ada: Caller;
beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  ({ ada } = stage);
  operator = await stage.world.signUpOperator();
});
afterAll(() => stage.close());

describe('the checklist of an installation', () => {
  it('NB-61: nothing is handed over that nobody has looked at', async () => {
    const box = await manufacture(operator, 'charger');
    const locationId = await stage.install('Garage');
    const { deviceId } = (await claim(ada, locationId, box)).as<{ deviceId: string }>(201);
    const olga = await stage.world.signUp('Olga');
    const transfer = () => ada.post(`/v1/locations/${locationId}/transfer`, { email: olga.email });
    const open = async (): Promise<string> => {
      const answer = await transfer();
      expect(problemOf(answer)).toBe('checklist-open');
      return (answer.body as { detail: string }).detail;
    };
    expect(await open()).toBe(
      `Open are: Location: main-fuse, Location: network, ${[
        'phase-rotation',
        'residual-current-test',
        'circuit-fuse',
      ]
        .map((item) => `Claimed ${box.serial}: ${item}`)
        .join(', ')}.`,
    );
    const place = `/v1/locations/${locationId}`;
    const topology = {
      nodes: [{ nodeId: 'grid', parentId: null, name: 'Main', fuse_A: [25, 25, 25], meterDeviceId: null }],
      connectors: [
        {
          deviceId,
          connector: 1,
          nodeId: 'grid',
          wiring: { kind: 'three-phase', rotation: ['L1', 'L2', 'L3'] },
          maximum_A: 16,
          minimum_A: 6,
          weight: 1,
          priority: 0,
        },
      ],
      margin_A: 1,
      assumedBase_A: [5, 5, 5],
      step_A: 1,
    };
    (await ada.put(`${place}/topology`, { version: 0, topology })).as(200);
    (await ada.put(`${place}/checklist/network`, { done: true })).as(200);
    const rotation = await ada.put(`/v1/devices/${deviceId}/checklist/phase-rotation`, {
      done: true,
      note: 'Rotating field measured',
    });
    expect(rotation.as<object>(200)).toMatchObject({
      done: true,
      note: 'Rotating field measured',
      doneBy: { personId: ada.personId },
    });
    const computed = await ada.put(`/v1/devices/${deviceId}/checklist/residual-current-test`, { done: true });
    expect(problemOf(computed)).toBe('computed-item');
    expect((await ada.put(`${place}/checklist/gold`, { done: true })).status).toBe(404);
    expect(await open()).toBe(`Open are: Claimed ${box.serial}: residual-current-test.`);
    const tests = new ResidualCurrentTests(stage.world.database.pool);
    const test = (passed: boolean) =>
      tests.record(
        { deviceId, siteId: locationId },
        1,
        { passed, trip_ms: 24, current_mA: 30 },
        stage.clock.now(),
      );
    await test(false);
    expect(await open()).toBe(`Open are: Claimed ${box.serial}: residual-current-test.`);
    await test(true);
    (await ada.put(`${place}/checklist/network`, { done: false })).as(200);
    expect(await open()).toBe('Open are: Location: network.');
    (await ada.put(`${place}/checklist/network`, { done: true })).as(200);
    expect((await transfer()).status).toBe(202);
    const { items } = (await ada.get(`/v1/devices/${deviceId}/checklist`)).as<{ items: { done: boolean }[] }>(
      200,
    );
    expect(items.map(({ done }) => done)).toEqual([true, true, true]);
  });

  it('NB-61: who may not change the installation reads the list and ticks nothing', async () => {
    const locationId = await stage.install('Shared');
    const olga = await stage.world.signUp('Olga');
    // A location without devices has no list: it is handed over as it is.
    await handOver(ada, locationId, olga);
    (await claim(olga, locationId, await manufacture(operator, 'charger'))).as(201);
    const gil = await stage.world.signUp('Gil');
    await share(olga, locationId, gil, 'guest');
    const path = `/v1/locations/${locationId}/checklist`;
    for (const who of [olga, gil]) {
      expect((await who.get(path)).as<{ items: object[] }>(200).items).toHaveLength(2);
      expect((await who.put(`${path}/network`, { done: true })).status).toBe(403);
    }
    expect((await stage.pia.get(path)).status).toBe(404);
    (await ada.put(`${path}/network`, { done: true })).as(200);
    // Between end users nothing is asked.
    expect((await olga.post(`/v1/locations/${locationId}/transfer`, { email: gil.email })).status).toBe(202);
  });
});
