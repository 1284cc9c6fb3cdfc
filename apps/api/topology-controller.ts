import { Controller, Inject } from '@nestjs/common';
import { compileSite } from '#libs/allocation/compile.js';
import type { Bus } from '#libs/bus/bus.js';
import { locationRoutes } from '#libs/contracts/http/location-routes.js';
import type { SiteTopologyDocument } from '#libs/contracts/topology.js';
import { problem, ProblemError, problemWith } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { BUS, CLOCK, POOL } from '#libs/platform/tokens.js';
import { DeviceRepository } from '#libs/store/devices.js';
import { readTopology, replaceTopology, type StoredTopology } from '#libs/store/locations.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';

@Controller()
export class TopologyController {
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.devices = new DeviceRepository(pool);
  }

  @Route(locationRoutes.getTopology)
  async get({ params }: RouteRequest<typeof locationRoutes.getTopology>) {
    return topologyView(await readTopology(this.pool, params.locationId));
  }

  @Route(locationRoutes.putTopology)
  async put({ person, params, body }: RouteRequest<typeof locationRoutes.putTopology>) {
    const compiled = compileSite(body.topology);
    if (!compiled.ok) {
      throw new ProblemError(
        'unsound-topology',
        compiled.error[0]?.message ?? null,
        compiled.error.map(({ path, message }) => ({ path: `body.topology.${path}`, message })),
      );
    }
    await this.requireOwnDevices(params.locationId, body.topology);
    const at = this.clock.now();
    const by = { personId: person.personId, at: new Date(at) };
    const stored = await replaceTopology(this.pool, params.locationId, body.version, body.topology, by);
    if (!stored) throw problem('topology-version-conflict');
    await this.bus.publish('changes', {
      siteId: params.locationId,
      subject: 'topology',
      subjectId: null,
      at,
    });
    return topologyView(stored);
  }

  /** A tree that names another location's meter or charger would read, or steer, what is not its own (T7). */
  private async requireOwnDevices(locationId: string, topology: SiteTopologyDocument): Promise<void> {
    const own = new Map(
      (await this.devices.ofLocation(locationId)).map((device) => [device.deviceId, device.kind]),
    );
    for (const { deviceId } of topology.connectors) {
      if (own.get(deviceId) !== 'charger') {
        throw problemWith('unsound-topology', `This location has no charger ${deviceId}.`);
      }
    }
    for (const { meterDeviceId } of topology.nodes) {
      if (meterDeviceId !== null && own.get(meterDeviceId) !== 'balancer') {
        throw problemWith('unsound-topology', `This location has no load balancer ${meterDeviceId}.`);
      }
    }
  }
}

const topologyView = (stored: StoredTopology | null): RouteAnswer<typeof locationRoutes.getTopology> => ({
  version: stored?.version ?? 0,
  updatedAt: stored?.updatedAt.toISOString() ?? null,
  topology: stored?.topology ?? null,
});
