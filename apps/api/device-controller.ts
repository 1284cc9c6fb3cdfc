import { Controller, Inject } from '@nestjs/common';
import { deviceRoutes } from '#libs/contracts/http/device-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { DeviceRepository, type Device } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';
import { DeviceAdministration } from './device-administration.js';

@Controller()
export class DeviceController {
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(DeviceAdministration) private readonly administration: DeviceAdministration,
    @Inject(POOL) pool: Pool,
  ) {
    this.devices = new DeviceRepository(pool);
  }

  @Route(deviceRoutes.listDevices)
  async list({ params }: RouteRequest<typeof deviceRoutes.listDevices>) {
    return { items: (await this.devices.ofLocation(params.locationId)).map(deviceView) };
  }

  @Route(deviceRoutes.registerDevice)
  async register({ person, params, body }: RouteRequest<typeof deviceRoutes.registerDevice>) {
    const { device, secret } = await this.administration.register(person.personId, { ...params, ...body });
    return { device: deviceView(device), secret };
  }

  @Route(deviceRoutes.getDevice)
  async get({ params }: RouteRequest<typeof deviceRoutes.getDevice>) {
    const device = await this.devices.byId(params.deviceId);
    if (!device) throw problem('not-found');
    return deviceView(device);
  }

  @Route(deviceRoutes.rotateSecret)
  async rotate({ params }: RouteRequest<typeof deviceRoutes.rotateSecret>) {
    return { deviceId: params.deviceId, secret: await this.administration.rotateSecret(params.deviceId) };
  }
}

const deviceView = (device: Device): RouteAnswer<typeof deviceRoutes.getDevice> => ({
  ...device,
  createdAt: device.createdAt.toISOString(),
});
