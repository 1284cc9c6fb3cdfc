import { Controller, Inject } from '@nestjs/common';
import { claimRoutes as routes } from '#libs/contracts/http/claim-routes.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import type { Device } from '#libs/store/devices.js';
import { DeviceClaims } from './device-claims.js';

/** Adding and replacing devices by what their stickers say. */
@Controller()
export class ClaimController {
  constructor(@Inject(DeviceClaims) private readonly claims: DeviceClaims) {}

  @Route(routes.claimDevice)
  async claim({ person, clientAddress, params, body }: RouteRequest<typeof routes.claimDevice>) {
    const claim = { person, address: clientAddress, shown: body };
    return deviceView(await this.claims.claim(claim, params.locationId, body.name));
  }

  @Route(routes.replaceDevice)
  async replace({ person, clientAddress, params, body }: RouteRequest<typeof routes.replaceDevice>) {
    const claim = { person, address: clientAddress, shown: body };
    return deviceView(await this.claims.replace(claim, params.deviceId));
  }
}

const deviceView = (device: Device): RouteAnswer<typeof routes.claimDevice> => ({
  ...device,
  createdAt: device.createdAt.toISOString(),
});
