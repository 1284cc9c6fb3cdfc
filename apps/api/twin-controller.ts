import { Controller, Inject } from '@nestjs/common';
import { deviceRoutes } from '#libs/contracts/http/device-routes.js';
import { keptByDevice, type SettingKey } from '#libs/contracts/setting-catalogue.js';
import type { DeviceKind } from '#libs/contracts/observation.js';
import { delta, keyState } from '#libs/devices/twin.js';
import type { Gate } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { GATE, POOL } from '#libs/platform/tokens.js';
import { HubConfiguration } from './hub-configuration.js';
import { DeviceRepository } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';
import { readTwin, type TwinRow } from '#libs/store/twins.js';

/** What people desire of a device and what it says of itself. */
@Controller()
export class TwinController {
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(HubConfiguration) private readonly hubs: HubConfiguration,
  ) {
    this.devices = new DeviceRepository(pool);
  }

  @Route(deviceRoutes.getTwin)
  async get(request: RouteRequest<typeof deviceRoutes.getTwin>) {
    return this.answer(request, await readTwin(this.pool, request.params.deviceId));
  }

  @Route(deviceRoutes.patchTwin)
  async patch(request: RouteRequest<typeof deviceRoutes.patchTwin>) {
    const { person, params, body, expectedVersion } = request;
    const wished = await this.gate.desire(person, { ...params, ...body, expectedVersion });
    if (!wished.ok) throw problem(wished.error);
    return this.answer(request, wished.value);
  }

  @Route(deviceRoutes.transferConfiguration)
  async transfer({ person, params, body }: RouteRequest<typeof deviceRoutes.transferConfiguration>) {
    const { deviceId } = params;
    return twinView(body.toDeviceId, 'hub', await this.hubs.transfer(person, deviceId, body.toDeviceId));
  }

  private async answer(
    request: Pick<RouteRequest<typeof deviceRoutes.getTwin>, 'params' | 'setHeader'>,
    twin: TwinRow,
  ): Promise<RouteAnswer<typeof deviceRoutes.getTwin>> {
    const device = await this.devices.byId(request.params.deviceId);
    if (!device) throw problem('not-found');
    request.setHeader('etag', `"${twin.desiredVersion}"`);
    return twinView(device.deviceId, device.kind, twin);
  }
}

function twinView(
  deviceId: string,
  kind: DeviceKind,
  twin: TwinRow,
): RouteAnswer<typeof deviceRoutes.getTwin> {
  const kept = keptByDevice(kind);
  const { desired, desiredVersion, reported, reportedVersion } = twin;
  return {
    deviceId,
    desired,
    desiredVersion,
    reported,
    reportedVersion,
    delta: delta(twin, kept),
    keys: Object.fromEntries(kept.flatMap((key) => keyView(twin, key))),
  };
}

/** Nothing for a setting that was never wished or told. */
function keyView(twin: TwinRow, key: SettingKey) {
  const wish = twin.wishes[key];
  const reportedAt = twin.reportedAt[key];
  const state = keyState(twin, key);
  if (!wish && reportedAt === undefined && !(key in twin.desired) && state === 'in-step') return [];
  const view = {
    state,
    version: wish?.version ?? null,
    wishedAt: isoOrNull(wish?.at),
    wishedBy: wish?.by?.personId ?? null,
    reportedAt: isoOrNull(reportedAt),
    reason: state === 'in-step' ? null : (twin.refusals[key]?.reason ?? null),
  };
  return [[key, view] as const];
}

const isoOrNull = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();
