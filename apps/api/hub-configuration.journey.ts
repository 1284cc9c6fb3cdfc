import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { SIM_CARRIER, type SimulatedCarrier } from '#apps/sharing/services/sim-carrier.js';
import { SharingModule } from '#apps/sharing/sharing-module.js';
import { defaultTelemetryConfig } from '#apps/telemetry/telemetry-config.js';
import { TelemetryMetrics } from '#apps/telemetry/telemetry-metrics.js';
import { TelemetryService } from '#apps/telemetry/telemetry-service.js';
import type { DeviceEvent } from '#libs/devices/device-event.js';
import { createLogger } from '#libs/platform/logger.js';
import type { Caller } from '#libs/testing/http-world.js';
import { ServiceStage } from '#libs/testing/service-stage.js';
import { problemOf } from '#libs/testing/sharing-stage.js';
import { waitFor } from '#libs/testing/wait-for.js';
import { ApiModule } from './api-module.js';

let at: ServiceStage;
let carrier: SimulatedCarrier;
let telemetry: TelemetryService;
beforeAll(async () => {
  at = await ServiceStage.open([
    SharingModule.register(),
    ApiModule.register({ portalFolder: null, sharing: { mode: 'in-process' } }),
  ]);
  const { world, clock } = at.stage;
  carrier = world.app.get<SimulatedCarrier>(SIM_CARRIER);
  telemetry = new TelemetryService(defaultTelemetryConfig, {
    bus: world.bus,
    pool: world.database.pool,
    clock,
    logger: createLogger({ name: 'test', level: 'silent', file: null }),
    metrics: new TelemetryMetrics(new Registry()),
  });
  await telemetry.start();
});
afterAll(async () => {
  await telemetry?.stop();
  await at?.close();
});

interface SomeHub {
  readonly deviceId: string;
  readonly locationId: string;
}
const transfer = (who: Caller, from: SomeHub, toDeviceId: string) =>
  who.post(`/v1/devices/${from.deviceId}/transfer-configuration`, { toDeviceId });
const wish = async ({ deviceId }: SomeHub, hub: object): Promise<void> => {
  const answer = await at.ivo.send(
    'PATCH',
    `/v1/devices/${deviceId}/twin`,
    { settings: { hub } },
    { 'if-match': '*' },
  );
  answer.as(200);
};
const desiredOf = async ({ deviceId }: SomeHub): Promise<unknown> =>
  (await at.ivo.get(`/v1/devices/${deviceId}/twin`)).as<{ desired: unknown }>(200).desired;
const tell = ({ deviceId, locationId }: SomeHub, event: DeviceEvent): Promise<void> => {
  const now = at.stage.clock.now();
  const times = { deviceTime: now, receivedAt: now };
  return telemetry.takeObservation({ siteId: locationId, deviceId, deviceKind: 'hub', ...times, event });
};
const subDevice = (id: string, name: string) => ({
  id,
  kind: 'door',
  name,
  battery_percent: null,
  signal_dBm: null,
  tampered: false,
  online: true,
});

describe('carrying the configuration of a hub over to another', () => {
  it('AJ-35: settings and the names of sub-devices arrive at the other hub, what people wished before names told', async () => {
    const [old, fresh] = [await at.hub(), await at.hub()];
    await wish(old, { entryDelay_s: 30, sirenVolume: 'high', subDeviceNames: { '02': 'Garage' } });
    await tell(old, {
      type: 'sub-devices-reported',
      subDevices: [subDevice('01', 'Hall'), subDevice('02', 'Door 2'), subDevice('03', '')],
    });
    expect((await transfer(at.ivo, old, fresh.deviceId)).status).toBe(200);
    expect(await desiredOf(fresh)).toEqual({
      hub: { entryDelay_s: 30, sirenVolume: 'high', subDeviceNames: { '01': 'Hall', '02': 'Garage' } },
    });
  });

  it.each(['the old hub', 'the new hub'])(
    'AJ-35: not while a service of %s is active, expires or stops; afterwards it is',
    async (which) => {
      const [old, fresh] = [await at.hub(), await at.hub()];
      await wish(old, { entryDelay_s: 10 });
      const served = which === 'the old hub' ? old : fresh;
      const { serviceId } = (await at.activate(at.ivo, served.deviceId)).as<{ serviceId: string }>(201);
      const refusal = async () => problemOf(await transfer(at.ivo, old, fresh.deviceId));
      expect(await refusal()).toBe('services-active');
      await at.command(at.ivo, serviceId, 'deactivate');
      expect(await refusal()).toBe('services-active');
      carrier.down = true;
      await at.command(at.ivo, serviceId, 'stop');
      expect(await refusal()).toBe('services-active');
      expect(await desiredOf(fresh)).toEqual({});
      carrier.down = false;
      await at.stage.pass(3_600_000);
      await waitFor('the end of the service', async () => {
        const answer = await transfer(at.ivo, old, fresh.deviceId);
        return answer.status === 200;
      });
      expect(await desiredOf(fresh)).toEqual({ hub: { entryDelay_s: 10 } });
    },
  );

  it('asks for the right to configure both, and refuses what makes no sense', async () => {
    const [old, fresh] = [await at.hub(), await at.hub()];
    const stranger = await at.stage.world.signUp('Stan');
    expect((await transfer(stranger, old, fresh.deviceId)).status).toBe(404);
    expect(problemOf(await transfer(at.ivo, old, old.deviceId))).toBe('same-hub');
    expect(problemOf(await transfer(at.ivo, old, fresh.deviceId))).toBe('nothing-to-transfer');
    expect((await transfer(at.ivo, old, '00000000-0000-4000-8000-000000000000')).status).toBe(404);
    const place = `/v1/locations/${old.locationId}/devices`;
    const charger = await at.ivo.post(place, { kind: 'charger', identity: `c-${old.deviceId}`, name: 'C' });
    const { deviceId } = charger.as<{ device: { deviceId: string } }>(201).device;
    expect(problemOf(await transfer(at.ivo, old, deviceId))).toBe('wrong-device-kind');
  });
});

describe('what a hub raises', () => {
  it('AJ-21, AJ-27, AJ-31: is always listed, and goes to the monitoring while a service is active or expiring', async () => {
    const hub = await at.hub();
    let sequence = 0;
    const monitored = async (): Promise<unknown> => {
      sequence++;
      const alarm = { category: 'alarm', code: 'BA', zone: null, text: 'Door' } as const;
      await tell(hub, { type: 'hub-event', sequence, ...alarm });
      const { items } = (await at.ivo.get(`/v1/devices/${hub.deviceId}/events`)).as<{
        items: { detail: { sequence?: number; monitored?: boolean } }[];
      }>(200);
      return items.find(({ detail }) => detail.sequence === sequence)?.detail.monitored;
    };
    expect(await monitored()).toBe(false);
    const { serviceId } = (await at.activate(at.ivo, hub.deviceId)).as<{ serviceId: string }>(201);
    expect(await monitored()).toBe(true);
    await at.command(at.ivo, serviceId, 'deactivate');
    expect(await monitored()).toBe(true);
    await at.at('2031-04-01T00:00:01+02:00');
    expect(await monitored()).toBe(false);
    const again = (await at.activate(at.ivo, hub.deviceId)).as<{ serviceId: string }>(201);
    carrier.down = true;
    await at.command(at.ivo, again.serviceId, 'stop');
    expect(await monitored()).toBe(false);
    carrier.down = false;
  });
});
