import type { Organisation, OrganisationRole } from './sharing-api.js';

type Right = 'see-members' | 'manage-members' | 'manage-connections' | 'evaluate-shares' | 'manage-services';

const leads: readonly Right[] = ['see-members', 'manage-members', 'manage-connections', 'evaluate-shares'];

const rights: Readonly<Record<OrganisationRole, readonly Right[]>> = {
  administrator: leads,
  'account-manager': leads,
  installer: ['see-members'],
  manager: ['see-members'],
  technician: [],
  'company-owner': ['see-members', 'manage-members', 'manage-connections', 'manage-services'],
  'senior-service-manager': ['see-members', 'manage-connections', 'manage-services'],
  'service-manager': ['see-members', 'manage-connections', 'manage-services'],
  'company-installer': ['see-members', 'manage-services'],
};

/** What a page shows to a member; the server decides again. */
export const mayInOrganisation = (role: OrganisationRole, right: Right): boolean =>
  rights[role].includes(right);

/** The roles a member can be given, e.g. not the owner of a company, who stays (AJ-04). */
export const rolesToGive: Readonly<Record<Organisation['kind'], readonly OrganisationRole[]>> = {
  installer: ['administrator', 'installer', 'technician', 'manager', 'account-manager'],
  company: ['senior-service-manager', 'service-manager', 'company-installer'],
};
