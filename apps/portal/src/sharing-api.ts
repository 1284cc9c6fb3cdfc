import type { Schemas } from '#libs/sdk/client.js';

export type Organisation = Schemas['Organisation'];
export type OrganisationRole = Schemas['OrganisationRole'];
export type Member = Schemas['Member'];
export type Connection = Schemas['Connection'];
export type InboxEntry = Schemas['InboxEntry'];
export type Share = Schemas['Share'];
export type ShareLevel = Schemas['ShareLevel'];
export type ShareRole = Schemas['ShareRole'];
export type ShareTerms = Schemas['ShareTerms'];
export type ShareCandidate = Schemas['ShareCandidate'];
export type SharePreview = Schemas['SharePreview'];
export type HubTile = Schemas['HubTile'];
export type Service = Schemas['Service'];
export type Explanation = Schemas['Explanation'];
export type LocationAction = Schemas['LocationAction'];

/** A repeat of the same request is answered by the first one. */
export const once = () => ({ 'Idempotency-Key': crypto.randomUUID() });
