import type { LocationAction } from '#libs/entitlements/action.js';
import type { LocationRole } from '#libs/entitlements/role.js';

/** Section 6 of the rules, as it is printed: T H E U C L F W I K A O M V Q B. */
const printed = `
owner                     | y | y | y | y | y | n | c | n | y | y | n | y | n | n | n | y
guest                     | y | o | o | y | n | n | n | n | n | n | n | n | n | n | n | n
administrator             | y | y | y | y | y | y | c | y | y | y | y | c | y | n | c | y
installer                 | y | y | y | y | y | y | c | y | y | o | n | c | n | n | n | n
partner                   | y | y | y | y | y | y | n | y | p | n | n | n | n | n | n | n
installation-manager      | y | y | y | y | y | y | n | y | IM SUB BOR | subtree | n | n | n | n | n | n
subcontractor             | y | y | y | y | y | y | n | y | SUB BOR | subtree | n | n | n | n | n | n
borrower                  | y | y | y | y | c | n | n | y | n | n | n | n | n | n | n | n
company-owner             | y | y | y | n | n | n | n | n | n | n | n | n | y | y | send | y
senior-service-manager    | n | n | n | n | n | n | n | n | n | n | n | n | n | y | send | y
service-manager           | n | n | n | n | n | n | n | n | n | n | n | n | n | y | send | dash
company-installer         | y | y | y | y | y | y | c | y | y | o | n | c | n | y | n | n`;

/** Roles that section 6 does not print: CS-48's further ones and those of AJ-39 and AJ-40, in the same columns. */
const further = `
technician                | y | n | y | y | n | n | n | y | n | n | n | n | n | n | n | n
manager                   | y | y | y | y | y | y | c | y | y | o | n | c | n | n | n | n
account-manager           | y | y | y | y | y | y | c | y | y | y | y | c | y | n | c | y
hub-administrator         | y | y | y | y | y | n | n | n | y | y | n | n | n | n | n | n
hub-limited-administrator | y | y | y | y | y | n | n | n | n | n | n | n | n | n | n | n
hub-user                  | y | o | o | y | n | n | n | n | n | n | n | n | n | n | n | n
professional              | y | y | y | y | y | y | n | y | n | n | n | n | n | y | n | n`;

const columns: readonly (LocationAction | null)[] = [
  'telemetry',
  'history',
  'events',
  'use',
  'comfort',
  'electrical',
  'factory-reset',
  'work',
  'share',
  'revoke',
  null,
  'transfer',
  null,
  'services',
  null,
  'billing',
];

const fields = new Map<string, string>();
for (const line of `${printed}${further}`.trim().split('\n')) {
  const [role, ...letters] = line.split('|').map((each) => each.trim());
  columns.forEach((action, index) => {
    if (action) fields.set(`${role} ${action}`, letters[index] ?? '');
  });
}

/** What a conditional field depends on. */
export interface Circumstances {
  readonly hasOwner: boolean;
  readonly partnersMayShare: boolean;
  /** The actions that the grant names; null: none by name. */
  readonly listed: readonly LocationAction[] | null;
}

/** 2 over everything, 1 over one's own, 0 not at all. */
export function rightOf(role: LocationRole, action: LocationAction, by: Circumstances): 0 | 1 | 2 {
  const field = fields.get(`${role} ${action}`);
  switch (field) {
    case 'y':
    case 'IM SUB BOR':
    case 'SUB BOR':
      return 2;
    case 'o':
    case 'subtree':
      return 1;
    case 'p':
      return by.partnersMayShare ? 2 : 0;
    case 'c':
      // "F with confirmation" of the owner; NB-84: of others only where there is no owner.
      if (action === 'factory-reset') return role === 'owner' || !by.hasOwner ? 2 : 0;
      // Whether it can be handed over now is the transfer's own guard (5F).
      if (action === 'transfer') return 2;
      return by.listed?.includes(action) ? 2 : 0;
    case 'n':
    case 'dash':
      return 0;
    default:
      throw new Error(`no field for ${role} ${action}: ${field}`);
  }
}
