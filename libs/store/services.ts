import { randomUUID } from 'node:crypto';
import type { Service, ServiceState } from '#libs/entitlements/service-subscription.js';
import { epochMilliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import type { By } from './organisations.js';
import { everyDevice } from './device-releases.js';
import type { Queryable } from './pool.js';
import type { ServicePackage } from './service-packages.js';

/** A package on a hub, as it was agreed at its activation. */
export interface ServiceRow extends Service {
  readonly serviceId: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly locationId: string;
  readonly packageId: string;
  readonly packageName: string;
  readonly resellerId: string;
  readonly resellerName: string;
  readonly dealerId: string | null;
  readonly payerPersonId: string | null;
  readonly monthlyPrice_minor: number;
  readonly currency: string;
  readonly trialMonths: number;
  readonly activatedAt: EpochMilliseconds;
  readonly stoppedAt: EpochMilliseconds | null;
}

type Stored = Omit<ServiceRow, 'endsAt' | 'activatedAt' | 'stoppedAt'> & {
  readonly endsAt: Date | null;
  readonly activatedAt: Date;
  readonly stoppedAt: Date | null;
};

const instant = (date: Date): EpochMilliseconds => epochMilliseconds(date.getTime());

async function select(
  client: Queryable,
  condition: string,
  values: unknown[],
): Promise<readonly ServiceRow[]> {
  const { rows } = await client.query<Stored>(
    `SELECT s.id AS "serviceId", s.device_id AS "deviceId", d.name AS "deviceName", d.location_id AS "locationId",
            s.package_id AS "packageId", p.name AS "packageName", s.reseller_id AS "resellerId", r.name AS "resellerName",
            s.dealer_id AS "dealerId", s.payer_person_id AS "payerPersonId", s.state, s.time_zone AS "timeZone",
            s.with_sim AS "withSim", s.monthly_price_minor AS "monthlyPrice_minor", s.currency,
            s.trial_months AS "trialMonths", s.activated_at AS "activatedAt", s.ends_at AS "endsAt", s.stopped_at AS "stoppedAt"
       FROM services s JOIN ${everyDevice} d ON d.id = s.device_id JOIN service_packages p ON p.id = s.package_id
       JOIN organisations r ON r.id = s.reseller_id WHERE ${condition} ORDER BY s.activated_at, s.id`,
    values,
  );
  return rows.map((row) => ({
    ...row,
    endsAt: row.endsAt && instant(row.endsAt),
    activatedAt: instant(row.activatedAt),
    stoppedAt: row.stoppedAt && instant(row.stoppedAt),
  }));
}

/** Live at `$now`: the same as `isLive` of libs/entitlements/service-subscription.ts. */
const live = (now: string): string =>
  `s.state <> 'inactive' AND (s.state <> 'expiring' OR s.ends_at > ${now})`;

export const serviceById = async (client: Queryable, serviceId: string): Promise<ServiceRow | null> =>
  (await select(client, 's.id = $1', [serviceId]))[0] ?? null;

/** Those that are live on these hubs. */
export const liveServicesOn = (
  client: Queryable,
  deviceIds: readonly string[],
  now: Date,
): Promise<readonly ServiceRow[]> =>
  select(client, `s.device_id = ANY($1) AND ${live('$2')}`, [deviceIds, now]);

/** AJ-35: at all hubs of a location. */
export const liveServicesAt = (
  client: Queryable,
  locationId: string,
  now: Date,
): Promise<readonly ServiceRow[]> =>
  select(client, `d.location_id = $1 AND ${live('$2')}`, [locationId, now]);

/** AJ-34: in which a company has a part, as dealer or as reseller. */
export const liveServicesOf = (
  client: Queryable,
  organisationId: string,
  now: Date,
): Promise<readonly ServiceRow[]> =>
  select(client, `(s.dealer_id = $1 OR s.reseller_id = $1) AND ${live('$2')}`, [organisationId, now]);

/** 5B: over one connection. */
export const liveServicesBetween = (
  client: Queryable,
  dealerId: string,
  resellerId: string,
  now: Date,
): Promise<readonly ServiceRow[]> =>
  select(client, `s.dealer_id = $1 AND s.reseller_id = $2 AND ${live('$3')}`, [dealerId, resellerId, now]);

/** Everything that was ever billed, or may be, to a reseller. */
export const servicesOfReseller = (client: Queryable, resellerId: string): Promise<readonly ServiceRow[]> =>
  select(client, 's.reseller_id = $1', [resellerId]);

export const servicesOn = (client: Queryable, deviceId: string): Promise<readonly ServiceRow[]> =>
  select(client, 's.device_id = $1', [deviceId]);

/** Those that run, or ended after `since`: their bills may have grown. */
export const servicesToBill = (client: Queryable, since: Date): Promise<readonly ServiceRow[]> =>
  select(client, `s.state <> 'inactive' OR COALESCE(s.stopped_at, s.ends_at) > $1`, [since]);

/** What a service can be on. */
export async function locationOfHub(
  client: Queryable,
  deviceId: string,
): Promise<{ readonly kind: string; readonly locationId: string; readonly timeZone: string } | null> {
  const { rows } = await client.query<{ kind: string; locationId: string; timeZone: string }>(
    `SELECT d.kind, d.location_id AS "locationId", l.time_zone AS "timeZone"
       FROM devices d JOIN locations l ON l.id = d.location_id WHERE d.id = $1`,
    [deviceId],
  );
  return rows[0] ?? null;
}

/** Whose end has come and who still say that they expire. */
export const endedServices = (client: Queryable, now: Date, count: number): Promise<readonly ServiceRow[]> =>
  select(
    client,
    `s.id IN (SELECT id FROM services WHERE state = 'expiring' AND ends_at <= $1 ORDER BY ends_at LIMIT $2)`,
    [now, count],
  );

export async function insertService(
  client: Queryable,
  service: Service & {
    readonly deviceId: string;
    readonly offered: ServicePackage;
    readonly dealerId: string | null;
    readonly payerPersonId: string | null;
  },
  by: By,
): Promise<string> {
  const serviceId = randomUUID();
  const { offered } = service;
  await client.query(
    `INSERT INTO services (id, device_id, package_id, reseller_id, dealer_id, payer_person_id, state, time_zone, with_sim,
       monthly_price_minor, currency, trial_months, activated_at, activated_by, ends_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
             -- AJ-37: a trial is for hubs that never had the package.
             CASE WHEN EXISTS (SELECT 1 FROM services s WHERE s.device_id = $2 AND s.package_id = $3) THEN 0 ELSE $12 END,
             $13, $14, NULL)`,
    [
      serviceId,
      service.deviceId,
      offered.packageId,
      offered.resellerId,
      service.dealerId,
      service.payerPersonId,
      service.state,
      service.timeZone,
      service.withSim,
      offered.monthlyPrice_minor,
      offered.currency,
      offered.trialMonths,
      by.at,
      by.personId,
    ],
  );
  return serviceId;
}

/** Keeps what a step of the machine led to. `stoppedAt`: it was switched off at once. */
export async function storeService(
  client: Queryable,
  serviceId: string,
  service: { readonly state: ServiceState; readonly endsAt: EpochMilliseconds | null },
  stoppedAt: Date | null,
): Promise<void> {
  await client.query(
    `UPDATE services SET state = $2, ends_at = $3, stopped_at = COALESCE(stopped_at, $4) WHERE id = $1`,
    [serviceId, service.state, service.endsAt === null ? null : new Date(service.endsAt), stoppedAt],
  );
}

/** Hubs that a company looks after: at places it installed, or where it was admitted as professional. */
export interface HubOfCompany {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly locationId: string;
  readonly locationName: string;
  readonly iccid: string | null;
}

export async function hubsOfCompany(
  client: Queryable,
  organisationId: string,
  now: Date,
): Promise<readonly HubOfCompany[]> {
  const { rows } = await client.query<HubOfCompany>(
    `SELECT d.id AS "deviceId", d.name AS "deviceName", l.id AS "locationId", l.name AS "locationName", sim.iccid
       FROM devices d JOIN locations l ON l.id = d.location_id LEFT JOIN hub_sims sim ON sim.device_id = d.id
      WHERE d.kind = 'hub' AND (l.installed_by_organisation_id = $1 OR EXISTS (
        SELECT 1 FROM grants g WHERE g.location_id = l.id AND g.grantee_organisation_id = $1 AND g.role = 'professional'
           AND g.revoked_at IS NULL AND g.suspended_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2)))
      ORDER BY l.name, d.name, d.id`,
    [organisationId, now],
  );
  return rows;
}
