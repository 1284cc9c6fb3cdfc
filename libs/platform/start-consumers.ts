import type { INestApplication } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { BusTransport } from '#libs/bus/transport/bus-transport.js';

/** Lets the bus handlers of an HTTP application begin, after its modules have started and before it takes requests. */
export async function startConsumers(app: INestApplication, strategy: BusTransport): Promise<void> {
  app.connectMicroservice<MicroserviceOptions>({ strategy });
  await app.init();
  await app.startAllMicroservices();
}
