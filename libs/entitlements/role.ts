/** A member's role in an organisation (NB-05). */
export const organisationRoles = ['administrator', 'installer'] as const;
export type OrganisationRole = (typeof organisationRoles)[number];

/** What a grant makes of its holder: `partner` as if installed by them (NB-41), `guest` a user of the product (NB-45). */
export const grantRoles = ['partner', 'guest'] as const;
export type GrantRole = (typeof grantRoles)[number];

/** Every role a person can have towards a location. */
export type LocationRole = 'owner' | OrganisationRole | GrantRole;
export const locationRoles: readonly LocationRole[] = ['owner', ...organisationRoles, ...grantRoles];
