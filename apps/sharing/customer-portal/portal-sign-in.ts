import { Inject, Injectable } from '@nestjs/common';
import { openPortalSession, stepPortalCode } from '#libs/entitlements/portal-code.js';
import { problem, problemWith } from '#libs/platform/http/problems.js';
import { hashPortalToken, makePortalToken, type PortalVisitor } from '#libs/platform/portal-identity.js';
import { CLOCK, POOL } from '#libs/platform/tokens.js';
import { appendAudit } from '#libs/store/audit-log.js';
import { portalByCode, storePortal } from '#libs/store/customer-portals.js';
import { changeEntitlements, entitlementLock } from '#libs/store/entitlement-log.js';
import { forgetGuess, tryGuess } from '#libs/store/guesses.js';
import { inTransaction, type Pool } from '#libs/store/pool.js';
import { deletePortalSession, insertPortalSession } from '#libs/store/portal-sessions.js';
import type { Clock } from '#libs/units/clock.js';
import { SecretCodes } from '../secret-codes.js';

/** T1. */
const wrongCodes = { times: 10, within_ms: 15 * 60_000 };

/** Stands for a token that did not come along, so that every try takes the same work (T2). */
const noToken = '';

/** Signing in to a customer portal by its code: no account, no mail (CP-05, CP-10). */
@Injectable()
export class PortalSignIn {
  constructor(
    @Inject(SecretCodes) private readonly codes: SecretCodes,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Wrong, switched off, replaced, without its token: one answer for all of them. */
  async enter(
    address: string,
    code: string,
    token: string | null,
  ): Promise<{ readonly bearer: string; readonly expiresAt: Date }> {
    const now = this.clock.now();
    const at = new Date(now);
    const subjects = [`customer portal ${address}`];
    if (!(await tryGuess(this.pool, subjects, wrongCodes, at))) {
      throw problemWith('too-many-requests', 'Codes can be tried again in a quarter of an hour.');
    }
    const codeHash = this.codes.hashOf('customer portal', code);
    const tokenHash = this.codes.hashOf('installation token', token ?? noToken);
    const bearer = makePortalToken();
    const tried = await inTransaction(this.pool, async (client) => {
      // No switching or renewing is in flight while it is judged.
      await client.query('SELECT pg_advisory_xact_lock_shared($1)', [entitlementLock]);
      const portal = await portalByCode(client, codeHash, tokenHash);
      if (!portal) return { session: null, wrongToken: false };
      const opened = openPortalSession(portal, portal.presentEpoch, portal.tokenOf, now);
      if (!opened.ok) return { session: null, wrongToken: portal.tokenOf === null && token !== null };
      await insertPortalSession(client, hashPortalToken(bearer), portal.portalId, opened.value, at);
      return { session: opened.value, wrongToken: false };
    });
    if (tried.wrongToken) await this.countWrongToken(codeHash, tokenHash);
    if (!tried.session) throw problem('unknown-code');
    await forgetGuess(this.pool, subjects, at);
    return { bearer, expiresAt: new Date(tried.session.expiresAt) };
  }

  async leave({ tokenHash }: PortalVisitor): Promise<void> {
    await deletePortalSession(this.pool, tokenHash);
  }

  /** T1: the right code with wrong tokens is a leaked code; after a hundred of them it is over. */
  private async countWrongToken(codeHash: Buffer, tokenHash: Buffer): Promise<void> {
    const at = this.clock.now();
    await changeEntitlements(this.pool, { actorPersonId: null, at }, async ({ client }) => {
      const portal = await portalByCode(client, codeHash, tokenHash);
      if (!portal?.locationId) return;
      const next = stepPortalCode(portal, { type: 'wrong-token' }, portal.presentEpoch);
      if (!next.ok) return;
      const { portalId, locationId } = portal;
      const over = next.value.state === 'off';
      const changedAt = over ? new Date(at) : portal.changedAt;
      const stored = { ...next.value, portalId, place: { locationId } };
      await storePortal(client, stored, over ? null : codeHash, changedAt);
      if (!over) return;
      const entry = { action: 'customer-portal-voided', entitlement: null, organisationId: null };
      const detail = { wrongTokens: next.value.wrongTokens };
      await appendAudit(
        client,
        { ...entry, locationId, subjectId: locationId, detail },
        { actorPersonId: null, at: changedAt },
      );
    });
  }
}
