import { billLines } from '#libs/entitlements/service-bill.js';
import type { Queryable } from '#libs/store/pool.js';
import { bookCharges, type NewCharge } from '#libs/store/service-bills.js';
import type { ServiceRow } from '#libs/store/services.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

/** What a service has cost up to `now`, month by month. */
export const chargesFor = (service: ServiceRow, now: EpochMilliseconds): readonly NewCharge[] =>
  billLines(service, now).map((line) => ({
    ...line,
    serviceId: service.serviceId,
    deviceId: service.deviceId,
    packageId: service.packageId,
    resellerId: service.resellerId,
    dealerId: service.dealerId,
    payerPersonId: service.payerPersonId,
    currency: service.currency,
  }));

/** Writes the lines that are missing; called before bills are read, so that no late job can make one incomplete. */
export const book = (
  client: Queryable,
  services: readonly ServiceRow[],
  now: EpochMilliseconds,
): Promise<void> =>
  bookCharges(
    client,
    services.flatMap((service) => chargesFor(service, now)),
    new Date(now),
  );
