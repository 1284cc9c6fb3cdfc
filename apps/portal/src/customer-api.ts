import { allPages } from './all-pages.js';
import { api, unwrap } from './api.js';
import type { Schemas } from '#libs/sdk/client.js';

export type Customer = Schemas['Customer'];
export type PortalAccess = Schemas['PortalAccess'];
export type PortalVisit = Schemas['PortalVisit'];
export type PortalLocation = Schemas['PortalLocation'];
export type LogbookEntry = Schemas['LogbookEntry'];

/** Whose customer portal is switched: that of a customer, or of one location. */
export type PortalPlace =
  | { readonly organisationId: string; readonly customerId: string }
  | { readonly organisationId: string; readonly locationId: string };

const ofCustomer = '/v1/organisations/{organisationId}/customers/{customerId}/portal';
const ofLocation = '/v1/organisations/{organisationId}/locations/{locationId}/portal';

export const portalAccess = (place: PortalPlace): Promise<PortalAccess> =>
  unwrap(
    'customerId' in place
      ? api.GET(ofCustomer, { params: { path: place } })
      : api.GET(ofLocation, { params: { path: place } }),
  );

export const switchPortal = (
  place: PortalPlace,
  enabled: boolean,
  restricted: boolean,
): Promise<PortalAccess> =>
  unwrap(
    'customerId' in place
      ? api.PUT(ofCustomer, { params: { path: place }, body: { enabled } })
      : api.PUT(ofLocation, { params: { path: place }, body: { enabled, restricted } }),
  );

export const renewPortalCode = (place: PortalPlace): Promise<PortalAccess> =>
  unwrap(
    'customerId' in place
      ? api.POST(`${ofCustomer}/code`, { params: { path: place } })
      : api.POST(`${ofLocation}/code`, { params: { path: place } }),
  );

/** What the session of this browser opens; refused with 401 while there is none. */
export const portalVisit = (): Promise<PortalVisit> => unwrap(api.GET('/v1/customer-portal'));

export const portalLocations = (): Promise<readonly PortalLocation[]> =>
  allPages((query) => unwrap(api.GET('/v1/customer-portal/locations', { params: { query } })));

export const logbookOf = (installationId: string): Promise<readonly LogbookEntry[]> =>
  allPages((query) =>
    unwrap(
      api.GET('/v1/customer-portal/installations/{installationId}/logbook', {
        params: { path: { installationId }, query },
      }),
    ),
  );

/** The browser's cookie opens it, so that an ordinary link downloads it. */
export const pdfAddress = (installationId: string, documentId: string): string =>
  `/v1/customer-portal/installations/${installationId}/logbook/${documentId}/pdf`;
