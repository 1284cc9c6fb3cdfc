import type { LocationRole } from './role.js';

/** NB-53: installer -1, owner 0, user 1, administrator 2. */
export type RoleCode = -1 | 0 | 1 | 2;

const codes: Partial<Readonly<Record<LocationRole, RoleCode>>> = {
  owner: 0,
  guest: 1,
  'hub-user': 1,
  'hub-administrator': 2,
  'hub-limited-administrator': 2,
};

/** The number of a role in the public device interface. Whoever works on the place for others is an installer there. */
export const roleCodeOf = (role: LocationRole): RoleCode => codes[role] ?? -1;
