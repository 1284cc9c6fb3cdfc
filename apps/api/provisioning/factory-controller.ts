import { Controller, Inject } from '@nestjs/common';
import { readSerial } from '#libs/contracts/claim-text.js';
import { factoryRoutes as routes } from '#libs/contracts/http/factory-routes.js';
import { problem } from '#libs/platform/http/problems.js';
import { Route } from '#libs/platform/http/route-decorator.js';
import type { RouteAnswer, RouteRequest } from '#libs/platform/http/route-request.js';
import { POOL } from '#libs/platform/tokens.js';
import { factoryDevice, forgetWrongPins, lockingWrongPins } from '#libs/store/factory-devices.js';
import type { Pool } from '#libs/store/pool.js';
import { FactoryImport } from './factory-import.js';

type DeviceAnswer = RouteAnswer<typeof routes.getFactoryDevice>;

/** What left the factory, for whoever runs this cloud. */
@Controller()
export class FactoryController {
  constructor(
    @Inject(FactoryImport) private readonly imports: FactoryImport,
    @Inject(POOL) private readonly pool: Pool,
  ) {}

  @Route(routes.importFactoryDevices)
  async import({ person, body }: RouteRequest<typeof routes.importFactoryDevices>) {
    const { bootstrapSecrets, ...counts } = await this.imports.run(person.personId, body);
    return { ...counts, bootstrapSecrets: [...bootstrapSecrets] };
  }

  @Route(routes.getFactoryDevice)
  get({ params }: RouteRequest<typeof routes.getFactoryDevice>): Promise<DeviceAnswer> {
    return this.read(readSerial(params.serial));
  }

  @Route(routes.unlockFactoryDevice)
  async unlock({ params }: RouteRequest<typeof routes.unlockFactoryDevice>): Promise<DeviceAnswer> {
    const serial = readSerial(params.serial);
    await forgetWrongPins(this.pool, serial);
    return this.read(serial);
  }

  private async read(serial: string): Promise<DeviceAnswer> {
    const found = await factoryDevice(this.pool, serial);
    if (!found) throw problem('not-found');
    const { kind, model, state, wrongPins, importedAt } = found;
    const locked = wrongPins >= lockingWrongPins;
    return { serial, kind, model, state, wrongPins, locked, importedAt: importedAt.toISOString() };
  }
}
