import type { Connection, OrganisationRole, Service, Share, ShareLevel, ShareRole } from './sharing-api.js';

export const roleTexts: Readonly<Record<OrganisationRole, string>> = {
  administrator: 'Administrator',
  installer: 'Installer',
  technician: 'Technician',
  manager: 'Manager',
  'account-manager': 'Account manager',
  'company-owner': 'Owner',
  'senior-service-manager': 'Senior service manager',
  'service-manager': 'Service manager',
  'company-installer': 'Installer',
};

export const connectionTexts: Readonly<Record<Connection['state'], string>> = {
  requested: 'Waits for an answer',
  active: 'Active',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  closed: 'Closed',
};

export const shareTexts: Readonly<Record<Share['status'], string>> = {
  requested: 'Requested',
  'to-evaluate': 'To evaluate',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  approved: 'Approved',
  preparing: 'Preparing',
  available: 'Available',
  processing: 'Processing',
  processed: 'Processed',
  failed: 'Failed',
  revoked: 'Revoked',
};

export const levelTexts: Readonly<Record<ShareLevel, string>> = {
  customer: 'Customers, with everything of theirs',
  location: 'Locations, with their buildings and installations',
  installation: 'Single installations',
};

export const shareRoleTexts: Readonly<Record<ShareRole, { readonly name: string; readonly means: string }>> =
  {
    'installation-manager': {
      name: 'Installation manager',
      means: 'May pass the access on to anybody. You can take it back for 72 hours, then no longer.',
    },
    subcontractor: {
      name: 'Subcontractor',
      means: 'May pass it on to subcontractors and borrowers only. You can take it back at any time.',
    },
    borrower: {
      name: 'Borrower',
      means: 'May not pass it on. You can take it back at any time.',
    },
  };

export const serviceTexts: Readonly<Record<Service['label'], string>> = {
  'activation-required': 'Activation required',
  active: 'Activated',
  'expires-soon': 'Services will expire soon',
  stopping: 'Stopping',
};

const inboxTexts: Readonly<Record<string, string>> = {
  'connection-requested': 'asks for a connection',
  'connection-active': 'approved the connection',
  'connection-rejected': 'rejected the connection',
  'connection-withdrawn': 'took the request for a connection back',
  'connection-closed': 'closed the connection',
  'share-requested': 'asks for a share',
  'share-reopened': 'replaces an access: the share is to be evaluated anew',
  'share-withdrawn': 'The request for a share was taken back',
  'share-rejected': 'rejected the share',
  'share-approved': 'approved the share',
  'share-available': 'The share can be taken over',
  'share-processed': 'The share was taken over',
  'share-failed': 'The share failed',
  'share-revoked': 'took the share back',
  'access-ended': 'An access has ended',
  'dealer-request': 'asks to become your dealer',
  'reseller-approved': 'approved you as its dealer',
  'reseller-rejected': 'refused you as its dealer',
};

/** One sentence for an entry of the inbox: who did what, and with what. */
export function describeEntry(kind: string, detail: Readonly<Record<string, string>>): string {
  const who = detail['from'] ?? detail['dealer'] ?? detail['reseller'] ?? '';
  const what = inboxTexts[kind] ?? kind;
  const name = detail['name'] === undefined ? '' : `: ${detail['name']}`;
  return `${/^[A-Z]/.test(what) ? '' : `${who} `}${what}${name}`.trim();
}

export const shownTime = (instant: string): string =>
  new Date(instant).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });

export const count = (amount: number, one: string): string => `${amount} ${one}${amount === 1 ? '' : 's'}`;
