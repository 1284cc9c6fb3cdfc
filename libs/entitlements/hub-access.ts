import { after, milliseconds, type EpochMilliseconds } from '#libs/units/quantities.js';
import { fail, ok, type Result } from '#libs/units/result.js';
import type { LocationAction } from './action.js';
import type { GrantRole, LocationRole } from './role.js';
import type { WeeklyHours } from './weekly-hours.js';

const hour_ms = 3_600_000;
/** AJ-39: what is left of a professional's access to the settings once the hub has an administrator. */
export const handOverTime_ms = milliseconds(8 * hour_ms);
/** A request for access waits as long as an invitation. */
export const requestLife_ms = milliseconds(168 * hour_ms);
/** AJ-42. */
export const mostRanges = 5;

/** AJ-39, AJ-42: for how many hours access can be asked for. */
export const accessHours = [1, 2, 4, 8] as const;
export type AccessHours = (typeof accessHours)[number];

/**
 * What a professional, a person or a company, may always do where it looks after a hub: see it, work on it and manage its
 * services. The settings need more, and for a time.
 */
export const standingActions: readonly LocationAction[] = ['telemetry', 'events', 'work', 'services'];

/** Until when a professional reaches the settings of a hub; `hours` narrows that to times of the week. */
export interface SettingsAccess {
  readonly until: EpochMilliseconds | 'always' | 'never';
  readonly hours: WeeklyHours | null;
}
const always: SettingsAccess = { until: 'always', hours: null };
const until = (instant: EpochMilliseconds): SettingsAccess => ({ until: instant, hours: null });

/** Half-open: at the instant of its end it is over. */
export const reachesSettings = ({ until: end }: SettingsAccess, now: EpochMilliseconds): boolean =>
  end === 'always' || (end !== 'never' && now < end);

/** AJ-39: what a professional gets who is added. An end that somebody set is kept. */
export function admitProfessional(
  guarded: boolean,
  wished: EpochMilliseconds | null,
  now: EpochMilliseconds,
): SettingsAccess {
  if (wished !== null) return until(wished);
  return guarded ? until(after(now, handOverTime_ms)) : always;
}

export type SettingsEvent =
  /** The hub got its first administrator, or lost its last: an owner of the location counts as one. */
  | { readonly type: 'administrators-came' | 'administrators-gone' }
  | { readonly type: 'approved'; readonly duration: AccessHours | 'permanent' }
  | { readonly type: 'scheduled'; readonly hours: WeeklyHours }
  | { readonly type: 'revoked' };

export function stepSettings(
  access: SettingsAccess,
  event: SettingsEvent,
  now: EpochMilliseconds,
): Result<SettingsAccess, 'too-many-ranges'> {
  switch (event.type) {
    case 'administrators-came':
      return ok(access.until === 'always' ? until(after(now, handOverTime_ms)) : access);
    case 'administrators-gone':
      return ok(always);
    case 'approved':
      if (event.duration === 'permanent') return ok(always);
      return ok(until(after(now, milliseconds(event.duration * hour_ms))));
    case 'scheduled': {
      const { ranges } = event.hours;
      if (ranges.length === 0 || ranges.length > mostRanges) return fail('too-many-ranges');
      return ok({ until: 'always', hours: event.hours });
    }
    case 'revoked':
      return ok({ until: 'never', hours: null });
  }
}

/** What somebody may ask to see of a camera, and the rights of a location that it needs. */
export const cameraPermissions = ['live', 'recordings'] as const;
export type CameraPermission = (typeof cameraPermissions)[number];
export const actionsOfCamera: Readonly<Record<CameraPermission, readonly LocationAction[]>> = {
  live: ['telemetry'],
  recordings: ['history', 'events'],
};

/** A professional's wish that an administrator of the hub answers. */
export interface AccessRequest {
  readonly state: 'requested' | 'approved' | 'declined' | 'withdrawn';
  readonly expiresAt: EpochMilliseconds;
}

export const requestAccess = (now: EpochMilliseconds): AccessRequest => ({
  state: 'requested',
  expiresAt: after(now, requestLife_ms),
});

export const shownRequestState = (
  request: AccessRequest,
  now: EpochMilliseconds,
): AccessRequest['state'] | 'expired' =>
  request.state === 'requested' && now >= request.expiresAt ? 'expired' : request.state;

export function stepRequest(
  request: AccessRequest,
  event: 'approve' | 'decline' | 'withdraw',
  now: EpochMilliseconds,
): Result<AccessRequest, 'over'> {
  if (shownRequestState(request, now) !== 'requested') return fail('over');
  const state = ({ approve: 'approved', decline: 'declined', withdraw: 'withdrawn' } as const)[event];
  return ok({ ...request, state });
}

/** AJ-40: those who look after a hub for others; a hub's own administrator admits nobody else. */
export const hubRoles: ReadonlySet<GrantRole> = new Set<GrantRole>([
  'hub-administrator',
  'hub-limited-administrator',
  'hub-user',
  'professional',
]);

/** CS-01: these are given over a connection and by no invitation. */
const rolesOfShares: ReadonlySet<GrantRole> = new Set<GrantRole>([
  'installation-manager',
  'subcontractor',
  'borrower',
]);

/**
 * Whom those may invite who have their right by a grant; not named: anybody. 5D: a partner makes partners, and who holds a
 * share passes it on over a connection only.
 */
const rolesGivenBy: Readonly<Partial<Record<LocationRole, ReadonlySet<GrantRole>>>> = {
  'hub-administrator': hubRoles,
  partner: new Set<GrantRole>(['partner']),
  'installation-manager': new Set(),
  subcontractor: new Set(),
};

/**
 * Whether somebody who may share at all can give this role. A hub's administrator cannot make an electrical partner; an
 * administrator has no end, so that a hub never loses its last one unseen (AJ-39).
 */
export function mayAdmit(
  giver: LocationRole,
  role: GrantRole,
  expires: boolean,
): Result<'admitted', 'role-beyond-yours' | 'administrator-without-end'> {
  const beyond = rolesOfShares.has(role) || !(rolesGivenBy[giver]?.has(role) ?? true);
  if (beyond) return fail('role-beyond-yours');
  return role === 'hub-administrator' && expires ? fail('administrator-without-end') : ok('admitted');
}
