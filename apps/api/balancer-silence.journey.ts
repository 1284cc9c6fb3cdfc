import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { AllocatorMetrics } from '#apps/allocator/allocator-metrics.js';
import { AllocatorService } from '#apps/allocator/allocator-service.js';
import { storedSites } from '#apps/allocator/site-source.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryMetrics } from '#apps/telemetry/telemetry-metrics.js';
import { TelemetryService } from '#apps/telemetry/telemetry-service.js';
import { allPartitions } from '#libs/bus/partition.js';
import type { LiveSnapshot } from '#libs/contracts/http/live-routes.js';
import type { Limit } from '#libs/contracts/limit.js';
import type { DeviceKind } from '#libs/contracts/observation.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { createLogger } from '#libs/platform/logger.js';
import { handOverReady } from '#libs/testing/checklist-steps.js';
import { SharingStage } from '#libs/testing/sharing-stage.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { milliseconds } from '#libs/units/quantities.js';
import type { PerPhase } from '#libs/units/phases.js';
import { ApiModule } from './api-module.js';

let stage: SharingStage;
let allocator: AllocatorService;
let telemetry: TelemetryService;
const limits: Limit[] = [];

beforeAll(async () => {
  stage = await SharingStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  const { bus, database } = stage.world;
  const logger = createLogger({ name: 'test', level: 'silent', file: null });
  const { clock } = stage;
  telemetry = new TelemetryService(
    { ...defaultTelemetryConfig, stateInterval_ms: 20 },
    { bus, pool: database.pool, clock, logger, metrics: new TelemetryMetrics(new Registry()) },
  );
  await telemetry.start();
  const every = { partitions: allPartitions, group: null };
  await bus.consume({
    topic: 'observations',
    ...every,
    handler: ({ message }) => telemetry.takeObservation(message),
  });
  await bus.consume({
    topic: 'limits',
    ...every,
    handler: async ({ message }) => {
      limits.push(message);
      await telemetry.takeLimit(message);
    },
  });
  const metrics = new AllocatorMetrics(new Registry());
  allocator = new AllocatorService({ bus, sites: storedSites(database.pool), clock, logger, metrics });
  await allocator.own(allPartitions.map((partition) => ({ partition, epoch: 1 })));
});
afterAll(async () => {
  await allocator?.disown();
  await telemetry?.stop();
  await stage?.close();
});

it('NB-69: a silent load balancer makes the current fall back, and the owner sees it in the status and among the events', async () => {
  const { ada, pia, clock, world } = stage;
  const locationId = await stage.install('Yard');
  const add = async (kind: DeviceKind): Promise<string> => {
    const wanted = { kind, identity: `${kind}-${randomUUID().slice(0, 8)}`, name: kind };
    const added = await ada.post(`/v1/locations/${locationId}/devices`, wanted);
    return added.as<{ device: { deviceId: string } }>(201).device.deviceId;
  };
  const [chargerId, zenId] = [await add('charger'), await add('balancer')];
  const topology = {
    nodes: [
      { nodeId: 'grid', parentId: null, name: 'Main fuse', fuse_A: [25, 25, 25], meterDeviceId: zenId },
    ],
    connectors: [
      {
        deviceId: chargerId,
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
    assumedBase_A: [15, 15, 15],
    step_A: 1,
  };
  (await ada.put(`/v1/locations/${locationId}/topology`, { version: 0, topology })).as(200);
  await handOverReady(world.database.pool, ada, locationId, pia);

  const say = async (deviceId: string, deviceKind: DeviceKind, event: DeviceEvent): Promise<void> => {
    const at = clock.now();
    const times = { deviceTime: at, receivedAt: at };
    await world.bus.publish('observations', { siteId: locationId, deviceId, deviceKind, ...times, event });
  };
  const toCharger = (event: DeviceEvent): Promise<void> => say(chargerId, 'charger', event);
  const metered = (current_A: PerPhase): Promise<void> =>
    say(zenId, 'balancer', {
      type: 'balancer-reading',
      current_A,
      voltage_V: null,
      power_W: null,
      energyImport_Wh: null,
      energyExport_Wh: null,
    });
  const answered = new Set<string>();
  const limitOnceIt = (what: string, holds: (limit: Limit) => boolean): Promise<Limit> =>
    waitFor(what, async () => {
      const limit = limits.findLast(
        ({ deviceId, transactionId }) => deviceId === chargerId && transactionId === 7,
      );
      if (!limit) return null;
      if (!answered.has(limit.limitId)) {
        answered.add(limit.limitId);
        await toCharger({
          type: 'limit-answered',
          connector: 1,
          limitId: limit.limitId,
          outcome: 'accepted',
        });
      }
      return holds(limit) ? limit : null;
    });
  const shown = async () => {
    const { devices } = (await pia.get(`/v1/locations/${locationId}/live`)).as<LiveSnapshot>(200);
    const charger = devices.find(({ deviceId }) => deviceId === chargerId)?.connectors[0];
    return { charger, zen: devices.find(({ deviceId }) => deviceId === zenId) };
  };

  await say(zenId, 'balancer', { type: 'connected', connectionEpoch: 1, protocol: 'mqtt' });
  await metered([3, 3, 3]);
  await toCharger({ type: 'connected', connectionEpoch: 1, protocol: 'ocpp1.6' });
  await toCharger({ type: 'connector-status', connector: 1, status: 'SuspendedEVSE', errorCode: 'NoError' });
  await toCharger({
    type: 'transaction-started',
    connector: 1,
    transactionId: 7,
    idToken: 'CARD',
    meterStart_Wh: 0,
  });
  await metered([3, 3, 3]);
  const before = await limitOnceIt('a limit by the meter', ({ current_A }) => current_A > 0);
  expect((await shown()).zen?.presence).toBe('online');

  clock.advance(milliseconds(31_000));
  const fallen = await limitOnceIt('the fallback', ({ reason }) => reason.code === 'meter-silent');
  expect(fallen.current_A).toBeLessThan(before.current_A);
  const view = await waitFor('the view of the owner', async () => {
    const now = await shown();
    return now.charger?.limit?.reason.code === 'meter-silent' ? now : null;
  });
  expect(view.zen?.presence).toBe('offline');
  expect(view.charger?.chargingReason).toBe('meter-silent');
  expect(view.charger?.limit?.text).toContain('The load balancer is silent');
  const events = async (deviceId: string) =>
    (await pia.get(`/v1/devices/${deviceId}/events`)).as<{ items: { type: string; detail: object }[] }>(200)
      .items;
  const listed = await waitFor('the event', async () =>
    (await events(chargerId)).find(({ detail }) => JSON.stringify(detail).includes('meter-silent')),
  );
  expect(['charging-paused', 'limit-changed']).toContain(listed.type);

  await metered([3, 3, 3]);
  await limitOnceIt('normal service', ({ reason }) => reason.code !== 'meter-silent');
});
