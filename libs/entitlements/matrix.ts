import type { LocationAction, OrganisationAction } from './action.js';
import type { LocationRole, OrganisationRole } from './role.js';

/** How far a right goes: over everything, only over what the person did himself, or not at all. */
export type Extent = 'all' | 'own' | 'none';

/**
 * The permission matrix for locations: role by action.
 * NB-16: a guest does not share. NB-45: only the owner among end users changes settings. NB-62, NB-88: the owner does
 * not touch the electrical configuration. K of an installer: `own`, the grants he gave.
 */
export const locationMatrix: Readonly<Record<LocationRole, Readonly<Record<LocationAction, Extent>>>> = {
  owner: row('all', 'all', 'all', 'all', 'all', 'none', 'all', 'all', 'all'),
  administrator: row('all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all'),
  installer: row('all', 'all', 'all', 'all', 'all', 'all', 'all', 'own', 'all'),
  partner: row('all', 'all', 'all', 'all', 'all', 'all', 'none', 'none', 'none'),
  guest: row('all', 'own', 'own', 'all', 'none', 'none', 'none', 'none', 'none'),
};

function row(
  telemetry: Extent,
  history: Extent,
  events: Extent,
  use: Extent,
  comfort: Extent,
  electrical: Extent,
  share: Extent,
  revoke: Extent,
  transfer: Extent,
): Readonly<Record<LocationAction, Extent>> {
  return { telemetry, history, events, use, comfort, electrical, share, revoke, transfer };
}

/** What members may do to their organisation. */
export const organisationMatrix: Readonly<
  Record<OrganisationRole, Readonly<Record<OrganisationAction, boolean>>>
> = {
  administrator: { 'see-members': true, 'manage-members': true },
  installer: { 'see-members': true, 'manage-members': false },
};

const order: readonly Extent[] = ['none', 'own', 'all'];

/** The smaller of two extents: AND of the matrix. */
export const narrower = (a: Extent, b: Extent): Extent => (order.indexOf(a) <= order.indexOf(b) ? a : b);
export const isWider = (a: Extent, b: Extent): boolean => order.indexOf(a) > order.indexOf(b);
