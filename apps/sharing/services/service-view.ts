import type { serviceRoutes } from '#libs/contracts/http/service-routes.js';
import { labelAt, type ServiceLabel } from '#libs/entitlements/service-subscription.js';
import type { RouteAnswer } from '#libs/platform/http/route-request.js';
import type { HubSim } from '#libs/store/hub-sims.js';
import type { HubOfCompany, ServiceRow } from '#libs/store/services.js';
import type { EpochMilliseconds } from '#libs/units/quantities.js';

type Service = RouteAnswer<typeof serviceRoutes.activateFromList>;
type HubTile = RouteAnswer<typeof serviceRoutes.listHubTiles>['items'][number];
type Sim = RouteAnswer<typeof serviceRoutes.putSim>;
type CardService = RouteAnswer<typeof serviceRoutes.activateByCard>;

export const serviceView = (row: ServiceRow, now: EpochMilliseconds): Service => ({
  serviceId: row.serviceId,
  deviceId: row.deviceId,
  packageId: row.packageId,
  packageName: row.packageName,
  reseller: { organisationId: row.resellerId, name: row.resellerName },
  dealerId: row.dealerId,
  label: labelAt(row, now),
  withSim: row.withSim,
  activatedAt: new Date(row.activatedAt).toISOString(),
  endsAt: row.endsAt === null ? null : new Date(row.endsAt).toISOString(),
  timeZone: row.timeZone,
});

export const cardServiceView = (
  row: ServiceRow,
  payments: { readonly charged_minor: number; readonly refunded_minor: number | null },
  now: EpochMilliseconds,
): CardService => ({
  ...serviceView(row, now),
  payerPersonId: row.payerPersonId ?? '',
  currency: row.currency,
  ...payments,
});

/** The label of a hub with these live services: what needs attention first (AJ-23, AJ-28, AJ-33). */
export function hubLabel(services: readonly ServiceRow[], now: EpochMilliseconds): ServiceLabel {
  const labels = new Set(services.map((service) => labelAt(service, now)));
  return (
    (['stopping', 'expires-soon', 'active'] as const).find((label) => labels.has(label)) ??
    'activation-required'
  );
}

export function tileView(hub: HubOfCompany, live: readonly ServiceRow[], now: EpochMilliseconds): HubTile {
  const here = live.filter(({ deviceId }) => deviceId === hub.deviceId);
  return {
    deviceId: hub.deviceId,
    name: hub.deviceName,
    locationId: hub.locationId,
    locationName: hub.locationName,
    hasSim: hub.iccid !== null,
    label: hubLabel(here, now),
    services: here.map((row) => serviceView(row, now)),
  };
}

export const simView = ({ iccid, wanted, confirmed }: HubSim): Sim => ({
  iccid,
  state: wanted === confirmed ? wanted : wanted === 'on' ? 'switching-on' : 'switching-off',
});
