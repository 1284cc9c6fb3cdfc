/**
 * A member's role in an organisation (NB-05). The first five are those of installing organisations (CS-48), the last four
 * those of companies that look after alarm hubs (AJ-03, AJ-12).
 */
export const organisationRoles = [
  'administrator',
  'installer',
  'technician',
  'manager',
  'account-manager',
  'company-owner',
  'senior-service-manager',
  'service-manager',
  'company-installer',
] as const;
export type OrganisationRole = (typeof organisationRoles)[number];

/** `installer` installs chargers and the like; a `company` looks after alarm hubs and may be dealer or reseller. */
export const organisationKinds = ['installer', 'company'] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

export const rolesOfKind: Readonly<Record<OrganisationKind, readonly OrganisationRole[]>> = {
  installer: ['administrator', 'installer', 'technician', 'manager', 'account-manager'],
  company: ['company-owner', 'senior-service-manager', 'service-manager', 'company-installer'],
};

/** Those who run an organisation: they get its mail and accept in its name (NB-23, NB-24). */
export const leadingRoles: ReadonlySet<OrganisationRole> = new Set([
  'administrator',
  'account-manager',
  'company-owner',
]);

/**
 * What a grant makes of its holder: `partner` as if installed by them (NB-41), `guest` a user of the product (NB-45); the
 * three roles of a share over a connection (CS-18); a hub's own people (AJ-40) and the outside professional (AJ-39).
 */
export const grantRoles = [
  'guest',
  'partner',
  'installation-manager',
  'subcontractor',
  'borrower',
  'hub-administrator',
  'hub-limited-administrator',
  'hub-user',
  'professional',
] as const;
export type GrantRole = (typeof grantRoles)[number];

/** Every role a person can have towards a location. */
export type LocationRole = 'owner' | OrganisationRole | GrantRole;
export const locationRoles: readonly LocationRole[] = ['owner', ...organisationRoles, ...grantRoles];
