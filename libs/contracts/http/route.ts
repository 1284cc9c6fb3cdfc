import type { z } from 'zod';
import type { LocationAction, OrganisationAction } from '#libs/entitlements/action.js';
import type { ScopeKind } from '#libs/entitlements/facts.js';
import type { ProblemCode } from './problem.js';

/**
 * Who may call a route; decided before its handler runs. `entitled` names the right and the path parameter that holds
 * the object: a node of the tree that rights are held on, or a command, which is its device's.
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed-in' }
  /** Whoever runs this cloud: a verified address that the configuration names (BUSBAR_OPERATORS). */
  | { readonly kind: 'operator' }
  /** A session of a customer portal and nobody else; `param` holds an installation that it must see. */
  | { readonly kind: 'portal'; readonly param: 'installationId' | null }
  | {
      readonly kind: 'entitled';
      readonly action: LocationAction;
      readonly resource: ScopeKind | 'command';
      readonly param: string;
      /** What becomes of a person who has the right only over their own: the handler narrows, or the route refuses. */
      readonly whenOwnOnly: 'narrow' | 'refuse';
    }
  | {
      readonly kind: 'entitled';
      readonly action: OrganisationAction;
      readonly resource: 'organisation';
      readonly param: string;
      readonly whenOwnOnly: 'refuse';
    };

/** One HTTP operation as data: the server validates by it, OpenAPI and the SDK are generated from it. */
export interface RouteContract {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI form, e.g. /v1/locations/{locationId}. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  /** `if-match`: a write names the ETag it was made from (RFC 9110 13.1.1), or `*` for whatever is there. */
  readonly precondition?: 'if-match';
  /** What the body is when it is not JSON; the schema is then of its text, or of the stream of its bytes. */
  readonly bodyMediaType?: 'text/csv' | 'application/octet-stream';
  /**
   * `json` answers a document; `secret` one that holds a credential and is therefore never kept for a repeat;
   * `events` an endless text/event-stream whose events have this shape; `file` bytes to keep; `stream`
   * bytes that are never in memory all at once; `empty` nothing.
   */
  readonly response:
    | { readonly kind: 'json' | 'secret'; readonly status: 200 | 201 | 202; readonly schema: z.ZodType }
    | { readonly kind: 'events'; readonly status: 200; readonly schema: z.ZodType }
    | { readonly kind: 'file'; readonly status: 200; readonly mediaType: 'application/pdf' }
    | { readonly kind: 'stream'; readonly status: 200; readonly mediaTypes: readonly string[] }
    | { readonly kind: 'empty'; readonly status: 204 };
  /** Problems beyond those every route can answer. */
  readonly errors: readonly ProblemCode[];
}

/** Keeps the exact types of a table entry while checking that it is a route. */
export const route = <const Contract extends RouteContract>(contract: Contract): Contract => contract;

export const open: Access = { kind: 'public' };
export const signedIn: Access = { kind: 'signed-in' };
export const byOperator: Access = { kind: 'operator' };

export const inPortal: Access = { kind: 'portal', param: null };
export const onPortalInstallation: Access = { kind: 'portal', param: 'installationId' };

export const onLocation = (action: LocationAction, whenOwnOnly: 'narrow' | 'refuse'): Access => ({
  kind: 'entitled',
  action,
  resource: 'location',
  param: 'locationId',
  whenOwnOnly,
});
export const onDevice = (action: LocationAction, whenOwnOnly: 'narrow' | 'refuse'): Access => ({
  kind: 'entitled',
  action,
  resource: 'device',
  param: 'deviceId',
  whenOwnOnly,
});
export const onInstallation = (action: LocationAction, whenOwnOnly: 'narrow' | 'refuse'): Access => ({
  kind: 'entitled',
  action,
  resource: 'installation',
  param: 'installationId',
  whenOwnOnly,
});
export const onCustomer = (action: LocationAction, whenOwnOnly: 'narrow' | 'refuse'): Access => ({
  kind: 'entitled',
  action,
  resource: 'customer',
  param: 'customerId',
  whenOwnOnly,
});
export const onCommand = (action: LocationAction): Access => ({
  kind: 'entitled',
  action,
  resource: 'command',
  param: 'commandId',
  whenOwnOnly: 'refuse',
});
export const onOrganisation = (action: OrganisationAction): Access => ({
  kind: 'entitled',
  action,
  resource: 'organisation',
  param: 'organisationId',
  whenOwnOnly: 'refuse',
});
