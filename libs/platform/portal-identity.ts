import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from '#libs/store/pool.js';
import { livePortalSession, type PortalScope } from '#libs/store/portal-sessions.js';
import { portalSees } from '#libs/store/portal-view.js';
import type { Clock } from '#libs/units/clock.js';

/** Not the people's cookie: a visitor of a customer portal has no account. */
export const portalCookie = 'busbar.customer_portal';

/** Somebody who signed in to a customer portal by its code. No person, and never treated as one. */
export interface PortalVisitor {
  readonly scope: PortalScope;
  readonly tokenHash: Buffer;
  readonly by: 'cookie' | 'bearer';
}

/** Who a portal session is, looked up at every request: what ends the code ends it at once (CP-14, CP-19). */
export class PortalIdentity {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** Null: no session, or one that is over. */
  async resolve(headers: Headers): Promise<PortalVisitor | null> {
    const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const token = bearer ?? cookieOf(headers);
    if (token === undefined) return null;
    const tokenHash = hashPortalToken(token);
    const scope = await livePortalSession(this.pool, tokenHash, this.clock.now());
    return scope && { scope, tokenHash, by: bearer === undefined ? 'cookie' : 'bearer' };
  }

  sees(visitor: PortalVisitor, installationId: string): Promise<boolean> {
    return portalSees(this.pool, visitor.scope, installationId);
  }
}

/** A new session's bearer token: 256 bits. */
export const makePortalToken = (): string => randomBytes(32).toString('base64url');
export const hashPortalToken = (token: string): Buffer => createHash('sha256').update(token).digest();

function cookieOf(headers: Headers): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === portalCookie && value) return value;
  }
  return undefined;
}
