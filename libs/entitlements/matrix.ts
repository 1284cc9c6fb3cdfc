import { locationActions, type LocationAction, type OrganisationAction } from './action.js';
import type { LocationRole, OrganisationRole } from './role.js';

/** How far a right goes: over everything, only over what the person did himself, or not at all. */
export type Extent = 'all' | 'own' | 'none';

/**
 * A field of the matrix: an extent, or the condition under which it is `all`.
 * `if-listed`: the grant names the action itself. `if-shareable`: the location lets partners share it on.
 * `if-unowned`: the location has no owner, who alone would decide (NB-84).
 */
export type Rule = Extent | 'if-listed' | 'if-shareable' | 'if-unowned';

const letters: Readonly<Record<string, Rule>> = {
  y: 'all',
  o: 'own',
  n: 'none',
  l: 'if-listed',
  p: 'if-shareable',
  u: 'if-unowned',
};

/**
 * The permission matrix for locations: role by action, one letter for each of `locationActions` in their order.
 * NB-16: a guest does not share. NB-45: only the owner among end users changes settings. NB-62, NB-88: the owner does
 * not touch the electrical configuration. K of installers and of whoever passes a share on: the grants they gave.
 */
const rows: Readonly<Record<LocationRole, string>> = {
  // THEUCLFWIKOVB
  owner: 'yyyyynynyyyny',
  administrator: 'yyyyyyuyyyyny',
  installer: 'yyyyyyuyyoynn',
  technician: 'ynyynnnynnnnn',
  manager: 'yyyyyyuyyoynn',
  'account-manager': 'yyyyyyuyyyyny',
  'company-owner': 'yyynnnnnnnnyy',
  'senior-service-manager': 'nnnnnnnnnnnyy',
  'service-manager': 'nnnnnnnnnnnyn',
  'company-installer': 'yyyyyyuyyoyyn',
  guest: 'yooynnnnnnnnn',
  partner: 'yyyyyynypnnnn',
  'installation-manager': 'yyyyyynyyonnn',
  subcontractor: 'yyyyyynyyonnn',
  borrower: 'yyyylnnynnnnn',
  'hub-administrator': 'yyyyynnnyynnn',
  'hub-limited-administrator': 'yyyyynnnnnnnn',
  'hub-user': 'yooynnnnnnnnn',
  professional: 'yyyyyynynnnyn',
};

export const locationMatrix: Readonly<Record<LocationRole, Readonly<Record<LocationAction, Rule>>>> =
  Object.fromEntries(
    Object.entries(rows).map(([role, row]) => [
      role,
      Object.fromEntries(
        locationActions.map((action, index) => [action, letters[row[index] ?? 'n'] ?? 'none']),
      ),
    ]),
  ) as Readonly<Record<LocationRole, Readonly<Record<LocationAction, Rule>>>>;

const leads: readonly OrganisationAction[] = [
  'see-organisation',
  'see-members',
  'manage-members',
  'manage-customers',
  'evaluate-shares',
  'manage-connections',
  'see-billing',
];

/** What members may do to their organisation. CS-48: a technician reads no users; AJ-09, AJ-11, AJ-12: service managers. */
export const organisationMatrix: Readonly<Record<OrganisationRole, ReadonlySet<OrganisationAction>>> = {
  administrator: new Set(leads),
  'account-manager': new Set(leads),
  installer: new Set<OrganisationAction>(['see-organisation', 'see-members', 'manage-customers']),
  manager: new Set<OrganisationAction>(['see-organisation', 'see-members', 'manage-customers']),
  technician: new Set<OrganisationAction>(['see-organisation']),
  'company-owner': new Set<OrganisationAction>([
    'see-organisation',
    'see-members',
    'manage-members',
    'manage-connections',
    'manage-services',
    'see-billing',
    'enrol',
  ]),
  'senior-service-manager': new Set<OrganisationAction>([
    'see-organisation',
    'see-members',
    'manage-connections',
    'manage-services',
    'see-billing',
  ]),
  'service-manager': new Set<OrganisationAction>([
    'see-organisation',
    'see-members',
    'manage-connections',
    'manage-services',
  ]),
  'company-installer': new Set<OrganisationAction>(['see-organisation', 'see-members', 'manage-services']),
};

const order: readonly Extent[] = ['none', 'own', 'all'];

export const isWider = (a: Extent, b: Extent): boolean => order.indexOf(a) > order.indexOf(b);
