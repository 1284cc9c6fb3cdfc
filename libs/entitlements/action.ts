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
  /** F: reset a device to how it left the factory. */
  'factory-reset',
  /** W: work orders, certificates, notes. */
  'work',
  /** I: share the location with others and see who has access. */
  'share',
  /** K: take access from others. */
  'revoke',
  /** O: hand the ownership to somebody else; the machine of 5F says when. */
  'transfer',
  /** V: activate, suspend, resume and stop services. */
  'services',
  /** B: what it costs: tariffs, bills, dashboards. */
  'billing',
] as const;
export type LocationAction = (typeof locationActions)[number];

/** What a member may do to the organisation itself. */
export const organisationActions = [
  /** See the organisation and its name. */
  'see-organisation',
  /** See who its members are. */
  'see-members',
  /** M: add and remove members and change their roles. */
  'manage-members',
  /** Create and change its customers and their customer portals. */
  'manage-customers',
  /** A: answer requests for shares, take shares back. */
  'evaluate-shares',
  /** Q: ask another organisation for a connection, answer and close one. */
  'manage-connections',
  /** V: see and change the services of its hubs. */
  'manage-services',
  /** B: bills and dashboards. */
  'see-billing',
  /** AJ-05: register the company as a dealer or reseller. */
  'enrol',
] as const;
export type OrganisationAction = (typeof organisationActions)[number];

export type Action = LocationAction | OrganisationAction;
