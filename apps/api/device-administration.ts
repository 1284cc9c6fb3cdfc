import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Bus } from '#libs/bus/bus.js';
import type { DeviceKind } from '#libs/contracts/observation.js';
import type { Gate } from '#libs/gate/gate.js';
import { problem } from '#libs/platform/http/problems.js';
import { BUS, CLOCK, GATE, POOL } from '#libs/platform/tokens.js';
import { generateDeviceSecret, hashDeviceSecret } from '#libs/store/device-secret.js';
import { DeviceRepository, insertDevice, type Device } from '#libs/store/devices.js';
import { changeEntitlements } from '#libs/store/entitlement-log.js';
import { factoryDevice } from '#libs/store/factory-devices.js';
import type { Pool } from '#libs/store/pool.js';
import type { Clock } from '#libs/units/clock.js';
import type { PersonId } from '#libs/units/identifiers.js';

export interface DeviceToRegister {
  readonly locationId: string;
  readonly kind: DeviceKind;
  readonly identity: string;
  readonly name: string;
}

/** Adding devices and giving them credentials. A credential leaves here once; the database keeps its hash. */
@Injectable()
export class DeviceAdministration {
  private readonly devices: DeviceRepository;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(GATE) private readonly gate: Gate,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.devices = new DeviceRepository(pool);
  }

  async register(by: PersonId, wanted: DeviceToRegister): Promise<{ device: Device; secret: string }> {
    const secret = generateDeviceSecret();
    const device: Device = { ...wanted, deviceId: randomUUID(), createdAt: new Date(this.clock.now()) };
    const added = await changeEntitlements(
      this.pool,
      { actorPersonId: by, at: device.createdAt.getTime() },
      async (change) => {
        // What left the factory is added by who holds it, with its PIN (NB-73); to others it is taken.
        if (await factoryDevice(change.client, device.identity)) return false;
        return insertDevice(change, { ...device, secretHash: hashDeviceSecret(secret), registeredBy: by });
      },
    );
    if (!added.value) throw problem('identity-taken');
    await this.gate.caughtUp(added.sequence);
    await this.announce(device.locationId, device.deviceId);
    return { device, secret };
  }

  async rotateSecret(deviceId: string): Promise<string> {
    const secret = generateDeviceSecret();
    await this.devices.setSecret(deviceId, hashDeviceSecret(secret));
    return secret;
  }

  private announce(siteId: string, deviceId: string): Promise<void> {
    const at = this.clock.now();
    return this.bus.publish('changes', { siteId, subject: 'devices', subjectId: deviceId, at });
  }
}
