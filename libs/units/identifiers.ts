declare const kind: unique symbol;
type Identifier<Kind extends string> = string & { readonly [kind]: Kind };

/** A location and its electrical site share one identifier (UUID): the unit of ownership and of scale-out. */
export type SiteId = Identifier<'site'>;
/** A charger, load balancer or alarm hub (UUID). */
export type DeviceId = Identifier<'device'>;
export type PersonId = Identifier<'person'>;
export type OrganisationId = Identifier<'organisation'>;
export type GrantId = Identifier<'grant'>;
export type CommandId = Identifier<'command'>;

export const siteId = (value: string): SiteId => value as SiteId;
export const deviceId = (value: string): DeviceId => value as DeviceId;
export const personId = (value: string): PersonId => value as PersonId;
export const organisationId = (value: string): OrganisationId => value as OrganisationId;
export const grantId = (value: string): GrantId => value as GrantId;
export const commandId = (value: string): CommandId => value as CommandId;
