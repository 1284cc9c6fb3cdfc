/** What a person may do to a location and everything at it. The letter is the column of the permission matrix. */
export const locationActions = [
  /** T: see the location, its devices and their live state. */
  'telemetry',
  /** H: readings, charging sessions, exports. */
  'history',
  /** E: the event list. */
  'events',
  /** U: start and stop charging. */
  'use',
  /** C: comfort settings: light, schedule, largest current up to the circuit's. */
  'comfort',
  /** L: electrical configuration: fuses, wiring, network, adding devices. */
  'electrical',
  /** I: share the location with others and see who has access. */
  'share',
  /** K: take access from others. */
  'revoke',
  /** O: hand the ownership to somebody else; the machine of 5F says when. */
  'transfer',
] as const;
export type LocationAction = (typeof locationActions)[number];

/** What a member may do to the organisation itself. */
export const organisationActions = [
  /** See the organisation, its name and who its members are. */
  'see-members',
  /** M: add and remove members and change their roles. */
  'manage-members',
] as const;
export type OrganisationAction = (typeof organisationActions)[number];

export type Action = LocationAction | OrganisationAction;
