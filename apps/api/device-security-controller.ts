import { Controller, Inject } from '@nestjs/common';
import { deviceSecurityRoutes as routes } from '#libs/contracts/http/device-security-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { DeviceRepository } from '#libs/store/devices.js';
import type { Pool } from '#libs/store/pool.js';
import { StationSecurityStore, type StationSecurity } from '#libs/store/station-security.js';
import type { Clock } from '#libs/units/clock.js';
import { SiteChanges } from './site-changes.js';

/** How a charger proves who it is; each change is in the audit of its location. */
@Controller()
export class DeviceSecurityController {
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SiteChanges) private readonly changes: SiteChanges,
  ) {
    this.devices = new DeviceRepository(pool);
  }

  @Route(routes.getDeviceSecurity)
  async get({ params }: RouteRequest<typeof routes.getDeviceSecurity>) {
    return this.read(params.deviceId);
  }

  @Route(routes.putSecurityProfile)
  async put({ person, params, body }: RouteRequest<typeof routes.putSecurityProfile>) {
    const { deviceId } = params;
    const { securityProfile, lower } = body;
    await this.changes.run(
      {
        actor: person.personId,
        right: 'electrical',
        locationId: await this.locationOf(deviceId),
        subject: 'devices',
      },
      async (client) => {
        if (!(await new StationSecurityStore(client).setProfile(deviceId, securityProfile, lower)))
          throw problem('security-downgrade');
        return { action: 'security-profile-set', subjectId: deviceId, detail: { securityProfile } };
      },
    );
    return this.read(deviceId);
  }

  @Route(routes.revokeCertificate)
  async revoke({ person, params }: RouteRequest<typeof routes.revokeCertificate>): Promise<void> {
    const { deviceId, serialNumber } = params;
    await this.changes.run(
      {
        actor: person.personId,
        right: 'electrical',
        locationId: await this.locationOf(deviceId),
        subject: 'devices',
      },
      async (client) => {
        const store = new StationSecurityStore(client);
        if (!(await store.revokeCertificate(deviceId, serialNumber, this.clock.now())))
          throw problem('not-found');
        return { action: 'certificate-revoked', subjectId: deviceId, detail: { serialNumber } };
      },
    );
  }

  private async locationOf(deviceId: string): Promise<string> {
    const device = await this.devices.byId(deviceId);
    if (!device) throw problem('not-found');
    return device.locationId;
  }

  private async read(deviceId: string): Promise<RouteAnswer<typeof routes.getDeviceSecurity>> {
    const security = await new StationSecurityStore(this.pool).read(deviceId);
    if (!security) throw problem('not-found');
    return view(security);
  }
}

const view = (security: StationSecurity): RouteAnswer<typeof routes.getDeviceSecurity> => ({
  ...security,
  certificates: security.certificates.map((certificate) => ({
    ...certificate,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    revokedAt: certificate.revokedAt?.toISOString() ?? null,
  })),
});
